import type { PolicyGrantMember } from '@aws-sdk/client-datazone';
import type { Answer, Sound } from './operations';
import { type IndexConditions, SearchTable } from './search-table';
import { Table } from './store';

export type AssetRevision = Omit<Answer<'GetAsset'>, 'listing' | 'governedGlossaryTerms'>;
export type FormType = Answer<'GetFormType'>;
export type AssetType = Answer<'GetAssetType'>;
export type Listing = Answer<'GetListing'>;

/** Something that keeps its revisions, oldest first; there is always one. */
export interface Revised<R> {
  readonly revisions: readonly R[];
}

export interface Asset extends Revised<AssetRevision> {
  /** Not part of a revision: they change without one. */
  readonly governedGlossaryTerms: readonly string[];
  readonly listingId: string | undefined;
}

export interface Membership {
  readonly projectId: string;
  readonly kind: 'user' | 'group';
  readonly principalId: string;
  readonly designation: string;
}

export interface Grant extends Sound<PolicyGrantMember> {
  readonly entity: string;
  readonly policyType: string;
}

export interface Owner {
  readonly unitId: string;
  readonly kind: 'user' | 'group';
  readonly principalId: string;
}

/** Something that the service works on until `readyAt` (milliseconds since the epoch). */
export interface Deployed<R> {
  readonly row: R;
  readonly readyAt: number;
}

/** Everything that one domain holds. */
export class Domain {
  readonly units = new Table<Answer<'GetDomainUnit'>>((unit) => [unit.parentDomainUnitId ?? '']);
  readonly owners = new Table<Owner>((owner) => [owner.unitId]);
  readonly grants = new Table<Grant>((grant) => [grantsGroup(grant.entity, grant.policyType)]);
  readonly profiles = new Table<Answer<'GetUserProfile'>>();
  readonly projects = new Table<Answer<'GetProject'>>();
  readonly memberships = new Table<Membership>((member) => [member.projectId]);
  readonly blueprints = new Table<Answer<'GetEnvironmentBlueprint'>>();
  readonly blueprintConfigurations = new Table<Answer<'GetEnvironmentBlueprintConfiguration'>>();
  readonly projectProfiles = new Table<Answer<'GetProjectProfile'>>();
  readonly environmentProfiles = new Table<Answer<'GetEnvironmentProfile'>>();
  readonly environments = new Table<Deployed<Answer<'GetEnvironment'>>>((it) => [it.row.projectId]);
  readonly glossaries: SearchTable<Answer<'GetGlossary'>>;
  readonly terms: SearchTable<Answer<'GetGlossaryTerm'>>;
  readonly formTypes: SearchTable<Revised<FormType>>;
  readonly assetTypes: SearchTable<Revised<AssetType>>;
  readonly assets: SearchTable<Asset>;
  readonly listings: SearchTable<Listing>;
  /** Asset id by external identifier. */
  readonly externalIdentifiers = new Map<string, string>();
  /** How many assets there are of each type. */
  readonly assetsOfType = new Map<string, number>();
  /** User profile id by ARN of the role, or by user name. */
  readonly profileIds = new Map<string, string>();
  readonly tags = new Map<string, string>();

  constructor(
    public state: Deployed<Answer<'GetDomain'>>,
    conditions: IndexConditions,
  ) {
    this.glossaries = new SearchTable((glossary) => [glossary.owningProjectId], conditions);
    this.terms = new SearchTable((term) => [term.glossaryId], conditions);
    this.formTypes = new SearchTable(() => [], conditions);
    this.assetTypes = new SearchTable(() => [], conditions);
    this.assets = new SearchTable((asset) => [latest(asset).owningProjectId], conditions);
    this.listings = new SearchTable(() => [], conditions);
  }

  get id(): string {
    return this.state.row.id;
  }

  get rootUnitId(): string {
    return this.state.row.rootDomainUnitId ?? '';
  }

  get isV2(): boolean {
    return this.state.row.domainVersion === 'V2';
  }
}

export function latest<R>(revised: Revised<R>): R {
  const last = revised.revisions.at(-1);
  if (last === undefined) throw new Error('A revised thing has lost all its revisions');
  return last;
}

export function membershipKey(projectId: string, principalId: string): string {
  return `${projectId}/${principalId}`;
}

export function grantsGroup(entity: string, policyType: string): string {
  return `${entity}/${policyType}`;
}
