import { compositeId } from './composite-id';
import { isList, isObject, objects, text } from './json';
import type { Json, JsonObject, Reference } from './kind';
import { referenceAt } from './references';
import { omitted, setBy, strings, structure, union, value, values } from './shape';

/** Listings name terms, not ids: they are no references. */
const terms = setBy('name', structure(values('name', 'shortDescription')));

/** The columns and rows of an asset that are shared: its filters. */
export const assetScope = structure({ ...values('assetId', 'status', 'errorMessage'), filterIds: strings });

export const permissions = union({ s3: strings });

/** Who subscribes, as `SubscribedPrincipal` shows it. */
export const subscribedPrincipal = union({
  project: structure(values('id', 'name')),
  user: structure({
    id: value,
    details: union({
      iam: structure(values('arn', 'principalId', 'sessionName', 'groupProfileId')),
      sso: structure(values('username', 'firstName', 'lastName')),
    }),
  }),
  group: structure(values('id', 'name')),
  iam: structure(values('principalArn')),
});

/** What is subscribed to, as `SubscribedListing` shows it. */
export const subscribedListing = structure({
  ...values('id', 'revision', 'name', 'description', 'ownerProjectId', 'ownerProjectName'),
  item: union({
    assetListing: structure({
      ...values('entityId', 'entityRevision', 'entityType'),
      forms: omitted('the asset itself is the lossless copy'),
      glossaryTerms: terms,
      assetScope,
      permissions,
    }),
    productListing: structure({
      ...values('entityId', 'entityRevision', 'name', 'description'),
      glossaryTerms: terms,
      assetListings: setBy('entityId', structure(values('entityId', 'entityRevision', 'entityType'))),
    }),
  }),
});

/** Id of the project that subscribes, where one does. */
export function subscribingProject(principal: Json | undefined): string | undefined {
  return isObject(principal) && isObject(principal.project) ? text(principal.project, 'id') : undefined;
}

export function principalReferences(principal: Json | undefined, path: string): readonly Reference[] {
  if (!isObject(principal)) return [];
  const { project, user, group } = principal;
  const details = isObject(user) && isObject(user.details) ? user.details.iam : undefined;
  return [
    ...within(project, (it) => referenceAt('project', it, 'id', `${path}.project.id`)),
    ...within(user, (it) => referenceAt('userProfile', it, 'id', `${path}.user.id`)),
    ...within(details, (it) =>
      referenceAt('groupProfile', it, 'groupProfileId', `${path}.user.details.iam.groupProfileId`),
    ),
    ...within(group, (it) => referenceAt('groupProfile', it, 'id', `${path}.group.id`)),
  ];
}

export function listingReferences(listing: Json | undefined, path: string): readonly Reference[] {
  if (!isObject(listing)) return [];
  const scopeId = text(listing, 'ownerProjectId');
  const owned = (found: readonly Reference[]): readonly Reference[] =>
    scopeId === undefined ? found : found.map((reference) => ({ ...reference, scopeId }));
  const item = isObject(listing.item) ? listing.item : {};
  return [
    ...referenceAt('listing', listing, 'id', `${path}.id`),
    ...referenceAt('project', listing, 'ownerProjectId', `${path}.ownerProjectId`),
    ...within(item.assetListing, (it) => [
      ...owned(referenceAt('asset', it, 'entityId', `${path}.item.assetListing.entityId`)),
      ...owned(scopeReferences(it.assetScope, `${path}.item.assetListing.assetScope`)),
    ]),
    ...within(item.productListing, (it) => [
      ...owned(referenceAt('dataProduct', it, 'entityId', `${path}.item.productListing.entityId`)),
      ...objects(it, 'assetListings').flatMap((asset, n) =>
        referenceAt('asset', asset, 'entityId', `${path}.item.productListing.assetListings[${n}].entityId`),
      ),
    ]),
  ];
}

/** The filters of an asset scope; ids of filters are unique within their asset. */
export function scopeReferences(scope: Json | undefined, path: string): readonly Reference[] {
  if (!isObject(scope)) return [];
  const assetId = text(scope, 'assetId');
  const filterIds = isList(scope.filterIds) ? scope.filterIds : [];
  return [
    ...referenceAt('asset', scope, 'assetId', `${path}.assetId`),
    ...filterIds.flatMap((id, n) =>
      assetId === undefined || typeof id !== 'string'
        ? []
        : [{ kind: 'assetFilter', id: compositeId(assetId, id), path: `${path}.filterIds[${n}]` }],
    ),
  ];
}

function within(
  value: Json | undefined,
  references: (object: JsonObject) => readonly Reference[],
): readonly Reference[] {
  return isObject(value) ? references(value) : [];
}
