import type { Call } from '../call';
import { type Asset, type AssetRevision, type Domain, type Listing, latest } from '../domain';
import { invalid } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Handlers } from '../operations';

type AssetListing = NonNullable<NonNullable<Listing['item']>['assetListing']>;
type ListedTerm = NonNullable<AssetListing['glossaryTerms']>[number];

export const listings: Handlers = {
  CreateListingChangeSet(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (input.entityType !== 'ASSET') throw invalid('Only assets can be listed in the local DataZone');
    const asset = call.find(domain.assets, 'Asset', input.entityIdentifier);
    const revision = latest(asset);
    requireMember(call, domain, revision.owningProjectId);
    if (input.entityRevision !== undefined && input.entityRevision !== revision.revision) {
      throw invalid(`Only the latest revision of asset ${revision.id} can be published`);
    }
    return input.action === 'PUBLISH' ? publish(call, domain, asset) : unpublish(call, domain, asset);
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
    const { assetId, owningProjectId } = assetListing(listing);
    requireMember(call, domain, owningProjectId ?? '');
    const asset = domain.assets.get(assetId ?? '');
    if (asset) domain.assets.put(latest(asset).id, { ...asset, listingId: undefined });
    domain.listings.delete(listing.id);
    announce(call, domain, 'Asset Listing Deleted', listing);
    return {};
  },
};

/** What a listing of an asset says; there are no listings of anything else here. */
export function assetListing(listing: Listing): AssetListing {
  return listing.item?.assetListing ?? {};
}

function publish(call: Call, domain: Domain, asset: Asset): Answer<'CreateListingChangeSet'> {
  const author = call.author(domain);
  const before = asset.listingId === undefined ? undefined : domain.listings.get(asset.listingId);
  const revision = latest(asset);
  const listing: Listing = {
    domainId: domain.id,
    id: before?.id ?? call.newId(),
    listingRevision: String(Number(before?.listingRevision ?? 0) + 1),
    name: revision.name,
    description: revision.description,
    status: 'ACTIVE',
    createdAt: before?.createdAt ?? call.now,
    createdBy: before?.createdBy ?? author,
    updatedAt: call.now,
    updatedBy: author,
    item: { assetListing: listingOf(domain, asset, revision) },
  };
  domain.listings.put(listing.id, listing);
  domain.assets.put(revision.id, { ...asset, listingId: listing.id });
  announce(call, domain, 'Asset Added To Catalog', listing);
  // AWS answers before it has published; here the listing is there with the next call.
  return { listingId: listing.id, listingRevision: listing.listingRevision, status: 'CREATING' };
}

function unpublish(call: Call, domain: Domain, asset: Asset): Answer<'CreateListingChangeSet'> {
  const listing = domain.listings.get(asset.listingId ?? '');
  if (!listing) throw invalid(`Asset ${latest(asset).id} is not published`);
  const unpublished: Listing = {
    ...listing,
    status: 'INACTIVE',
    updatedAt: call.now,
    updatedBy: call.author(domain),
  };
  domain.listings.put(listing.id, unpublished);
  announce(call, domain, 'Asset Unpublished', unpublished);
  return { listingId: listing.id, listingRevision: listing.listingRevision, status: 'INACTIVE' };
}

/** The published copy: forms as one JSON text by form name, terms by name and not by id. */
function listingOf(domain: Domain, asset: Asset, revision: AssetRevision): AssetListing {
  const forms = revision.formsOutput.map(({ formName, content }) => [formName, JSON.parse(content ?? '{}')]);
  return {
    assetId: revision.id,
    assetRevision: revision.revision,
    assetType: revision.typeIdentifier,
    createdAt: revision.createdAt,
    forms: JSON.stringify(Object.fromEntries(forms)),
    glossaryTerms: listedTerms(domain, revision.glossaryTerms),
    governedGlossaryTerms: listedTerms(domain, asset.governedGlossaryTerms),
    owningProjectId: revision.owningProjectId,
  };
}

function listedTerms(domain: Domain, ids: readonly string[] = []): ListedTerm[] {
  return ids.flatMap((id) => {
    const term = domain.terms.get(id);
    return term ? [{ name: term.name, shortDescription: term.shortDescription }] : [];
  });
}

function announce(call: Call, domain: Domain, detailType: string, listing: Listing): void {
  const { assetId, assetRevision, owningProjectId } = assetListing(listing);
  call.emit(
    domain,
    detailType,
    {
      typeName: 'ListingEntityType',
      id: listing.id,
      version: listing.listingRevision,
      ...(owningProjectId === undefined ? {} : { owningProjectId }),
    },
    { assetId, assetVersion: assetRevision, listingId: listing.id, name: listing.name },
  );
}
