import type { Call } from '../call';
import { type Asset, type DataProduct, type Domain, type Listing, latest, type Revised } from '../domain';
import { notPermitted } from '../faults';
import { isMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import type { Page, PageInput, Selection } from '../pages';
import { type Attribute, type Attributes, matcher, type SearchInput, sortOf } from '../query';
import type { SearchTable } from '../search-table';
import { isManaged } from './managed-types';
import { latestDataPoints } from './time-series';

type Glossary = Answer<'GetGlossary'>;
type Term = Answer<'GetGlossaryTerm'>;
type Typed = Revised<{ readonly name: string; readonly owningProjectId?: string | undefined }>;
type InventoryItems = NonNullable<Answer<'Search'>['items']>;

export const search: Handlers = {
  Search(call, input) {
    const domain = call.domain(input.domainIdentifier);
    switch (input.searchScope) {
      case 'ASSET': {
        const page = searchInventory(call, domain, input, domain.assets, assetAttributes);
        const item = (asset: Asset) => ({ assetItem: assetItem(domain, asset, input.additionalAttributes) });
        return page ? answer(page, item) : nothing;
      }
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
      case 'DATA_PRODUCT': {
        const page = searchInventory(call, domain, input, domain.dataProducts, dataProductAttributes);
        return page ? answer(page, (product) => ({ dataProductItem: latest(product) })) : nothing;
      }
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
      items: page.rows.map((listing) => listingItem(listing, withForms)),
    };
  },
};

const nothing: Answer<'Search'> = { items: [], totalMatchCount: 0 };

/** Things of projects, which only members see; undefined where a stranger sees nothing. */
function searchInventory<R extends Revised<{ readonly owningProjectId: string }>>(
  call: Call,
  domain: Domain,
  input: Given<'Search'>,
  table: SearchTable<R>,
  attributes: Attributes<R>,
): Page<R> | undefined {
  const projectId = input.owningProjectIdentifier;
  if (projectId !== undefined && !isMember(call, domain, projectId)) {
    if (call.world.unkind.strangerSearch === 'denied') throw notPermitted(call.operation);
    return undefined;
  }
  const isReadable =
    projectId !== undefined || call.caller.administrator
      ? undefined
      : (row: R) => isMember(call, domain, latest(row).owningProjectId);
  return searchPage(call, input, table, attributes, {
    group: projectId,
    matches: isReadable,
    dependsOn: isReadable && domain.memberships,
  });
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
function assetItem(
  domain: Domain,
  asset: Asset,
  wanted: Given<'Search'>['additionalAttributes'] = [],
): NonNullable<InventoryItems[number]['assetItem']> {
  const { id, revision: _, formsOutput, readOnlyFormsOutput, ...item } = latest(asset);
  return {
    ...item,
    identifier: id,
    ...(asset.governedGlossaryTerms.length > 0
      ? { governedGlossaryTerms: [...asset.governedGlossaryTerms] }
      : {}),
    ...(wanted.length > 0 && {
      additionalAttributes: {
        ...(wanted.includes('FORMS') && { formsOutput, readOnlyFormsOutput }),
        ...(wanted.includes('TIME_SERIES_DATA_POINT_FORMS') && {
          latestTimeSeriesDataPointFormsOutput: latestDataPoints(domain, id),
        }),
      },
    }),
  };
}

type ListedItem = NonNullable<Answer<'SearchListings'>['items']>[number];

/** A listing as SearchListings shows it: some members under other names than GetListing's. */
function listingItem(listing: Listing, withForms: boolean): ListedItem {
  const { assetListing, dataProductListing } = listing.item ?? {};
  const { forms, glossaryTerms, owningProjectId, createdAt } = assetListing ?? dataProductListing ?? {};
  const common = {
    glossaryTerms,
    owningProjectId,
    createdAt,
    listingId: listing.id,
    listingRevision: listing.listingRevision,
    name: listing.name,
    description: listing.description,
    listingCreatedBy: listing.createdBy,
    listingUpdatedBy: listing.updatedBy,
    ...(withForms ? { additionalAttributes: { forms } } : {}),
  };
  if (dataProductListing) {
    const { dataProductId, dataProductRevision, items } = dataProductListing;
    return {
      dataProductListing: { ...common, entityId: dataProductId, entityRevision: dataProductRevision, items },
    };
  }
  const { assetId, assetRevision, assetType, governedGlossaryTerms } = assetListing ?? {};
  return {
    assetListing: {
      ...common,
      entityId: assetId,
      entityRevision: assetRevision,
      entityType: assetType,
      governedGlossaryTerms,
    },
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

function dataProductAttributes(product: DataProduct, attribute: string): Attribute {
  const head = latest(product);
  switch (attribute) {
    case '__DataZoneGlossaryTerms':
      return head.glossaryTerms;
    case 'creationTime':
      return head.firstRevisionCreatedAt;
    case 'lastUpdatedTime':
      return head.createdAt;
    default:
      return scalar(head, attribute);
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
  const { assetListing, dataProductListing } = listing.item ?? {};
  if (attribute === 'entityId') return assetListing?.assetId ?? dataProductListing?.dataProductId;
  const item = assetListing ?? dataProductListing ?? {};
  return times(listing, attribute) ?? scalar(listing, attribute) ?? scalar(item, attribute);
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
