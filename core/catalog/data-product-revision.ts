import { asked, held, under } from './change-signs';
import { columnsOf, namedColumns } from './columns';
import { dataProductReferences, dataProductShape } from './data-product';
import { requiredText, text } from './json';
import type { Kind, Page, Parent, Reading } from './kind';
import { readingOf } from './pages';
import { referenceAt } from './references';
import { revisionId, revisionParts, revisionsPage } from './revisions';
import { divide, value } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const channel = { operation: 'GetDataProduct', facets: { status: value } };

/** A product in its first revision has no older ones: it is not asked. */
async function enumerate(
  source: DomainSource,
  scopeId: string,
  cursor?: string,
  parent?: Parent,
): Promise<Page> {
  if (text((await parent?.content())?.record ?? {}, 'revision') === '1') return { readings: [] };
  return revisionsPage(source, 'ListDataProductRevisions', scopeId, parent?.id ?? '', cursor);
}

async function read(source: DomainSource, id: string): Promise<Reading> {
  const { id: identifier, revision } = revisionParts(id);
  const answer = await source.call('GetDataProduct', { identifier, revision });
  const divided = divide(answer, dataProductShape, channel);
  const { record } = divided;
  return readingOf(
    divided,
    revisionId(requiredText(record, 'id'), requiredText(record, 'revision')),
    requiredText(record, 'owningProjectId'),
    time(record, 'createdAt'),
  );
}

/** A data product as it was before its latest revision. */
export const dataProductRevision: Kind = {
  name: 'dataProductRevision',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListDataProductRevisions', 'datazone:GetDataProduct'],
  shape: dataProductShape,
  channels: [channel],
  parentage: { kinds: ['dataProduct'], rotates: true },
  events: [
    under('dataProduct', { on: ['Data Product Revised'], id: [['data.dataProductId', 'metadata.id']] }),
  ],
  calls: [
    under('dataProduct', asked('identifier', 'CreateDataProductRevision')),
    held(asked('identifier', 'DeleteDataProduct')),
  ],
  restoredBy:
    'none puts a revision before the latest: where its content is needed, `CreateDataProductRevision` with it makes the next one',
  indexed: false,
  enumerate,
  read,
  columns: (record) => ({
    ...namedColumns(record, 'name', 'revision'),
    ...columnsOf({ DataProductId: text(record, 'id') }),
  }),
  references: (record, context) => [
    ...referenceAt('dataProduct', record, 'id'),
    ...dataProductReferences(record, context),
  ],
};
