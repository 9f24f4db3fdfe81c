import { answered, asked, held, under } from './change-signs';
import { namedColumns } from './columns';
import { formType, formTypeSort } from './form-type';
import { requiredText } from './json';
import type { Kind, Reading } from './kind';
import { readingOf } from './pages';
import { referenceAt } from './references';
import { revisionId, revisionParts, typeRevisions } from './revisions';
import { divide } from './shape';
import type { DomainSource } from './source';
import { time } from './times';
import { olderRestoration } from './type-restoration';

const channel = { operation: 'GetFormType' };

async function read(source: DomainSource, id: string): Promise<Reading> {
  const { id: formTypeIdentifier, revision } = revisionParts(id);
  const divided = divide(
    await source.call('GetFormType', { formTypeIdentifier, revision }),
    formType.shape,
    channel,
  );
  const { record } = divided;
  return readingOf(
    divided,
    revisionId(requiredText(record, 'name'), requiredText(record, 'revision')),
    requiredText(record, 'domainId'),
    time(record, 'createdAt'),
  );
}

/** A custom metadata form type as it was before its latest revision: assets keep to the one that they were made with. */
export const formTypeRevision: Kind = {
  name: 'formTypeRevision',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:GetFormType'],
  shape: formType.shape,
  channels: [channel],
  parentage: { kinds: ['formType'], rotates: false },
  events: [],
  calls: [
    under('formType', answered('name', 'CreateFormType')),
    held(asked('formTypeIdentifier', 'DeleteFormType')),
  ],
  goesWith: { formType: ['Name'] },
  restoredBy: '`CreateFormType` for each revision, in order',
  indexed: false,
  enumerate: async (_source, scopeId, _cursor, parent) =>
    parent === undefined ? { readings: [] } : typeRevisions(scopeId, parent),
  read,
  columns: (record) => namedColumns(record, 'name', 'revision', 'status', 'owningProjectId'),
  references: (record, context) => [
    ...referenceAt('formType', record, 'name'),
    ...formType.references(record, context),
  ],
  restore: olderRestoration(formTypeSort),
};
