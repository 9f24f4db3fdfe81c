import { columnsOf } from './columns';
import { isObject, text } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { inTurn, itemsPage, reading } from './pages';
import { referenceAt } from './references';
import { divide, structure, values } from './shape';
import {
  listingReferences,
  principalReferences,
  subscribedListing,
  subscribedPrincipal,
} from './subscription-shapes';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'status', 'createdBy', 'createdAt', 'updatedBy', 'updatedAt'),
  ...values('subscriptionRequestId', 'retainPermissions'),
  subscribedPrincipal,
  subscribedListing,
});

/** Unasked, the list gives APPROVED ones alone. A subscription only ends: one that does is met in a later turn. */
const statuses = ['APPROVED', 'REVOKED', 'CANCELLED'] as const;

function identify(raw: JsonObject, operation: string): Reading {
  const divided = divide(raw, known, { operation });
  return reading(divided, 'id', 'domainId', time(divided.record, 'updatedAt', 'createdAt'));
}

/** Who has subscribed to what, and those subscriptions that have ended. */
export const subscription: Kind = {
  name: 'subscription',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListSubscriptions', 'datazone:GetSubscription'],
  shape: known,
  channels: [{ operation: 'ListSubscriptions' }, { operation: 'GetSubscription' }],
  events: ['Created', 'Revoked', 'Cancelled'].map((what) => ({
    detailType: `Subscription ${what}`,
    id: 'metadata.id',
  })),
  restoredBy: '`AcceptSubscriptionRequest` on its request made again; one that has ended is history',
  indexed: false,
  enumerate: (source, _scopeId, cursor) =>
    inTurn(
      statuses,
      (status, nextToken) =>
        itemsPage(
          source,
          'ListSubscriptions',
          { status },
          (item) => identify(item, 'ListSubscriptions'),
          nextToken,
        ),
      cursor,
    ),
  read: async (source, id) =>
    identify(await source.call('GetSubscription', { identifier: id }), 'GetSubscription'),
  columns: ({ subscribedListing: listing, ...record }) =>
    columnsOf({
      Status: text(record, 'status'),
      ListingId: isObject(listing) ? text(listing, 'id') : undefined,
      OwnerProjectId: isObject(listing) ? text(listing, 'ownerProjectId') : undefined,
      SubscriptionRequestId: text(record, 'subscriptionRequestId'),
    }),
  references: (record) => [
    ...principalReferences(record.subscribedPrincipal, 'subscribedPrincipal'),
    ...listingReferences(record.subscribedListing, 'subscribedListing'),
    ...referenceAt('subscriptionRequest', record, 'subscriptionRequestId'),
  ],
};
