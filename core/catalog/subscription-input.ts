import { isList, isObject, objects, text } from './json';
import type { Json, JsonObject } from './kind';
import { InvalidRequestError } from './source';

const principals = ['project', 'user', 'group'] as const;

/** What of a principal, as it is shown, is a copy of what the principal itself has. */
export function copiedOfPrincipal(at: string): readonly string[] {
  return ['project.name', 'user.details', 'group.name'].map((member) => `${at}.${member}`);
}

/** What of a listing, as a subscription shows it, is a copy of the listing and of what was published. */
export function copiedOfListing(at: string): readonly string[] {
  const asset = [
    'entityRevision',
    'entityType',
    'glossaryTerms',
    'assetScope.status',
    'assetScope.errorMessage',
  ];
  const product = ['entityRevision', 'name', 'description', 'glossaryTerms', 'assetListings'];
  return [
    ...['revision', 'name', 'description', 'ownerProjectId', 'ownerProjectName'],
    ...asset.map((member) => `item.assetListing.${member}`),
    ...product.map((member) => `item.productListing.${member}`),
  ].map((member) => `${at}.${member}`);
}

/** Where the ids stand that a request cannot do without; a filter that is lost would widen what it gives. */
export const neededIds: readonly string[] = [
  ...principals.map((kind) => `subscribedPrincipals[0].${kind}.id`),
  'subscribedListings[0].id',
  // The most filters that a subscription can have.
  ...[0, 1, 2, 3, 4].map((n) => `subscribedListings[0].item.assetListing.assetScope.filterIds[${n}]`),
];

/** What tells who asks for what: the principal's id, the listing's, and the filters. */
export function askedFor(record: JsonObject): readonly Json[] | undefined {
  const [listing] = objects(record, 'subscribedListings');
  const principal = principalInput(record);
  const id = listing && text(listing, 'id');
  if (principal === undefined || id === undefined) return undefined;
  return [principal, id, filtersOf(listing)];
}

/** Throws `InvalidRequestError` where who asks, or what for, is not in the target. */
export function requestInput(record: JsonObject): JsonObject {
  const [listing] = objects(record, 'subscribedListings');
  const identifier = listing && text(listing, 'id');
  const principal = principalInput(record);
  if (principal === undefined) throw new InvalidRequestError('who asks is not in the target');
  if (identifier === undefined)
    throw new InvalidRequestError('what it asks for is not published in the target');
  return { subscribedPrincipals: [principal], subscribedListings: [{ identifier }] };
}

/** The filters and permissions that a request asks for, or that its approval gives. */
export function narrowing(record: JsonObject): JsonObject {
  const [listing] = objects(record, 'subscribedListings');
  const { assetId, assetScope, permissions } = assetOf(listing);
  return {
    ...(assetScope && assetId !== undefined && { assetScopes: [{ assetId, filterIds: filtersOf(listing) }] }),
    ...(permissions !== undefined &&
      assetId !== undefined && { assetPermissions: [{ assetId, permissions }] }),
  };
}

function principalInput(record: JsonObject): JsonObject | undefined {
  const [shown] = objects(record, 'subscribedPrincipals');
  if (shown === undefined) return undefined;
  for (const kind of principals) {
    const identifier = isObject(shown[kind]) ? text(shown[kind], 'id') : undefined;
    if (identifier !== undefined) return { [kind]: { identifier } };
  }
  const identifier = isObject(shown.iam) ? text(shown.iam, 'principalArn') : undefined;
  return identifier === undefined ? undefined : { iam: { identifier } };
}

interface ListedAsset {
  readonly assetId?: string;
  readonly assetScope?: JsonObject;
  readonly permissions?: Json;
}

function assetOf(listing: JsonObject | undefined): ListedAsset {
  const item = listing?.item;
  const asset = isObject(item) && isObject(item.assetListing) ? item.assetListing : {};
  const assetId = text(asset, 'entityId');
  return {
    ...(assetId !== undefined && { assetId }),
    ...(isObject(asset.assetScope) && { assetScope: asset.assetScope }),
    ...(asset.permissions !== undefined && { permissions: asset.permissions }),
  };
}

function filtersOf(listing: JsonObject | undefined): readonly Json[] {
  const filters = assetOf(listing).assetScope?.filterIds;
  return isList(filters) ? [...filters].sort() : [];
}
