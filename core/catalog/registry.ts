import { accountPool } from './account-pool';
import { asset } from './asset';
import { assetFilter } from './asset-filter';
import { assetRevision } from './asset-revision';
import { assetType } from './asset-type';
import { assetTypeRevision } from './asset-type-revision';
import { attributeMetadata } from './attribute-metadata';
import { connection, domainConnection } from './connection';
import { dataExportConfiguration } from './data-export-configuration';
import { dataProduct } from './data-product';
import { dataProductRevision } from './data-product-revision';
import { dataSource } from './data-source';
import { domain } from './domain';
import { domainUnit } from './domain-unit';
import { domainUnitOwner } from './domain-unit-owner';
import { environment } from './environment';
import { environmentAction } from './environment-action';
import { environmentBlueprint } from './environment-blueprint';
import { environmentBlueprintConfiguration } from './environment-blueprint-configuration';
import { environmentProfile } from './environment-profile';
import { formType } from './form-type';
import { formTypeRevision } from './form-type-revision';
import { glossary } from './glossary';
import { glossaryTerm } from './glossary-term';
import { groupProfile } from './group-profile';
import type { DomainVersion, Kind } from './kind';
import { lineageEvent } from './lineage-event';
import { listing } from './listing';
import { notebook } from './notebook';
import { policyGrant } from './policy-grant';
import { project } from './project';
import { membership } from './project-membership';
import { projectProfile } from './project-profile';
import { rule } from './rule';
import { subscription } from './subscription';
import { subscriptionGrant } from './subscription-grant';
import { subscriptionRequest } from './subscription-request';
import { subscriptionTarget } from './subscription-target';
import { timeSeriesPoint } from './time-series-point';
import { userProfile } from './user-profile';

/** Every kind that is backed up, each after those that it mostly refers to. */
const declared: readonly Kind[] = [
  domain,
  dataExportConfiguration,
  groupProfile,
  userProfile,
  domainUnit,
  domainUnitOwner,
  accountPool,
  environmentBlueprint,
  environmentBlueprintConfiguration,
  projectProfile,
  project,
  membership,
  environmentProfile,
  environment,
  environmentAction,
  domainConnection,
  connection,
  glossary,
  glossaryTerm,
  formType,
  formTypeRevision,
  assetType,
  assetTypeRevision,
  policyGrant,
  rule,
  subscriptionTarget,
  dataSource,
  asset,
  assetRevision,
  assetFilter,
  attributeMetadata,
  timeSeriesPoint,
  dataProduct,
  dataProductRevision,
  listing,
  subscriptionRequest,
  subscription,
  subscriptionGrant,
  lineageEvent,
  notebook,
];

const names = new Set(declared.map((kind) => kind.name));

/**
 * Kinds may declare references to kinds that are not here yet (a project's domain unit); these start to
 * count once the kind is in the registry.
 */
function withReferencesToKnownKinds(kind: Kind): Kind {
  return {
    ...kind,
    references: (record, context) =>
      kind.references(record, context).filter((reference) => names.has(reference.kind)),
  };
}

export const kinds: readonly Kind[] = declared.map(withReferencesToKnownKinds);

export function kindsOf(version: DomainVersion): readonly Kind[] {
  return kinds.filter((kind) => kind.versions.includes(version));
}

/** A name that no kind has: an item of a newer version of this code, or a mistake. */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError';
}

/** Throws `UnknownKindError`. */
export function kindByName(name: string): Kind {
  const found = kinds.find((kind) => kind.name === name);
  if (found === undefined) {
    throw new UnknownKindError(`no resource kind is called ${name}; there are ${[...names].join(', ')}`);
  }
  return found;
}

/** IAM actions that reading all kinds of a domain needs, sorted. */
export function readActions(version: DomainVersion): string[] {
  return [...new Set(kindsOf(version).flatMap((kind) => kind.actions))].sort();
}

/**
 * IAM actions that restoring kinds, all of them if not told, into a domain needs: to read what it has, and to make and
 * change what it lacks. Sorted.
 */
export function restoreActions(version: DomainVersion, restored = kindsOf(version)): string[] {
  const changing = restored.flatMap(({ restore }) => Object.values(restore?.operations ?? {}).flat());
  return [
    ...new Set([...readActions(version), ...changing.map((operation) => `datazone:${operation}`)]),
  ].sort();
}

/** Kinds that are left out of a drill, beside what acts outside of the domain. */
export const undrilledKinds: string[] = [
  // Its own settings are not restored: they would take from it the tag by which it may be deleted.
  'domain',
  // A profile is refused where nothing configures its blueprint, and what does acts outside.
  'environmentProfile',
];

/** Kinds of which a drill may make or change something. */
export function drilledKinds(version: DomainVersion): readonly Kind[] {
  return kindsOf(version).filter(
    ({ name, restore }) => restore?.actsOutside !== true && !undrilledKinds.includes(name),
  );
}
