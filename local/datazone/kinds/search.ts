import type { Call } from '../call';
import { type Asset, type Domain, type Listing, latest, type Revised } from '../domain';
import { notPermitted } from '../faults';
import { isMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import type { Page, PageInput, Selection } from '../pages';
import { type Attribute, type Attributes, matcher, type SearchInput, sortOf } from '../query';
import type { SearchTable } from '../search-table';
import { assetListing } from './listings';
import { isManaged } from './managed-types';

type Glossary = Answer<'GetGlossary'>;
type Term = Answer<'GetGlossaryTerm'>;
type Typed = Revised<{ readonly name: string; readonly owningProjectId?: string | undefined }>;
type InventoryItems = NonNullable<Answer<'Search'>['items']>;

export const search: Handlers = {
  Search(call, input) {
    const domain = call.domain(input.domainIdentifier);
    switch (input.searchScope) {
      case 'ASSET':
        return searchAssets(call, domain, input);
      case 'GLOSSARY': {
        const page = searchPage(call, input, domain.glossaries, glossaryAttributes, {
          group: input.owningProjectIdentifier,
        });
        return answer(page, (glossary) => ({ glossaryItem: glossary }));
      }
      case 'GLOSSARY_TERM': {
        const page = searchPage(call, input, domain.terms, termAttributes, ofProject(domain, input));
        return answer(page, (term) => ({ glossaryTermItem: term }));
      }
      case 'DATA_PRODUCT':
        return { items: [], totalMatchCount: 0 };
    }
  },

  SearchTypes(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const ofOrigin = { matches: (type: Typed) => isManaged(latest(type).name) === input.managed };
    switch (input.searchScope) {
      case 'FORM_TYPE': {
        const page = searchPage(call, input, domain.formTypes, typeAttributes, ofOrigin);
        return { ...answered(page), items: page.rows.map((type) => ({ formTypeItem: latest(type) })) };
      }
      case 'ASSET_TYPE': {
        const page = searchPage(call, input, domain.assetTypes, typeAttributes, ofOrigin);
        return { ...answered(page), items: page.rows.map((type) => ({ assetTypeItem: latest(type) })) };
      }
      case 'LINEAGE_NODE_TYPE':
        return { items: [], totalMatchCount: 0 };
    }
  },

  SearchListings(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const isListed = { matches: (listing: Listing) => listing.status === 'ACTIVE' };
    const page = searchPage(call, input, domain.listings, listingAttributes, isListed);
    const withForms = input.additionalAttributes?.includes('FORMS') ?? false;
    return {
      ...answered(page),
      items: page.rows.map((listing) => ({ assetListing: listingItem(listing, withForms) })),
    };
  },
};

function searchAssets(call: Call, domain: Domain, input: Given<'Search'>): Answer<'Search'> {
  const projectId = input.owningProjectIdentifier;
  if (projectId !== undefined && !isMember(call, domain, projectId)) {
    if (call.world.unkind.strangerSearch === 'denied') throw notPermitted(call.operation);
    return { items: [], totalMatchCount: 0 };
  }
  const isReadable =
    projectId !== undefined || call.caller.administrator
      ? undefined
      : (asset: Asset) => isMember(call, domain, latest(asset).owningProjectId);
  const page = searchPage(call, input, domain.assets, assetAttributes, {
    group: projectId,
    matches: isReadable,
    dependsOn: isReadable && domain.memberships,
  });
  const withForms = input.additionalAttributes?.includes('FORMS') ?? false;
  return answer(page, (asset) => ({ assetItem: assetItem(asset, withForms) }));
}

function searchPage<R extends object>(
  call: Call,
  input: SearchInput & PageInput,
  table: SearchTable<R>,
  attributes: Attributes<R>,
  selection: Omit<Selection<R>, 'table' | 'sort'>,
): Page<R> {
  const fits = matcher(input, attributes);
  const { matches } = selection;
  const both = fits && matches ? (row: R) => matches(row) && fits(row) : (fits ?? matches);
  return call.page(input, {
    ...selection,
    table: table.searched(),
    matches: both,
    sort: sortOf(input, attributes),
  });
}

function answered({ nextToken, total }: Page<unknown>): {
  nextToken: string | undefined;
  totalMatchCount: number;
} {
  return { nextToken, totalMatchCount: total };
}

function answer<R>(page: Page<R>, item: (row: R) => InventoryItems[number]): Answer<'Search'> {
  return { ...answered(page), items: page.rows.map(item) };
}

/** Terms belong to a project through their glossary. */
function ofProject(
  domain: Domain,
  { owningProjectIdentifier }: Given<'Search'>,
): Omit<Selection<Term>, 'table'> {
  if (owningProjectIdentifier === undefined) return {};
  return {
    matches: (term) => domain.glossaries.get(term.glossaryId)?.owningProjectId === owningProjectIdentifier,
  };
}

/** An asset as Search shows it: GetAsset's members without revision and listing, and `id` by another name. */
function assetItem(asset: Asset, withForms: boolean): NonNullable<InventoryItems[number]['assetItem']> {
  const { id, revision: _, formsOutput, readOnlyFormsOutput, ...item } = latest(asset);
  return {
    ...item,
    identifier: id,
    ...(asset.governedGlossaryTerms.length > 0
      ? { governedGlossaryTerms: [...asset.governedGlossaryTerms] }
      : {}),
    ...(withForms ? { additionalAttributes: { formsOutput, readOnlyFormsOutput } } : {}),
  };
}

type ListedItem = NonNullable<NonNullable<Answer<'SearchListings'>['items']>[number]['assetListing']>;

function listingItem(listing: Listing, withForms: boolean): ListedItem {
  const { assetId, assetRevision, assetType, forms, ...asset } = assetListing(listing);
  return {
    ...asset,
    listingId: listing.id,
    listingRevision: listing.listingRevision,
    name: listing.name,
    description: listing.description,
    entityId: assetId,
    entityRevision: assetRevision,
    entityType: assetType,
    listingCreatedBy: listing.createdBy,
    listingUpdatedBy: listing.updatedBy,
    ...(withForms ? { additionalAttributes: { forms } } : {}),
  };
}

function assetAttributes(asset: Asset, attribute: string): Attribute {
  const head = latest(asset);
  switch (attribute) {
    case '__DataZoneGlossaryTerms':
      return [...(head.glossaryTerms ?? []), ...asset.governedGlossaryTerms];
    case 'creationTime':
      return head.firstRevisionCreatedAt;
    case 'lastUpdatedTime':
      return head.createdAt;
    case 'identifier':
      return head.id;
    case 'amazonmetadata.sourceCategory':
      return 'asset';
    default:
      return attribute.includes('.') ? formField(head.formsOutput, attribute) : scalar(head, attribute);
  }
}

function formField(
  forms: readonly { formName: string; content?: string | undefined }[],
  path: string,
): Attribute {
  const [formName, ...fields] = path.split('.');
  let value: unknown = JSON.parse(forms.find((form) => form.formName === formName)?.content ?? '{}');
  for (const field of fields)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function glossaryAttributes(glossary: Glossary, attribute: string): Attribute {
  return times(glossary, attribute) ?? scalar(glossary, attribute);
}

function termAttributes(term: Term, attribute: string): Attribute {
  if (attribute === 'BusinessGlossaryTermForm.businessGlossaryId') return term.glossaryId;
  return times(term, attribute) ?? scalar(term, attribute);
}

function typeAttributes(type: Typed, attribute: string): Attribute {
  return times(latest(type), attribute) ?? scalar(latest(type), attribute);
}

function listingAttributes(listing: Listing, attribute: string): Attribute {
  const { assetId, ...asset } = assetListing(listing);
  if (attribute === 'entityId') return assetId;
  return times(listing, attribute) ?? scalar(listing, attribute) ?? scalar(asset, attribute);
}

function times(
  row: { readonly createdAt?: Date; readonly updatedAt?: Date } | object,
  attribute: string,
): Attribute {
  const member =
    attribute === 'creationTime' ? 'createdAt' : attribute === 'lastUpdatedTime' ? 'updatedAt' : undefined;
  const time: unknown = member && Reflect.get(row, member);
  return time instanceof Date ? time : undefined;
}

function scalar(row: object, attribute: string): Attribute {
  const value: unknown = Reflect.get(row, attribute);
  return typeof value === 'string' || typeof value === 'number' || value instanceof Date ? value : undefined;
}
