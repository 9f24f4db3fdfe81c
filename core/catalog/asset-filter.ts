import { projectOf } from './asset-project';
import { answeredUnder, asked, askedBy, held } from './change-signs';
import { columnsOf, namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { renamed, requiredText, text } from './json';
import type { JsonObject, Kind, Listed, Reading } from './kind';
import { listedPage, readingOf } from './pages';
import { referenceAt } from './references';
import { changed, idIn, keyOf } from './restoration';
import { type Channel, canonical, divide, strings, structure, union, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'assetId', 'name', 'description', 'createdAt'),
  configuration: union({
    columnConfiguration: structure({ includedColumnNames: strings }),
    rowConfiguration: structure(values('rowFilter', 'sensitive')),
  }),
});

/** What a configuration comes to: it moves with the columns of the asset. */
const effect = {
  ...values('status', 'errorMessage', 'effectiveRowFilter'),
  effectiveColumnNames: strings,
};

const getAssetFilter: Channel = { operation: 'GetAssetFilter', facets: effect };

/** The list gives no time of a change, so that all of it must tell one: a configuration shows by what it comes to. */
const told = structure({ ...values('name', 'description', 'createdAt'), ...effect });

function listed(item: JsonObject, scopeId: string): Listed {
  const id = compositeId(requiredText(item, 'assetId'), requiredText(item, 'id'));
  return { id, scopeId, summary: canonical(item, told) };
}

async function read(source: DomainSource, id: string, scopeId?: string): Promise<Reading> {
  const [assetIdentifier = '', identifier = ''] = partsOf(id);
  const answer = await source.call('GetAssetFilter', { assetIdentifier, identifier });
  const project = await projectOf(source, assetIdentifier, scopeId);
  const divided = divide(answer, known, getAssetFilter);
  const { record } = divided;
  return readingOf(
    divided,
    compositeId(requiredText(record, 'assetId'), requiredText(record, 'id')),
    project,
    time(record, 'createdAt'),
  );
}

/** The part of an asset, by columns or rows, that a subscription may be limited to. */
export const assetFilter: Kind = {
  name: 'assetFilter',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListAssetFilters', 'datazone:GetAssetFilter', 'datazone:GetAsset'],
  shape: known,
  channels: [getAssetFilter],
  parentage: { kinds: ['asset'], rotates: true },
  events: [],
  calls: [
    answeredUnder('assetIdentifier', 'id', 'CreateAssetFilter'),
    askedBy(['assetIdentifier', 'identifier'], 'UpdateAssetFilter', 'DeleteAssetFilter'),
    held(asked('identifier', 'DeleteAsset')),
  ],
  restoredBy: '`CreateAssetFilter`',
  indexed: false,
  // Without a status the list has both, valid filters and invalid ones.
  enumerate: (source, scopeId, cursor, parent) =>
    listedPage(
      source,
      'ListAssetFilters',
      { assetIdentifier: parent?.id },
      (item) => listed(item, scopeId),
      cursor,
    ),
  read,
  columns: (record) => ({
    ...namedColumns(record, 'name', 'assetId'),
    ...columnsOf({ FilterId: text(record, 'id') }),
  }),
  references: (record) => referenceAt('asset', record, 'assetId'),
  restore: {
    operations: { create: ['CreateAssetFilter'], update: ['UpdateAssetFilter'] },
    fixed: ['assetId'],
    keyMembers: ['assetId', 'name'],
    key: (record) => keyOf(record, 'assetId', 'name'),
    create: async (target, { wanted, clientToken }) => {
      const input = { ...renamed(wanted, { assetId: 'assetIdentifier' }), clientToken };
      const id = await idIn(target.call('CreateAssetFilter', input));
      return compositeId(requiredText(wanted, 'assetId'), id);
    },
    update: async (target, changing) => {
      const [assetIdentifier, identifier] = partsOf(changing.id);
      await target.call('UpdateAssetFilter', {
        assetIdentifier,
        identifier,
        ...changed(changing, 'name', 'description', 'configuration'),
      });
    },
  },
};
