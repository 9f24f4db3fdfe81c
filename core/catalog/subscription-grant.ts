import { columnsOf, namedColumns } from './columns';
import { compositeId } from './composite-id';
import { isObject, objects, text } from './json';
import type { JsonObject, Kind, Reading, Reference } from './kind';
import { itemsPage, reading } from './pages';
import { referenceAt, typeReference } from './references';
import { divide, setBy, structure, union, values } from './shape';
import { assetScope, permissions, scopeReferences } from './subscription-shapes';
import { time } from './times';

/**
 * The statuses are compared, though the service moves them while it deploys a grant: once it is done they tell what
 * of it was granted in truth, and there are few of them on the way.
 */
const known = structure({
  ...values('id', 'domainId', 'status', 'createdBy', 'createdAt', 'updatedBy', 'updatedAt'),
  ...values('environmentId', 'subscriptionTargetId', 'subscriptionId'),
  grantedEntity: union({ listing: structure(values('id', 'revision')) }),
  assets: setBy(
    'assetId',
    structure({
      ...values('assetId', 'assetRevision', 'status', 'targetName', 'grantedTimestamp', 'failureTimestamp'),
      failureCause: structure(values('message')),
      assetScope,
      permissions,
    }),
  ),
});

function identify(raw: JsonObject, operation: string): Reading {
  const divided = divide(raw, known, { operation });
  return reading(divided, 'id', 'domainId', time(divided.record, 'updatedAt', 'createdAt'));
}

function references(record: JsonObject): readonly Reference[] {
  const environmentId = text(record, 'environmentId');
  const targetId = text(record, 'subscriptionTargetId');
  const listing = isObject(record.grantedEntity) ? record.grantedEntity.listing : undefined;
  return [
    ...referenceAt('environment', record, 'environmentId'),
    ...(environmentId === undefined || targetId === undefined
      ? []
      : [
          {
            kind: 'subscriptionTarget',
            id: compositeId(environmentId, targetId),
            path: 'subscriptionTargetId',
          },
        ]),
    ...referenceAt('subscription', record, 'subscriptionId'),
    ...(isObject(listing)
      ? typeReference('listing', listing, 'id', 'revision', 'grantedEntity.listing.id')
      : []),
    ...objects(record, 'assets').flatMap((asset, n) => [
      ...referenceAt('asset', asset, 'assetId', `assets[${n}].assetId`),
      ...scopeReferences(asset.assetScope, `assets[${n}].assetScope`),
    ]),
  ];
}

/** What of a subscription was made available where: per environment and asset. */
export const subscriptionGrant: Kind = {
  name: 'subscriptionGrant',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListSubscriptionGrants', 'datazone:GetSubscriptionGrant'],
  shape: known,
  channels: [{ operation: 'ListSubscriptionGrants' }, { operation: 'GetSubscriptionGrant' }],
  events: [
    ...['Requested', 'Completed', 'Failed'],
    ...['Revoke Requested', 'Revoke Completed', 'Revoke Failed'],
  ].map((what) => ({ detailType: `Subscription Grant ${what}`, id: 'metadata.id' })),
  restoredBy:
    '`CreateSubscriptionGrant`, unless the subscription target makes grants by itself; `UpdateSubscriptionGrantStatus` ' +
    'where the assets are not managed by the service',
  indexed: false,
  enumerate: (source, _scopeId, cursor) =>
    itemsPage(
      source,
      'ListSubscriptionGrants',
      {},
      (item) => identify(item, 'ListSubscriptionGrants'),
      cursor,
    ),
  read: async (source, id) =>
    identify(await source.call('GetSubscriptionGrant', { identifier: id }), 'GetSubscriptionGrant'),
  columns: (record) => ({
    ...namedColumns(record, 'status', 'environmentId', 'subscriptionTargetId', 'subscriptionId'),
    ...columnsOf({ AssetCount: objects(record, 'assets').length }),
  }),
  references,
};
