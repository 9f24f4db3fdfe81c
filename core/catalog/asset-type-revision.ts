import { assetType, assetTypeSort } from './asset-type';
import { answered, asked, held, under } from './change-signs';
import { namedColumns } from './columns';
import { requiredText } from './json';
import type { Kind, Reading } from './kind';
import { readingOf } from './pages';
import { referenceAt } from './references';
import { revisionId, revisionParts, typeRevisions } from './revisions';
import { divide } from './shape';
import type { DomainSource } from './source';
import { time } from './times';
import { olderRestoration } from './type-restoration';

const channel = { operation: 'GetAssetType' };

async function read(source: DomainSource, id: string): Promise<Reading> {
  const { id: identifier, revision } = revisionParts(id);
  const divided = divide(
    await source.call('GetAssetType', { identifier, revision }),
    assetType.shape,
    channel,
  );
  const { record } = divided;
  return readingOf(
    divided,
    revisionId(requiredText(record, 'name'), requiredText(record, 'revision')),
    requiredText(record, 'domainId'),
    time(record, 'updatedAt', 'createdAt'),
  );
}

/** A custom asset type as it was before its latest revision: assets keep to the one that they were made with. */
export const assetTypeRevision: Kind = {
  name: 'assetTypeRevision',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:GetAssetType'],
  shape: assetType.shape,
  channels: [channel],
  parentage: { kinds: ['assetType'], rotates: false },
  events: [],
  calls: [
    under('assetType', answered('name', 'CreateAssetType')),
    held(asked('identifier', 'DeleteAssetType')),
  ],
  goesWith: { assetType: ['Name'] },
  restoredBy: '`CreateAssetType` for each revision, in order',
  indexed: false,
  enumerate: async (_source, scopeId, _cursor, parent) =>
    parent === undefined ? { readings: [] } : typeRevisions(scopeId, parent),
  read,
  columns: (record) => namedColumns(record, 'name', 'revision', 'owningProjectId'),
  references: (record, context) => [
    ...referenceAt('assetType', record, 'name'),
    ...assetType.references(record, context),
  ],
  restore: olderRestoration(assetTypeSort),
};
