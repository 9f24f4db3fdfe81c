import type { PolicyGrantMember } from '@aws-sdk/client-datazone';
import type { Answer, Sound } from './operations';
import { type IndexConditions, SearchTable } from './search-table';
import { Table } from './store';

export type AssetRevision = Omit<Answer<'GetAsset'>, 'listing' | 'governedGlossaryTerms'>;
export type FormType = Answer<'GetFormType'>;
export type AssetType = Answer<'GetAssetType'>;
export type Listing = Answer<'GetListing'>;
export type Rule = Answer<'GetRule'>;
export type AccountPool = Answer<'GetAccountPool'>;
export type EnvironmentAction = Answer<'GetEnvironmentAction'>;
export type SubscriptionTarget = Answer<'GetSubscriptionTarget'>;
export type DataProductRevision = Answer<'GetDataProduct'>;

/** Something that keeps its revisions, oldest first; there is always one. */
export interface Revised<R> {
  readonly revisions: readonly R[];
}

export interface Asset extends Revised<AssetRevision> {
  /** Not part of a revision: they change without one. */
  readonly governedGlossaryTerms: readonly string[];
  readonly listingId: string | undefined;
}

export interface DataProduct extends Revised<DataProductRevision> {
  readonly listingId: string | undefined;
}

export interface AssetFilter
  extends Pick<Answer<'GetAssetFilter'>, 'id' | 'domainId' | 'assetId' | 'name' | 'configuration'> {
  readonly description: string | undefined;
  readonly createdAt: Date;
}

/** A column of an asset, and what is said of it. */
export interface Attribute {
  readonly assetId: string;
  readonly attributeIdentifier: string;
  readonly forms: AssetRevision['formsOutput'];
}

export interface DataPoint {
  readonly entityType: string;
  readonly entityId: string;
  readonly form: NonNullable<Answer<'GetTimeSeriesDataPoint'>['form']>;
}

export interface LineageEvent {
  readonly domainId: string;
  readonly id: string;
  readonly event: Uint8Array;
  readonly eventTime: Date;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly readyAt: number;
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

export interface Blueprint extends Answer<'GetEnvironmentBlueprint'> {
  /** Supplied by AWS. */
  readonly managed: boolean;
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
  readonly groups = new Table<Answer<'GetGroupProfile'>>();
  readonly rules = new Table<Revised<Rule>>();
  readonly projects = new Table<Answer<'GetProject'>>();
  readonly memberships = new Table<Membership>((member) => [member.projectId]);
  readonly blueprints = new Table<Blueprint>();
  readonly blueprintConfigurations = new Table<Answer<'GetEnvironmentBlueprintConfiguration'>>();
  readonly accountPools = new Table<AccountPool>();
  readonly projectProfiles = new Table<Answer<'GetProjectProfile'>>();
  readonly environmentProfiles = new Table<Answer<'GetEnvironmentProfile'>>();
  readonly environments = new Table<Deployed<Answer<'GetEnvironment'>>>((it) => [it.row.projectId]);
  readonly connections = new Table<Answer<'GetConnection'>>((it) => [it.projectId ?? '']);
  readonly dataSources = new Table<Deployed<Answer<'GetDataSource'>>>((it) => [it.row.projectId]);
  readonly subscriptionRequests = new Table<Answer<'GetSubscriptionRequestDetails'>>();
  readonly subscriptions = new Table<Answer<'GetSubscription'>>();
  readonly subscriptionGrants = new Table<Answer<'GetSubscriptionGrant'>>();
  readonly notebooks = new Table<Answer<'GetNotebook'>>((it) => [it.owningProjectId]);
  readonly environmentActions = new Table<EnvironmentAction>((action) => [action.environmentId]);
  readonly subscriptionTargets = new Table<SubscriptionTarget>((target) => [target.environmentId]);
  /** ARNs of the roles that an environment is associated with, by its id: no operation reads them. */
  readonly environmentRoles = new Map<string, Set<string>>();
  readonly assetFilters = new Table<AssetFilter>((filter) => [filter.assetId]);
  readonly attributes = new Table<Attribute>((attribute) => [attribute.assetId]);
  readonly dataPoints = new Table<DataPoint>((point) => [seriesOf(point)]);
  /** The latest point of each series, by series. */
  readonly latestDataPoints = new Table<DataPoint>((point) => [`${point.entityType}/${point.entityId}`]);
  readonly lineageEvents = new Table<LineageEvent>();
  readonly glossaries: SearchTable<Answer<'GetGlossary'>>;
  readonly terms: SearchTable<Answer<'GetGlossaryTerm'>>;
  readonly formTypes: SearchTable<Revised<FormType>>;
  readonly assetTypes: SearchTable<Revised<AssetType>>;
  readonly assets: SearchTable<Asset>;
  readonly listings: SearchTable<Listing>;
  readonly dataProducts: SearchTable<DataProduct>;
  /** Asset id by external identifier. */
  readonly externalIdentifiers = new Map<string, string>();
  /** How many assets there are of each type. */
  readonly assetsOfType = new Map<string, number>();
  /** User profile id by ARN of the role, or by user name. */
  readonly profileIds = new Map<string, string>();
  /** Group profile id by name of the group, or by ARN of the role. */
  readonly groupIds = new Map<string, string>();
  readonly tags = new Map<string, string>();
  dataExport: Answer<'GetDataExportConfiguration'> | undefined;

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
    this.dataProducts = new SearchTable((product) => [latest(product).owningProjectId], conditions);
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

export function seriesOf({ entityType, entityId, form }: DataPoint): string {
  return seriesName(entityType, entityId, form.formName);
}

/** The series that the points of one form of an asset or a listing make. */
export function seriesName(entityType: string, entityId: string, formName: string): string {
  return `${entityType}/${entityId}/${formName}`;
}
