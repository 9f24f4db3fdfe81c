import { type Attribute, type Domain, latest } from '../domain';
import { invalid } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { columnsOf } from './asset-columns';
import { revisionOf } from './form-types';
import { checkedForms } from './forms';

/** What people say of single columns. It changes at once, without a revision of the asset. */
export const attributesMetadata: Handlers = {
  BatchPutAttributesMetadata(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const asset = latest(call.find(domain.assets, 'Asset', assetOf(domain, input)));
    requireMember(call, domain, asset.owningProjectId);
    const columns = columnsOf(asset);
    const known = input.attributes.filter((it) => columns.includes(it.attributeIdentifier));
    const attributes = known.map(({ attributeIdentifier, forms }) => ({
      assetId: asset.id,
      attributeIdentifier,
      forms: checkedForms(call, domain, forms),
    }));
    for (const attribute of attributes) domain.attributes.put(keyOf(attribute), attribute);
    return {
      attributes: attributes.map(({ attributeIdentifier }) => ({ attributeIdentifier })),
      errors: input.attributes
        .map((it) => it.attributeIdentifier)
        .filter((name) => !columns.includes(name))
        .map(notFoundError),
    };
  },

  BatchGetAttributesMetadata(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const assetId = assetOf(domain, input);
    const asset = call.find(domain.assets, 'Asset', assetId);
    requireMember(call, domain, latest(asset).owningProjectId);
    const columns = columnsOf(revisionOf(asset, 'Asset', assetId, input.entityRevision));
    const names = input.attributeIdentifiers;
    return {
      attributes: names
        .filter((name) => columns.includes(name))
        .map((attributeIdentifier) => shown(domain, assetId, attributeIdentifier)),
      errors: names.filter((name) => !columns.includes(name)).map(notFoundError),
    };
  },
};

/** Deletes what is said of an asset's columns. */
export function removeAttributes(domain: Domain, assetId: string): void {
  for (const attribute of domain.attributes.rows(assetId)) domain.attributes.delete(keyOf(attribute));
}

function shown(
  domain: Domain,
  assetId: string,
  attributeIdentifier: string,
): NonNullable<Answer<'BatchGetAttributesMetadata'>['attributes']>[number] {
  const forms = domain.attributes.get(keyOf({ assetId, attributeIdentifier }))?.forms ?? [];
  return { attributeIdentifier, forms: [...forms] };
}

function keyOf({ assetId, attributeIdentifier }: Omit<Attribute, 'forms'>): string {
  return `${assetId}/${attributeIdentifier}`;
}

/** A listing shows what its asset has. */
function assetOf(
  domain: Domain,
  {
    entityType,
    entityIdentifier,
  }: Pick<Given<'BatchGetAttributesMetadata'>, 'entityType' | 'entityIdentifier'>,
): string {
  if (entityType === 'ASSET') return entityIdentifier;
  const assetId = domain.listings.get(entityIdentifier)?.item?.assetListing?.assetId;
  if (assetId === undefined) throw invalid(`${entityIdentifier} is no listing of an asset`);
  return assetId;
}

/** AWS does not say which codes there are. */
const notFoundError = (attributeIdentifier: string) => ({
  attributeIdentifier,
  code: 'RESOURCE_NOT_FOUND',
  message: `The asset has no attribute ${attributeIdentifier}`,
});
