import { namedColumns } from './columns';
import { compositeId, partsOf } from './composite-id';
import { requiredText } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { itemsPage, readingOf } from './pages';
import { referenceAt, referencesIn } from './references';
import { divide, setBy, strings, structure, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'projectId', 'environmentId', 'name', 'type', 'provider'),
  ...values('createdBy', 'createdAt', 'updatedBy', 'updatedAt'),
  ...values('manageAccessRole', 'subscriptionGrantCreationMode'),
  authorizedPrincipals: strings,
  applicableAssetTypes: strings,
  subscriptionTargetConfig: setBy('formName', structure(values('formName', 'content'))),
});

function identify(raw: JsonObject, operation: string): Reading {
  const divided = divide(raw, known, { operation });
  const { record } = divided;
  const id = compositeId(requiredText(record, 'environmentId'), requiredText(record, 'id'));
  return readingOf(divided, id, requiredText(record, 'projectId'), time(record, 'updatedAt', 'createdAt'));
}

async function read(source: DomainSource, id: string): Promise<Reading> {
  const [environmentIdentifier = '', identifier = ''] = partsOf(id);
  const raw = await source.call('GetSubscriptionTarget', { environmentIdentifier, identifier });
  return identify(raw, 'GetSubscriptionTarget');
}

/** Where in an environment, and by which role, subscribed data is made available. */
export const subscriptionTarget: Kind = {
  name: 'subscriptionTarget',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListSubscriptionTargets', 'datazone:GetSubscriptionTarget'],
  shape: known,
  channels: [{ operation: 'ListSubscriptionTargets' }, { operation: 'GetSubscriptionTarget' }],
  parentage: { kinds: ['environment'], rotates: false },
  events: [],
  restoredBy: '`CreateSubscriptionTarget`; those that come with an environment are found by name and type',
  indexed: false,
  enumerate: (source, _scopeId, cursor, parent) =>
    itemsPage(
      source,
      'ListSubscriptionTargets',
      { environmentIdentifier: parent?.id },
      (item) => identify(item, 'ListSubscriptionTargets'),
      cursor,
    ),
  read,
  columns: (record) => namedColumns(record, 'name', 'type', 'environmentId', 'manageAccessRole'),
  references: (record) => [
    ...referenceAt('project', record, 'projectId'),
    ...referenceAt('environment', record, 'environmentId'),
    ...referencesIn('assetType', record, 'applicableAssetTypes'),
  ],
};
