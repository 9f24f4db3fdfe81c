import { namedColumns } from './columns';
import { isObject } from './json';
import type { JsonObject, Kind, Reading, Reference } from './kind';
import { reading, searchPage } from './pages';
import { referenceAt, referencesIn } from './references';
import { type Channel, canonical, divide, strings, structure, values } from './shape';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'glossaryId', 'name', 'shortDescription', 'longDescription', 'status'),
  ...values('createdAt', 'createdBy', 'updatedAt', 'updatedBy'),
  termRelations: structure({ isA: strings, classifies: strings }),
  usageRestrictions: strings,
});

const search: Channel = {
  operation: 'Search',
  omitted: { additionalAttributes: 'why a search text matched; no search text is sent' },
};

function identify(raw: JsonObject, channel: Channel): Reading {
  const divided = divide(raw, known, channel);
  return reading(divided, 'id', 'domainId', time(divided.record, 'updatedAt', 'createdAt'));
}

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
  name: 'glossaryTerm',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:Search', 'datazone:GetGlossaryTerm'],
  indexed: true,
  enumerate: (source, _scopeId, cursor) =>
    searchPage(
      source,
      'Search',
      { searchScope: 'GLOSSARY_TERM' },
      'glossaryTermItem',
      (item) => identify(item, search),
      cursor,
    ),
  read: async (source, id) =>
    identify(await source.call('GetGlossaryTerm', { identifier: id }), { operation: 'GetGlossaryTerm' }),
  columns: (record) => namedColumns(record, 'name', 'status', 'glossaryId'),
  references,
  renormalise: (record) => canonical(record, known),
};
