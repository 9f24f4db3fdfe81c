import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { renamed } from './json';
import type { Kind } from './kind';
import { referenceAt } from './references';
import { changed, idIn, keyOf } from './restoration';
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
  calls: [answered('id', 'CreateGlossary'), asked('identifier', 'UpdateGlossary', 'DeleteGlossary')],
  goesWith: { project: ['OwningProjectId'] },
  restoredBy: '`CreateGlossary`',
  columns: (record) => namedColumns(record, 'name', 'status', 'owningProjectId'),
  references: (record) => referenceAt('project', record, 'owningProjectId'),
  restore: {
    operations: { create: ['CreateGlossary'], update: ['UpdateGlossary'] },
    fixed: ['owningProjectId', 'usageRestrictions'],
    // No two glossaries of a domain have the same name.
    keyMembers: ['name'],
    key: (record) => keyOf(record, 'name'),
    create: (target, { wanted, clientToken }) =>
      idIn(
        target.call('CreateGlossary', {
          ...renamed(wanted, { owningProjectId: 'owningProjectIdentifier' }),
          clientToken,
        }),
      ),
    update: async (target, changing) => {
      await target.call('UpdateGlossary', {
        identifier: changing.id,
        ...changed(changing, 'name', 'description', 'status'),
        clientToken: changing.clientToken,
      });
    },
  },
};
