import { namedColumns } from './columns';
import type { JsonObject, Kind, Reading } from './kind';
import { reading, searchPage } from './pages';
import { referenceAt } from './references';
import { type Channel, canonical, divide, strings, structure, values } from './shape';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'owningProjectId', 'name', 'description', 'status'),
  ...values('createdAt', 'createdBy', 'updatedAt', 'updatedBy'),
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

/** A business glossary, without its terms. */
export const glossary: Kind = {
  name: 'glossary',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:Search', 'datazone:GetGlossary'],
  indexed: true,
  enumerate: (source, _scopeId, cursor) =>
    searchPage(
      source,
      'Search',
      { searchScope: 'GLOSSARY' },
      'glossaryItem',
      (item) => identify(item, search),
      cursor,
    ),
  read: async (source, id) =>
    identify(await source.call('GetGlossary', { identifier: id }), { operation: 'GetGlossary' }),
  columns: (record) => namedColumns(record, 'name', 'status', 'owningProjectId'),
  references: (record) => referenceAt('project', record, 'owningProjectId'),
  renormalise: (record) => canonical(record, known),
};
