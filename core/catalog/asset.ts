import { columnsOf } from './columns';
import { formReferences } from './form-references';
import { isObject, renamed, text, without } from './json';
import type { JsonObject, Kind, Reading, Reference, ReferenceContext } from './kind';
import { reading, searchPage } from './pages';
import { referenceAt, referencesIn, typeReference } from './references';
import { type Channel, canonical, divide, setBy, strings, structure, value, values } from './shape';
import { isoTime, time } from './times';

const forms = setBy('formName', structure(values('formName', 'typeName', 'typeRevision', 'content')));

const known = structure({
  ...values('id', 'domainId', 'owningProjectId', 'name', 'description', 'externalIdentifier'),
  ...values('typeIdentifier', 'typeRevision', 'createdAt', 'createdBy'),
  ...values('firstRevisionCreatedAt', 'firstRevisionCreatedBy'),
  glossaryTerms: strings,
  governedGlossaryTerms: strings,
  formsOutput: forms,
  readOnlyFormsOutput: forms,
});

const getAsset: Channel = {
  operation: 'GetAsset',
  facets: {
    revision: value,
    listing: value,
    latestTimeSeriesDataPointFormsOutput: setBy(
      'formName',
      structure(values('formName', 'typeIdentifier', 'typeRevision', 'timestamp', 'contentSummary', 'id')),
    ),
  },
};

const search: Channel = {
  operation: 'Search',
  omitted: {
    matchRationale: 'why a search text matched; no search text is sent',
    latestTimeSeriesDataPointFormsOutput: 'not asked for; GetAsset gives it',
  },
};

/** `createdAt` is the time of the latest revision: each revision of an asset is created anew. */
function identify(raw: JsonObject, channel: Channel): Reading {
  const divided = divide(raw, known, channel);
  return reading(divided, 'id', 'owningProjectId', time(divided.record, 'createdAt'));
}

/** Search calls the id `identifier`, and puts the forms that were asked for under `additionalAttributes`. */
function fromSearch(item: JsonObject): Reading {
  const additional = item.additionalAttributes;
  return identify(
    {
      ...renamed(without(item, 'additionalAttributes'), { identifier: 'id' }),
      ...(isObject(additional) && additional),
    },
    search,
  );
}

function references(record: JsonObject, context: ReferenceContext): readonly Reference[] {
  return [
    ...referenceAt('project', record, 'owningProjectId'),
    ...typeReference('assetType', record, 'typeIdentifier', 'typeRevision', 'typeIdentifier'),
    ...referencesIn('glossaryTerm', record, 'glossaryTerms'),
    ...referencesIn('glossaryTerm', record, 'governedGlossaryTerms'),
    ...formReferences(record, 'formsOutput', context),
    ...formReferences(record, 'readOnlyFormsOutput', context),
  ];
}

/** An asset of a project's inventory in its latest revision, with all its forms. */
export const asset: Kind = {
  name: 'asset',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:Search', 'datazone:GetAsset'],
  indexed: true,
  enumerate: (source, scopeId, cursor) =>
    searchPage(
      source,
      'Search',
      { searchScope: 'ASSET', owningProjectIdentifier: scopeId, additionalAttributes: ['FORMS'] },
      'assetItem',
      fromSearch,
      cursor,
    ),
  read: async (source, id) => identify(await source.call('GetAsset', { identifier: id }), getAsset),
  columns: (record) =>
    columnsOf({
      AssetId: text(record, 'id'),
      AssetType: text(record, 'typeIdentifier'),
      AssetName: text(record, 'name'),
      ExternalIdentifier: text(record, 'externalIdentifier'),
      CreationDate: isoTime(record, 'createdAt'),
      FirstRevisionCreatedAt: isoTime(record, 'firstRevisionCreatedAt'),
    }),
  references,
  renormalise: (record) => canonical(record, known),
};
