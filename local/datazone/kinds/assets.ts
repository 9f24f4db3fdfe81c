import type { Call } from '../call';
import { type Asset, type AssetRevision, type AssetType, type Domain, latest } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { present } from '../present';
import { removeAttributes } from './attributes-metadata';
import { isInDataProduct } from './data-products';
import { referredType, revisionOf } from './form-types';
import { checkedForms, checkedTerms } from './forms';
import { revisionsPage } from './revisions';
import { latestDataPoints, removeDataPoints } from './time-series';

/** The prefix, spelled as AWS spells it, that turns an identifier into an external one. */
const externalPrefix = 'externalIdentifer/';

export const assets: Handlers = {
  CreateAsset(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.owningProjectIdentifier);
    requireMember(call, domain, project.id);
    const { externalIdentifier } = input;
    if (externalIdentifier !== undefined && domain.externalIdentifiers.has(externalIdentifier)) {
      throw conflict(`An asset with the external identifier ${externalIdentifier} exists`);
    }
    const type = typeOf(call, domain, input.typeIdentifier, input.typeRevision);
    const author = call.author(domain);
    const revision: AssetRevision = {
      id: call.newId(),
      domainId: domain.id,
      owningProjectId: project.id,
      name: input.name,
      typeIdentifier: type.name,
      typeRevision: type.revision,
      externalIdentifier,
      revision: '1',
      description: input.description,
      createdAt: call.now,
      createdBy: author,
      firstRevisionCreatedAt: call.now,
      firstRevisionCreatedBy: author,
      glossaryTerms: checkedTerms(call, domain, input.glossaryTerms),
      formsOutput: formsOf(call, domain, type, input.formsInput),
    };
    const asset: Asset = { revisions: [revision], governedGlossaryTerms: [], listingId: undefined };
    domain.assets.put(revision.id, asset);
    domain.assetsOfType.set(type.name, (domain.assetsOfType.get(type.name) ?? 0) + 1);
    if (externalIdentifier !== undefined) domain.externalIdentifiers.set(externalIdentifier, revision.id);
    announce(call, domain, 'Asset Added To Inventory', revision);
    return { ...shown(domain, asset), predictionConfiguration: input.predictionConfiguration };
  },

  CreateAssetRevision(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = call.find(domain.assets, 'Asset', input.identifier);
    const before = latest(asset);
    requireMember(call, domain, before.owningProjectId);
    const type = typeOf(call, domain, before.typeIdentifier, input.typeRevision ?? before.typeRevision);
    const revision: AssetRevision = {
      ...before,
      name: input.name,
      typeRevision: type.revision,
      revision: String(asset.revisions.length + 1),
      description: input.description,
      createdAt: call.now,
      createdBy: call.author(domain),
      glossaryTerms: checkedTerms(call, domain, input.glossaryTerms),
      formsOutput: formsOf(call, domain, type, input.formsInput),
    };
    const revised: Asset = { ...asset, revisions: [...asset.revisions, revision] };
    domain.assets.put(before.id, revised);
    announce(call, domain, 'New Asset Version Available', revision);
    return { ...shown(domain, revised), predictionConfiguration: input.predictionConfiguration };
  },

  GetAsset(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = readable(call, domain, input.identifier);
    return shown(domain, asset, revisionOf(asset, 'Asset', input.identifier, input.revision));
  },

  DeleteAsset(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = call.find(domain.assets, 'Asset', input.identifier);
    const { id, owningProjectId } = latest(asset);
    requireMember(call, domain, owningProjectId);
    if (asset.listingId !== undefined && domain.listings.get(asset.listingId)?.status === 'ACTIVE') {
      throw conflict(`Asset ${id} is published`);
    }
    if (isInDataProduct(domain, id)) throw conflict(`Asset ${id} is in a data product`);
    if (domain.assetFilters.entries(id).length > 0) throw conflict(`Asset ${id} has filters`);
    removeAsset(domain, asset);
    return {};
  },

  ListAssetRevisions(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return revisionsPage(input, readable(call, domain, input.identifier));
  },
};

/** Deletes an asset, and whatever is said of it. */
export function removeAsset(domain: Domain, asset: Asset): void {
  const { id, typeIdentifier, externalIdentifier } = latest(asset);
  for (const filter of domain.assetFilters.rows(id)) domain.assetFilters.delete(filter.id);
  removeAttributes(domain, id);
  removeDataPoints(domain, 'ASSET', id);
  domain.assets.delete(id);
  domain.assetsOfType.set(typeIdentifier, (domain.assetsOfType.get(typeIdentifier) ?? 1) - 1);
  if (externalIdentifier !== undefined) domain.externalIdentifiers.delete(externalIdentifier);
}

/** An asset as GetAsset shows it: one revision of it, and what changes without a revision. */
export function shown(domain: Domain, asset: Asset, revision = latest(asset)): Answer<'GetAsset'> {
  const listing = asset.listingId === undefined ? undefined : domain.listings.get(asset.listingId);
  return {
    ...revision,
    ...(asset.governedGlossaryTerms.length > 0
      ? { governedGlossaryTerms: [...asset.governedGlossaryTerms] }
      : {}),
    ...present({ latestTimeSeriesDataPointFormsOutput: latestDataPoints(domain, revision.id) }),
    ...(listing ? { listing: { listingId: listing.id, listingStatus: listing.status ?? 'ACTIVE' } } : {}),
  };
}

function readable(call: Call, domain: Domain, identifier: string): Asset {
  const asset = call.find(domain.assets, 'Asset', assetId(domain, identifier));
  requireMember(call, domain, latest(asset).owningProjectId);
  return asset;
}

function assetId(domain: Domain, identifier: string): string {
  if (!identifier.startsWith(externalPrefix)) return identifier;
  const id = domain.externalIdentifiers.get(identifier.slice(externalPrefix.length));
  if (id === undefined) throw notFound('Asset', identifier);
  return id;
}

function typeOf(call: Call, domain: Domain, name: string, revision: string | undefined): AssetType {
  return revisionOf(referredType(call, domain.assetTypes, name), 'Asset type', name, revision);
}

/** An asset's forms: those that its type requires, and of the types that it says. */
function formsOf(
  call: Call,
  domain: Domain,
  type: AssetType,
  input: Given<'CreateAsset'>['formsInput'],
): AssetRevision['formsOutput'] {
  for (const [name, { required }] of Object.entries(type.formsOutput)) {
    if (required && !input?.some(({ formName }) => formName === name)) {
      throw invalid(`Asset type ${type.name} requires the form ${name}`);
    }
  }
  return checkedForms(call, domain, input, type.formsOutput);
}

function announce(call: Call, domain: Domain, detailType: string, asset: AssetRevision): void {
  const { id, name, revision, owningProjectId, typeIdentifier } = asset;
  call.emit(
    domain,
    detailType,
    { typeName: 'AssetEntityType', id, version: revision, owningProjectId },
    { assetId: id, name, typeName: typeIdentifier },
  );
}
