import type { Call } from '../call';
import { type Asset, type DataProduct, type Domain, type Listing, latest } from '../domain';
import { invalid } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { removeDataPoints } from './time-series';

type ListingItem = NonNullable<Listing['item']>;
type AssetListing = NonNullable<ListingItem['assetListing']>;
type DataProductListing = NonNullable<ListingItem['dataProductListing']>;
type ListedTerm = NonNullable<AssetListing['glossaryTerms']>[number];

/** What can be published, in its latest revision. */
interface Publishable {
  readonly what: string;
  readonly head: {
    readonly id: string;
    readonly revision: string;
    readonly name: string;
    readonly description?: string | undefined;
    readonly owningProjectId: string;
  };
  readonly listingId: string | undefined;
  /** The copy that a listing shows. */
  item(): ListingItem;
  keep(listingId: string | undefined): void;
}

export const listings: Handlers = {
  CreateListingChangeSet(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const entity = publishable(call, domain, input);
    const { head, what } = entity;
    requireMember(call, domain, head.owningProjectId);
    if (input.entityRevision !== undefined && input.entityRevision !== head.revision) {
      throw invalid(`Only the latest revision of ${what} ${head.id} can be published`);
    }
    return input.action === 'PUBLISH' ? publish(call, domain, entity) : unpublish(call, domain, entity);
  },

  GetListing(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const listing = call.find(domain.listings, 'Listing', input.identifier);
    if (input.listingRevision !== undefined && input.listingRevision !== listing.listingRevision) {
      throw invalid(`Only the latest revision of listing ${listing.id} is kept`);
    }
    return listing;
  },

  DeleteListing(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const listing = call.find(domain.listings, 'Listing', input.identifier);
    requireMember(call, domain, ownerOf(listing) ?? '');
    removeListing(call, domain, listing);
    return {};
  },
};

/** The project whose asset or data product is listed. */
export function ownerOf({ item }: Listing): string | undefined {
  return (item?.assetListing ?? item?.dataProductListing)?.owningProjectId;
}

/** Takes an asset or a data product out of the catalog, and forgets that it was in there. */
export function removeListing(call: Call, domain: Domain, listing: Listing): void {
  const { assetListing, dataProductListing } = listing.item ?? {};
  const asset = domain.assets.get(assetListing?.assetId ?? '');
  const product = domain.dataProducts.get(dataProductListing?.dataProductId ?? '');
  if (asset) ofAsset(domain, asset).keep(undefined);
  if (product) ofDataProduct(domain, product).keep(undefined);
  removeDataPoints(domain, 'LISTING', listing.id);
  domain.listings.delete(listing.id);
  if (assetListing) announce(call, domain, 'Asset Listing Deleted', listing);
}

function publishable(
  call: Call,
  domain: Domain,
  { entityType, entityIdentifier }: Given<'CreateListingChangeSet'>,
): Publishable {
  return entityType === 'ASSET'
    ? ofAsset(domain, call.find(domain.assets, 'Asset', entityIdentifier))
    : ofDataProduct(domain, call.find(domain.dataProducts, 'Data product', entityIdentifier));
}

function ofAsset(domain: Domain, asset: Asset): Publishable {
  const head = latest(asset);
  return {
    what: 'asset',
    head,
    listingId: asset.listingId,
    item: () => ({ assetListing: assetListingOf(domain, asset) }),
    keep: (listingId) => domain.assets.put(head.id, { ...asset, listingId }),
  };
}

function ofDataProduct(domain: Domain, product: DataProduct): Publishable {
  const head = latest(product);
  return {
    what: 'data product',
    head,
    listingId: product.listingId,
    item: () => ({ dataProductListing: dataProductListingOf(domain, product) }),
    keep: (listingId) => domain.dataProducts.put(head.id, { ...product, listingId }),
  };
}

function publish(call: Call, domain: Domain, entity: Publishable): Answer<'CreateListingChangeSet'> {
  const author = call.author(domain);
  const before = entity.listingId === undefined ? undefined : domain.listings.get(entity.listingId);
  const item = entity.item();
  const listing: Listing = {
    domainId: domain.id,
    id: before?.id ?? call.newId(),
    listingRevision: String(Number(before?.listingRevision ?? 0) + 1),
    name: entity.head.name,
    description: entity.head.description,
    status: 'ACTIVE',
    createdAt: before?.createdAt ?? call.now,
    createdBy: before?.createdBy ?? author,
    updatedAt: call.now,
    updatedBy: author,
    item,
  };
  domain.listings.put(listing.id, listing);
  entity.keep(listing.id);
  announce(
    call,
    domain,
    item.assetListing ? 'Asset Added To Catalog' : 'Data Product Added To Catalog',
    listing,
  );
  const isSubscribed = domain.subscriptions
    .rows()
    .some((it) => it.status === 'APPROVED' && it.subscribedListing.id === listing.id);
  if (before && item.dataProductListing && isSubscribed) {
    announce(call, domain, 'Subscribed Data Product Updated', listing);
  }
  // AWS answers before it has published; here the listing is there with the next call.
  return { listingId: listing.id, listingRevision: listing.listingRevision, status: 'CREATING' };
}

function unpublish(
  call: Call,
  domain: Domain,
  { what, head, listingId }: Publishable,
): Answer<'CreateListingChangeSet'> {
  const listing = domain.listings.get(listingId ?? '');
  if (!listing) throw invalid(`${what} ${head.id} is not published`);
  const unpublished: Listing = {
    ...listing,
    status: 'INACTIVE',
    updatedAt: call.now,
    updatedBy: call.author(domain),
  };
  domain.listings.put(listing.id, unpublished);
  // DataZone has no event for a data product that leaves the catalog.
  if (listing.item?.assetListing) announce(call, domain, 'Asset Unpublished', unpublished);
  return { listingId: listing.id, listingRevision: listing.listingRevision, status: 'INACTIVE' };
}

/** The published copy: forms as one JSON text by form name, terms by name and not by id. */
function assetListingOf(domain: Domain, asset: Asset): AssetListing {
  const revision = latest(asset);
  return {
    assetId: revision.id,
    assetRevision: revision.revision,
    assetType: revision.typeIdentifier,
    createdAt: revision.createdAt,
    forms: formsText(revision.formsOutput),
    glossaryTerms: listedTerms(domain, revision.glossaryTerms),
    governedGlossaryTerms: listedTerms(domain, asset.governedGlossaryTerms),
    owningProjectId: revision.owningProjectId,
  };
}

/** A data product's items stand in its listing as listings: those of its assets that are published. */
function dataProductListingOf(domain: Domain, product: DataProduct): DataProductListing {
  const revision = latest(product);
  return {
    dataProductId: revision.id,
    dataProductRevision: revision.revision,
    createdAt: revision.createdAt,
    forms: formsText(revision.formsOutput),
    glossaryTerms: listedTerms(domain, revision.glossaryTerms),
    owningProjectId: revision.owningProjectId,
    items: (revision.items ?? []).flatMap(({ identifier, glossaryTerms }) => {
      const listing = domain.listings.get(domain.assets.get(identifier)?.listingId ?? '');
      if (listing?.status !== 'ACTIVE') return [];
      return [
        {
          listingId: listing.id,
          listingRevision: listing.listingRevision,
          glossaryTerms: listedTerms(domain, glossaryTerms),
        },
      ];
    }),
  };
}

function formsText(
  forms: readonly { formName: string; content?: string | undefined }[] | undefined = [],
): string {
  return JSON.stringify(
    Object.fromEntries(forms.map(({ formName, content }) => [formName, JSON.parse(content ?? '{}')])),
  );
}

function listedTerms(domain: Domain, ids: readonly string[] = []): ListedTerm[] {
  return ids.flatMap((id) => {
    const term = domain.terms.get(id);
    return term ? [{ name: term.name, shortDescription: term.shortDescription }] : [];
  });
}

function announce(call: Call, domain: Domain, detailType: string, listing: Listing): void {
  const { assetListing, dataProductListing } = listing.item ?? {};
  const owningProjectId = ownerOf(listing);
  call.emit(
    domain,
    detailType,
    {
      typeName: 'ListingEntityType',
      id: listing.id,
      version: listing.listingRevision,
      ...(owningProjectId === undefined ? {} : { owningProjectId }),
    },
    {
      ...(assetListing && { assetId: assetListing.assetId, assetVersion: assetListing.assetRevision }),
      ...(dataProductListing && { dataProductId: dataProductListing.dataProductId }),
      listingId: listing.id,
      name: listing.name,
    },
  );
}
