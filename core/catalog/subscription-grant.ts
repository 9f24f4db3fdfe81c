import { answered, asked, events } from './change-signs';
import { columnsOf, namedColumns } from './columns';
import { compositeId } from './composite-id';
import { isObject, objects, requiredText, text } from './json';
import type { Json, JsonObject, Kind, Reading, Reference } from './kind';
import { itemsPage, reading } from './pages';
import { referenceAt, typeReference } from './references';
import { idIn, type Making, type RestoreTarget } from './restoration';
import { divide, setBy, structure, union, values } from './shape';
import { InvalidRequestError } from './source';
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
  const listing = grantedListing(record);
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
    ...typeReference('listing', listing, 'id', 'revision', 'grantedEntity.listing.id'),
    ...objects(record, 'assets').flatMap((asset, n) => [
      ...referenceAt('asset', asset, 'assetId', `assets[${n}].assetId`),
      ...scopeReferences(asset.assetScope, `assets[${n}].assetScope`),
    ]),
  ];
}

function grantedListing({ grantedEntity }: JsonObject): JsonObject {
  const listing = isObject(grantedEntity) ? grantedEntity.listing : undefined;
  return isObject(listing) ? listing : {};
}

/** Where it is granted, what, and of which subscription: a listing may be subscribed to anew. */
function key(record: JsonObject): readonly Json[] | undefined {
  const { environmentId, subscriptionTargetId, subscriptionId = null } = record;
  const listingId = grantedListing(record).id;
  return environmentId === undefined || subscriptionTargetId === undefined || listingId === undefined
    ? undefined
    : [environmentId, subscriptionTargetId, listingId, subscriptionId];
}

/** Grants it, unless the service does so by itself. Throws `InvalidRequestError` if its subscription has ended. */
async function create(target: RestoreTarget, { wanted, clientToken }: Making): Promise<string> {
  const there = (await granted(target, wanted)) ?? (await grantedByItself(target, wanted));
  if (there !== undefined) return there;
  const identifier = grantedListing(wanted).id;
  if (identifier === undefined)
    throw new InvalidRequestError('what it grants is not published in the target');
  const { listingRevision: revision } = await target.call('GetListing', { identifier });
  return idIn(
    target.call('CreateSubscriptionGrant', {
      environmentIdentifier: wanted.environmentId,
      subscriptionTargetIdentifier: wanted.subscriptionTargetId,
      grantedEntity: { listing: { identifier, revision } },
      assetTargetNames: objects(wanted, 'assets').flatMap(({ assetId, targetName }) =>
        assetId === undefined || targetName === undefined ? [] : [{ assetId, targetName }],
      ),
      clientToken,
    }),
  );
}

async function granted(target: RestoreTarget, wanted: JsonObject): Promise<string | undefined> {
  const { environmentId, subscriptionTargetId, subscriptionId } = wanted;
  const answer = await target.call('ListSubscriptionGrants', {
    environmentId,
    subscriptionTargetId,
    subscribedListingId: grantedListing(wanted).id,
    ...(subscriptionId !== undefined && { subscriptionId }),
  });
  const [found] = objects(answer, 'items');
  return found && requiredText(found, 'id');
}

/** Half a minute, where the service should make it; it may not, and then it is made like any other. */
async function grantedByItself(target: RestoreTarget, wanted: JsonObject): Promise<string | undefined> {
  if (!(await comesByItself(target, wanted))) return undefined;
  for (let seconds = 1; seconds <= 16; seconds *= 2) {
    await target.sleep(seconds * 1000);
    const there = await granted(target, wanted);
    if (there !== undefined) return there;
  }
  return undefined;
}

/** Such a subscription target grants what is approved while it is there. Throws `InvalidRequestError`. */
async function comesByItself(target: RestoreTarget, wanted: JsonObject): Promise<boolean> {
  const { environmentId, subscriptionTargetId, subscriptionId } = wanted;
  if (subscriptionId === undefined) return false;
  const subscription = await target.call('GetSubscription', { identifier: subscriptionId });
  if (subscription.status !== 'APPROVED') {
    throw new InvalidRequestError(
      `its subscription ${subscriptionId} is ${subscription.status}, and grants nothing any more`,
    );
  }
  const of = { environmentIdentifier: environmentId, identifier: subscriptionTargetId };
  const at = await target.call('GetSubscriptionTarget', of);
  return (
    at.subscriptionGrantCreationMode === 'AUTOMATIC' &&
    (time(at, 'createdAt') ?? 0) <= (time(subscription, 'createdAt') ?? 0)
  );
}

function madeByService(record: JsonObject): string | undefined {
  const assets = objects(record, 'assets');
  return assets.length > 0 && assets.every(({ status }) => status === 'REVOKED')
    ? 'all that it granted was taken back, and there is nothing to grant again'
    : undefined;
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
    events(
      'Subscription Grant Requested',
      'Subscription Grant Completed',
      'Subscription Grant Failed',
      'Subscription Grant Revoke Requested',
      'Subscription Grant Revoke Completed',
      'Subscription Grant Revoke Failed',
    ),
  ],
  calls: [
    answered('id', 'CreateSubscriptionGrant'),
    asked('identifier', 'UpdateSubscriptionGrantStatus', 'DeleteSubscriptionGrant'),
  ],
  goesWith: { subscription: ['SubscriptionId'] },
  restoredBy:
    '`CreateSubscriptionGrant`, unless the subscription target makes grants by itself. Who grants assets that the ' +
    'service does not manage must do so anew, and tell it by `UpdateSubscriptionGrantStatus`. What a subscription ' +
    'that has ended had granted is not granted again, even where its permissions were retained: it takes a new ' +
    'request',
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
  restore: {
    operations: {
      create: [
        ...['ListSubscriptionGrants', 'GetSubscription', 'GetSubscriptionTarget', 'GetListing'],
        'CreateSubscriptionGrant',
      ],
    },
    assigned: [
      ...['status', 'grantedEntity.listing.revision'],
      ...['assetRevision', 'status', 'grantedTimestamp', 'failureTimestamp', 'failureCause'].map(ofAsset),
      // Of the subscription.
      ...['assetScope', 'permissions'].map(ofAsset),
    ],
    keyMembers: ['environmentId', 'subscriptionTargetId', 'grantedEntity.listing.id', 'subscriptionId'],
    key,
    madeByService,
    // With the subscription, or like any other: it holds nothing but its key.
    comesByItself: () => true,
    actsOutside: true,
    create,
  },
};

function ofAsset(member: string): string {
  return `assets[].${member}`;
}
