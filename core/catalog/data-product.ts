import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { formReferences } from './form-references';
import { forms, formsInput } from './forms';
import { isObject, objects, requiredText, text } from './json';
import type { JsonObject, Kind, Page, Reading, Reference, ReferenceContext } from './kind';
import { listedItem, listedPage, reading } from './pages';
import { referenceAt, referencesIn, typeReference } from './references';
import { keyOf, ResourceFailedError, type Restoration, type RestoreTarget, until } from './restoration';
import { type Channel, divide, setBy, strings, structure, value, values } from './shape';
import { type DomainSource, MalformedAnswerError } from './source';
import { time } from './times';

/** A revision of a data product, which the latest is too. */
export const dataProductShape = structure({
  ...values('id', 'domainId', 'owningProjectId', 'name', 'description', 'revision'),
  ...values('createdAt', 'createdBy', 'firstRevisionCreatedAt', 'firstRevisionCreatedBy'),
  glossaryTerms: strings,
  items: setBy(
    'identifier',
    structure({ ...values('itemType', 'identifier', 'revision'), glossaryTerms: strings }),
  ),
  formsOutput: forms,
});

const getDataProduct: Channel = {
  operation: 'GetDataProduct',
  // It moves by itself, from CREATING on.
  facets: { status: value },
};

/** Search shows no items, forms or revision, so that each product is read by itself. */
async function enumerate(source: DomainSource, scopeId: string, cursor?: string): Promise<Page> {
  return listedPage(
    source,
    'Search',
    { searchScope: 'DATA_PRODUCT', owningProjectIdentifier: scopeId },
    (item) => {
      const product = item.dataProductItem;
      if (!isObject(product)) throw new MalformedAnswerError('Search: item without dataProductItem');
      return listedItem(product, scopeId, 'createdAt', 'name', 'description', 'glossaryTerms');
    },
    cursor,
  );
}

/** `createdAt` is the time of the latest revision: each revision of a data product is created anew. */
async function read(source: DomainSource, id: string): Promise<Reading> {
  const answer = await source.call('GetDataProduct', { identifier: id });
  const divided = divide(answer, dataProductShape, getDataProduct);
  return reading(divided, 'id', 'owningProjectId', time(divided.record, 'createdAt'));
}

export function dataProductReferences(record: JsonObject, context: ReferenceContext): readonly Reference[] {
  return [
    ...referenceAt('project', record, 'owningProjectId'),
    ...referencesIn('glossaryTerm', record, 'glossaryTerms'),
    ...objects(record, 'items').flatMap((item, n) => [
      ...typeReference('asset', item, 'identifier', 'revision', `items[${n}].identifier`),
      ...referencesIn('glossaryTerm', item, 'glossaryTerms', `items[${n}].glossaryTerms`),
    ]),
    ...formReferences(record, 'formsOutput', context),
  ];
}

/** What a revision of a data product is made of, in an order of its own. */
function contentOf(record: JsonObject): Readonly<Record<string, unknown>> {
  const items = objects(record, 'items');
  return {
    name: record.name,
    description: text(record, 'description'),
    glossaryTerms: record.glossaryTerms,
    items: items.length === 0 ? undefined : items.map(itemOf),
    formsInput: formsInput(record, 'formsOutput'),
  };
}

function itemOf({ itemType, identifier, glossaryTerms }: JsonObject): Readonly<Record<string, unknown>> {
  return { itemType, identifier, glossaryTerms };
}

/** An asset that stays in a product stays in the revision that the product shows of it. */
async function withRevisions(
  target: RestoreTarget,
  identifier: string,
  content: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const there = objects(await target.call('GetDataProduct', { identifier }), 'items');
  const revisions = new Map(there.map((item) => [item.identifier, item.revision]));
  if (!Array.isArray(content.items)) return content;
  const items = content.items.map((item) => ({ ...item, revision: revisions.get(item.identifier) }));
  return { ...content, items };
}

/** A revision is made in the background. */
async function untilCreated(target: RestoreTarget, answer: JsonObject): Promise<string> {
  const identifier = requiredText(answer, 'id');
  await until(target, `data product ${identifier}`, async () => {
    const { status } = await target.call('GetDataProduct', { identifier });
    if (status === 'CREATE_FAILED') throw new ResourceFailedError(`data product ${identifier}: ${status}`);
    return status !== 'CREATING';
  });
  return identifier;
}

const restoration: Restoration = {
  operations: {
    create: ['CreateDataProduct', 'GetDataProduct'],
    update: ['GetDataProduct', 'CreateDataProductRevision', 'GetDataProduct'],
  },
  // Revisions of assets count anew in another domain: an item is its asset as it is then.
  assigned: ['revision', 'items[].revision', 'firstRevisionCreatedAt', 'firstRevisionCreatedBy'],
  // An item whose asset is left out has nothing left to say.
  portable: (record) => ({
    ...record,
    items: objects(record, 'items').filter(({ identifier }) => identifier !== undefined),
  }),
  fixed: ['owningProjectId'],
  keyMembers: ['owningProjectId', 'name'],
  key: (record) => keyOf(record, 'owningProjectId', 'name'),
  create: async (target, { wanted, clientToken }) => {
    const input = { ...contentOf(wanted), owningProjectIdentifier: wanted.owningProjectId, clientToken };
    return untilCreated(target, await target.call('CreateDataProduct', input));
  },
  update: async (target, { id, wanted, clientToken }) => {
    const input = { identifier: id, ...(await withRevisions(target, id, contentOf(wanted))), clientToken };
    await untilCreated(target, await target.call('CreateDataProductRevision', input));
  },
};

/** A package of assets that a project offers, in its latest revision. */
export const dataProduct: Kind = {
  name: 'dataProduct',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:Search', 'datazone:GetDataProduct'],
  shape: dataProductShape,
  channels: [getDataProduct],
  events: [{ on: ['Data Product Revised'], id: [['data.dataProductId', 'metadata.id']] }],
  calls: [
    answered('id', 'CreateDataProduct'),
    asked('identifier', 'CreateDataProductRevision', 'DeleteDataProduct'),
  ],
  restoredBy: '`CreateDataProduct`, `CreateDataProductRevision`',
  indexed: true,
  enumerate,
  read,
  columns: (record) => namedColumns(record, 'name', 'revision', 'owningProjectId'),
  references: dataProductReferences,
  restore: restoration,
};
