import type { Call } from '../call';
import { type DataProduct, type DataProductRevision, type Domain, latest } from '../domain';
import { conflict } from '../faults';
import { requireMember } from '../membership';
import type { Given, Handlers } from '../operations';
import { revisionOf } from './form-types';
import { checkedForms, checkedTerms } from './forms';
import { revisionsPage } from './revisions';

/** What people say of a data product: all of it is given anew with each revision. */
type Contents = Pick<DataProductRevision, 'name' | 'description' | 'glossaryTerms' | 'items' | 'formsOutput'>;

export const dataProducts: Handlers = {
  CreateDataProduct(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.owningProjectIdentifier);
    requireMember(call, domain, project.id);
    requireFreeName(domain, input.name);
    const author = call.author(domain);
    const product: DataProductRevision = {
      domainId: domain.id,
      id: call.newId(),
      revision: '1',
      owningProjectId: project.id,
      status: 'CREATED',
      ...checkedContents(call, domain, input),
      createdAt: call.now,
      createdBy: author,
      firstRevisionCreatedAt: call.now,
      firstRevisionCreatedBy: author,
    };
    domain.dataProducts.put(product.id, { revisions: [product], listingId: undefined });
    return product;
  },

  CreateDataProductRevision(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const product = call.find(domain.dataProducts, 'Data product', input.identifier);
    const before = latest(product);
    requireMember(call, domain, before.owningProjectId);
    if (input.name !== before.name) requireFreeName(domain, input.name);
    const revision: DataProductRevision = {
      ...before,
      revision: String(product.revisions.length + 1),
      ...checkedContents(call, domain, input),
      createdAt: call.now,
      createdBy: call.author(domain),
    };
    domain.dataProducts.put(before.id, { ...product, revisions: [...product.revisions, revision] });
    const { id, name, owningProjectId } = revision;
    call.emit(
      domain,
      'Data Product Revised',
      { typeName: 'DataProductEntityType', id, version: revision.revision, owningProjectId },
      { dataProductId: id, name },
    );
    return revision;
  },

  GetDataProduct(call, input) {
    const product = readable(call, input);
    return revisionOf(product, 'Data product', input.identifier, input.revision);
  },

  ListDataProductRevisions(call, input) {
    return revisionsPage(input, readable(call, input));
  },

  DeleteDataProduct(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const product = call.find(domain.dataProducts, 'Data product', input.identifier);
    const { id, owningProjectId } = latest(product);
    requireMember(call, domain, owningProjectId);
    if (product.listingId !== undefined && domain.listings.get(product.listingId)?.status === 'ACTIVE') {
      throw conflict(`Data product ${id} is published`);
    }
    domain.dataProducts.delete(id);
    return {};
  },
};

/** Whether an asset is in the latest revision of any data product. */
export function isInDataProduct(domain: Domain, assetId: string): boolean {
  return domain.dataProducts
    .rows()
    .some((product) => latest(product).items?.some(({ identifier }) => identifier === assetId));
}

function readable(call: Call, input: Given<'ListDataProductRevisions'>): DataProduct {
  const domain = call.domain(input.domainIdentifier);
  const product = call.find(domain.dataProducts, 'Data product', input.identifier);
  requireMember(call, domain, latest(product).owningProjectId);
  return product;
}

function checkedContents(
  call: Call,
  domain: Domain,
  input: Given<'CreateDataProduct'> | Given<'CreateDataProductRevision'>,
): Contents {
  for (const { identifier, revision, glossaryTerms } of input.items ?? []) {
    revisionOf(call.find(domain.assets, 'Asset', identifier), 'Asset', identifier, revision);
    checkedTerms(call, domain, glossaryTerms);
  }
  return {
    name: input.name,
    description: input.description,
    glossaryTerms: checkedTerms(call, domain, input.glossaryTerms),
    items: input.items,
    formsOutput: checkedForms(call, domain, input.formsInput),
  };
}

function requireFreeName(domain: Domain, name: string): void {
  if (domain.dataProducts.rows().some((product) => latest(product).name === name)) {
    throw conflict(`A data product with the name ${name} exists`);
  }
}
