import { namedColumns } from './columns';
import type { Kind } from './kind';
import { referenceAt } from './references';
import { searched } from './searched';
import { strings, structure, values } from './shape';

const known = structure({
  ...values('id', 'domainId', 'owningProjectId', 'name', 'description', 'status'),
  ...values('createdAt', 'createdBy', 'updatedAt', 'updatedBy'),
  usageRestrictions: strings,
});

/** A business glossary, without its terms. */
export const glossary: Kind = {
  ...searched({ searchScope: 'GLOSSARY', item: 'glossaryItem', get: 'GetGlossary', shape: known }),
  name: 'glossary',
  versions: ['V1', 'V2'],
  normaliser: 1,
  events: [],
  restoredBy: '`CreateGlossary`',
  columns: (record) => namedColumns(record, 'name', 'status', 'owningProjectId'),
  references: (record) => referenceAt('project', record, 'owningProjectId'),
};
