import { assetReferences, assetShape } from './asset';
import { asked, events, held, under } from './change-signs';
import { columnsOf } from './columns';
import { requiredText, text } from './json';
import type { Kind, Reading } from './kind';
import { readingOf } from './pages';
import { referenceAt } from './references';
import { revisionId, revisionParts, revisionsPage } from './revisions';
import { type Channel, divide, structure, value } from './shape';
import type { DomainSource } from './source';
import { isoTime, time } from './times';

const known = structure({ ...assetShape.members, revision: value });

const ofTheAsset = 'of the asset whatever its revision: the asset has it';

const channel: Channel = {
  operation: 'GetAsset',
  omitted: {
    listing: ofTheAsset,
    governedGlossaryTerms: ofTheAsset,
    latestTimeSeriesDataPointFormsOutput: ofTheAsset,
  },
};

async function read(source: DomainSource, id: string): Promise<Reading> {
  const { id: identifier, revision } = revisionParts(id);
  const divided = divide(await source.call('GetAsset', { identifier, revision }), known, channel);
  const { record } = divided;
  return readingOf(
    divided,
    revisionId(requiredText(record, 'id'), requiredText(record, 'revision')),
    requiredText(record, 'owningProjectId'),
    time(record, 'createdAt'),
  );
}

/** An asset as it was before its latest revision. */
export const assetRevision: Kind = {
  name: 'assetRevision',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListAssetRevisions', 'datazone:GetAsset'],
  shape: known,
  channels: [channel],
  parentage: { kinds: ['asset'], rotates: true },
  events: [
    under('asset', { on: ['New Asset Version Available'], id: ['data.assetId'] }),
    under('asset', events('Metadata Generation Accepted')),
  ],
  calls: [
    under('asset', asked('identifier', 'CreateAssetRevision', 'AcceptPredictions')),
    held(asked('identifier', 'DeleteAsset')),
  ],
  restoredBy:
    'none puts a revision before the latest: where its content is needed, `CreateAssetRevision` with it makes the next one',
  indexed: false,
  enumerate: (source, scopeId, cursor, parent) =>
    revisionsPage(source, 'ListAssetRevisions', scopeId, parent?.id ?? '', cursor),
  read,
  columns: (record) =>
    columnsOf({
      AssetId: text(record, 'id'),
      AssetType: text(record, 'typeIdentifier'),
      AssetName: text(record, 'name'),
      Revision: text(record, 'revision'),
      CreationDate: isoTime(record, 'createdAt'),
    }),
  references: (record, context) => [
    ...referenceAt('asset', record, 'id'),
    ...assetReferences(record, context),
  ],
};
