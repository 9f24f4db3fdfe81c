import { assetRestoration } from './asset-restoration';
import { answered, asked, events, onAssets } from './change-signs';
import { columnsOf } from './columns';
import { formReferences } from './form-references';
import { forms } from './forms';
import { isObject, renamed, text, without } from './json';
import type { JsonObject, Kind, Reading, Reference, ReferenceContext } from './kind';
import { reading, searchPage } from './pages';
import { referenceAt, referencesIn, typeReference } from './references';
import { type Channel, divide, setBy, strings, structure, value, values } from './shape';
import { isoTime, time } from './times';

/** An asset as a revision of it is, the latest or an older one. */
export const assetShape = structure({
  ...values('id', 'domainId', 'owningProjectId', 'name', 'description', 'externalIdentifier'),
  ...values('typeIdentifier', 'typeRevision', 'createdAt', 'createdBy'),
  ...values('firstRevisionCreatedAt', 'firstRevisionCreatedBy'),
  glossaryTerms: strings,
  formsOutput: forms,
  readOnlyFormsOutput: forms,
});

const known = structure({ ...assetShape.members, governedGlossaryTerms: strings });

/** What was measured last: no part of the asset, but it tells of new points in its time series. */
const measured = {
  latestTimeSeriesDataPointFormsOutput: setBy(
    'formName',
    structure(values('formName', 'typeIdentifier', 'typeRevision', 'timestamp', 'contentSummary', 'id')),
  ),
};

const getAsset: Channel = {
  operation: 'GetAsset',
  facets: { ...measured, revision: value, listing: value },
};

const search: Channel = {
  operation: 'Search',
  facets: measured,
  omitted: { matchRationale: 'why a search text matched; no search text is sent' },
};

/** What Search is asked for beside each asset. */
const additionalAttributes = ['FORMS', 'TIME_SERIES_DATA_POINT_FORMS'];

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

export function assetReferences(record: JsonObject, context: ReferenceContext): readonly Reference[] {
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
  shape: known,
  channels: [search, getAsset],
  events: [
    {
      on: [
        'Asset Added To Inventory',
        'Asset Added To Catalog',
        'New Asset Version Available',
        'Asset Schema Changed',
      ],
      id: ['data.assetId'],
    },
    { on: ['Asset Unpublished', 'Asset Listing Deleted'], id: ['data.assetId'], optional: true },
    events('Metadata Generation Accepted'),
  ],
  calls: [
    answered('id', 'CreateAsset'),
    asked('identifier', 'CreateAssetRevision', 'DeleteAsset', 'AcceptPredictions', 'RejectPredictions'),
    {
      ...asked(
        'entityIdentifier',
        'AssociateGovernedTerms',
        'DisassociateGovernedTerms',
        'CreateListingChangeSet',
        'PostTimeSeriesDataPoints',
        'DeleteTimeSeriesDataPoints',
      ),
      ...onAssets,
    },
  ],
  restoredBy: '`CreateAsset`, `CreateAssetRevision`; governed terms by `AssociateGovernedTerms`',
  indexed: true,
  enumerate: (source, scopeId, cursor) =>
    searchPage(
      source,
      'Search',
      { searchScope: 'ASSET', owningProjectIdentifier: scopeId, additionalAttributes },
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
  references: assetReferences,
  restore: assetRestoration,
};
