import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { isObject, renamed } from './json';
import type { JsonObject, Kind, Reference } from './kind';
import { referenceAt, referencesIn } from './references';
import { changed, idIn, keyOf } from './restoration';
import { searched } from './searched';
import { strings, structure, values } from './shape';

const known = structure({
  ...values('id', 'domainId', 'glossaryId', 'name', 'shortDescription', 'longDescription', 'status'),
  ...values('createdAt', 'createdBy', 'updatedAt', 'updatedBy'),
  termRelations: structure({ isA: strings, classifies: strings }),
  usageRestrictions: strings,
});

function references(record: JsonObject): readonly Reference[] {
  const relations = record.termRelations;
  return [
    ...referenceAt('glossary', record, 'glossaryId'),
    ...(isObject(relations)
      ? ['isA', 'classifies'].flatMap((relation) =>
          referencesIn('glossaryTerm', relations, relation, `termRelations.${relation}`),
        )
      : []),
  ];
}

/** A term of a business glossary, with its relations to other terms. */
export const glossaryTerm: Kind = {
  ...searched({
    searchScope: 'GLOSSARY_TERM',
    item: 'glossaryTermItem',
    get: 'GetGlossaryTerm',
    shape: known,
  }),
  name: 'glossaryTerm',
  versions: ['V1', 'V2'],
  normaliser: 1,
  events: [],
  calls: [
    answered('id', 'CreateGlossaryTerm'),
    asked('identifier', 'UpdateGlossaryTerm', 'DeleteGlossaryTerm'),
  ],
  goesWith: { glossary: ['GlossaryId'] },
  restoredBy: '`CreateGlossaryTerm`, then `UpdateGlossaryTerm` for relations',
  columns: (record) => namedColumns(record, 'name', 'status', 'glossaryId'),
  references,
  restore: {
    operations: { create: ['CreateGlossaryTerm'], update: ['UpdateGlossaryTerm'] },
    // A term's usage is its glossary's.
    assigned: ['usageRestrictions'],
    fixed: ['glossaryId'],
    late: ['termRelations'],
    keyMembers: ['name', 'glossaryId'],
    key: (record) => keyOf(record, 'name', 'glossaryId'),
    create: (target, { wanted, clientToken }) =>
      idIn(
        target.call('CreateGlossaryTerm', {
          ...renamed(wanted, { glossaryId: 'glossaryIdentifier' }),
          clientToken,
        }),
      ),
    update: async (target, changing) => {
      await target.call('UpdateGlossaryTerm', {
        identifier: changing.id,
        ...changed(changing, 'name', 'shortDescription', 'longDescription', 'status', 'termRelations'),
      });
    },
  },
};
