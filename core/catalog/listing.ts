import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { isObject, objects, renamed, requiredText, text, without } from './json';
import type { JsonObject, Kind, Page, Reading, Reference } from './kind';
import { rawPage, reading } from './pages';
import { referenceAt } from './references';
import { keyOf, type Making, type RestoreTarget, until } from './restoration';
import { type Channel, divide, setBy, structure, value, values } from './shape';
import { type DomainSource, InvalidRequestError, MalformedAnswerError, ResourceAbsentError } from './source';
import { time } from './times';

/** Listings name terms, not ids: they are no references. */
const terms = setBy('name', structure(values('name', 'shortDescription')));

const known = structure({
  ...values('id', 'domainId', 'listingRevision', 'name', 'description', 'listed', 'createdAt'),
  ...values('entityId', 'entityRevision', 'entityType', 'owningProjectId', 'createdBy', 'updatedBy'),
  glossaryTerms: terms,
  governedGlossaryTerms: terms,
  items: setBy('listingId', structure({ ...values('listingId', 'listingRevision'), glossaryTerms: terms })),
});

const searchListings: Channel = {
  operation: 'SearchListings',
  omitted: { additionalAttributes: 'forms are not asked for: the asset itself is the lossless copy' },
};

const getListing: Channel = {
  operation: 'GetListing',
  facets: { status: value, listingCreatedAt: value, updatedAt: value },
  omitted: {
    forms: 'the asset itself is the lossless copy',
    latestTimeSeriesDataPointForms: 'the asset itself is the lossless copy',
  },
};

/** The kind that a listing's union member stands for; a member that AWS adds later stands for itself. */
const listedKinds: Readonly<Record<string, string>> = {
  assetListing: 'asset',
  dataProductListing: 'dataProduct',
};

function sole(union: JsonObject): readonly [string, JsonObject] {
  const [entry] = Object.entries(union);
  if (entry === undefined || !isObject(entry[1])) throw new MalformedAnswerError('listing without its item');
  return [listedKinds[entry[0]] ?? entry[0], entry[1]];
}

/** SearchListings gives no domain id and calls the listing's own members by other names than GetListing. */
function fromSearch(union: JsonObject, domainId: string): Reading {
  const [listed, item] = sole(union);
  const names = { listingId: 'id', listingCreatedBy: 'createdBy', listingUpdatedBy: 'updatedBy' };
  return reading(
    divide({ ...renamed(item, names), listed, domainId }, known, searchListings),
    'id',
    'domainId',
  );
}

/** `createdAt` of the listed item is what SearchListings gives; the listing's own is a facet. */
function fromGet(answer: JsonObject): Reading {
  const union = answer.item;
  const [listed, item] = sole(isObject(union) ? union : {});
  const divided = divide(
    {
      ...renamed(without(answer, 'item'), { createdAt: 'listingCreatedAt' }),
      ...renamed(item, {
        assetId: 'entityId',
        assetRevision: 'entityRevision',
        assetType: 'entityType',
        dataProductId: 'entityId',
        dataProductRevision: 'entityRevision',
      }),
      listed,
    },
    known,
    getListing,
  );
  return reading(divided, 'id', 'domainId', time(answer, 'updatedAt', 'createdAt'));
}

async function enumerate(source: DomainSource, _scopeId: string, cursor?: string): Promise<Page> {
  const { answer, nextToken, total } = await rawPage(source, 'SearchListings', {}, cursor);
  return {
    readings: objects(answer, 'items').map((item) => fromSearch(item, source.domainId)),
    ...(nextToken !== undefined && { cursor: nextToken }),
    ...(total !== undefined && { total }),
  };
}

/** GetListing still shows what was unpublished, which no catalog does: it is absent, as for SearchListings. */
async function read(source: DomainSource, id: string): Promise<Reading> {
  const answer = await source.call('GetListing', { identifier: id });
  if (answer.status === 'INACTIVE') throw new ResourceAbsentError(`listing ${id} is unpublished`);
  return fromGet(answer);
}

function references(record: JsonObject): readonly Reference[] {
  const scopeId = text(record, 'owningProjectId');
  return [
    ...referenceAt(requiredText(record, 'listed'), record, 'entityId').map((reference) =>
      scopeId === undefined ? reference : { ...reference, scopeId },
    ),
    ...referenceAt('project', record, 'owningProjectId'),
    ...objects(record, 'items').flatMap((item, n) =>
      referenceAt('listing', item, 'listingId', `items[${n}].listingId`),
    ),
  ];
}

const entityTypes: Readonly<Record<string, string>> = { asset: 'ASSET', dataProduct: 'DATA_PRODUCT' };

/** Publishes the latest revision, and waits until the catalog has it. */
async function publish(target: RestoreTarget, { wanted, clientToken }: Making): Promise<string> {
  const listed = requiredText(wanted, 'listed');
  const entityType = entityTypes[listed];
  if (entityType === undefined) throw new InvalidRequestError(`nothing publishes what is called ${listed}`);
  const answer = await target.call('CreateListingChangeSet', {
    entityIdentifier: wanted.entityId,
    entityType,
    action: 'PUBLISH',
    clientToken,
  });
  const id = requiredText(answer, 'listingId');
  await until(target, `the publication of ${entityType} ${wanted.entityId}`, () => isPublished(target, id));
  return id;
}

async function isPublished(target: RestoreTarget, identifier: string): Promise<boolean> {
  try {
    const { status } = await target.call('GetListing', { identifier });
    return status === 'ACTIVE';
  } catch (error) {
    if (error instanceof ResourceAbsentError) return false;
    throw error;
  }
}

/** A published asset or data product: which revision of what stands in the catalog. */
export const listing: Kind = {
  name: 'listing',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:SearchListings', 'datazone:GetListing'],
  shape: known,
  channels: [searchListings, getListing],
  events: [
    {
      on: [
        'Asset Added To Catalog',
        'Asset Unpublished',
        'Asset Listing Deleted',
        'Data Product Added To Catalog',
      ],
      id: [['data.listingId', 'metadata.id']],
    },
  ],
  calls: [answered('listingId', 'CreateListingChangeSet'), asked('identifier', 'DeleteListing')],
  goesWith: { project: ['OwningProjectId'] },
  restoredBy:
    '`CreateListingChangeSet`; only the latest revision can be published, so where that was not the published one, ' +
    'the catalog shows it from then on',
  indexed: true,
  enumerate,
  read,
  columns: (record) =>
    namedColumns(
      record,
      'name',
      'listed',
      'entityId',
      'entityRevision',
      'listingRevision',
      'owningProjectId',
    ),
  references,
  restore: {
    operations: { create: ['CreateListingChangeSet', 'GetListing'] },
    // A copy of what was published, and revisions that are counted anew in each domain.
    assigned: [
      ...['listingRevision', 'entityRevision', 'name', 'description'],
      ...['glossaryTerms', 'governedGlossaryTerms', 'items'],
    ],
    keyMembers: ['entityId'],
    key: (record) => keyOf(record, 'entityId'),
    verb: 'publish',
    shows: 'entityId',
    create: publish,
  },
};
