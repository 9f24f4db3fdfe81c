import { asked, events } from './change-signs';
import { columnsOf } from './columns';
import { isObject, objects, requiredText, text } from './json';
import type { JsonObject, Kind, Reading } from './kind';
import { inTurn, itemsPage, reading } from './pages';
import { referenceAt } from './references';
import { type Changing, keyOf, type Making, type RestoreTarget, until } from './restoration';
import { divide, structure, values } from './shape';
import { InvalidRequestError } from './source';
import { copiedOfListing, copiedOfPrincipal } from './subscription-input';
import {
  listingReferences,
  principalReferences,
  subscribedListing,
  subscribedPrincipal,
  subscribingProject,
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

/** The service makes it when its request is accepted: it is waited for. Throws `InvalidRequestError` if it is not. */
async function create(target: RestoreTarget, { wanted }: Making): Promise<string> {
  const requestId = text(wanted, 'subscriptionRequestId');
  if (requestId === undefined) throw new InvalidRequestError('only a request makes a subscription');
  const { status } = await target.call('GetSubscriptionRequestDetails', { identifier: requestId });
  if (status !== 'ACCEPTED')
    throw new InvalidRequestError(`its request ${requestId} is ${status} in the target`);
  let made: string | undefined;
  await until(target, `the subscription of request ${requestId}`, async () => {
    made = await madeBy(target, requestId);
    return made !== undefined;
  });
  return made ?? '';
}

async function madeBy(target: RestoreTarget, requestId: string): Promise<string | undefined> {
  for (const status of statuses) {
    const answer = await target.call('ListSubscriptions', {
      subscriptionRequestIdentifier: requestId,
      status,
    });
    const [found] = objects(answer, 'items');
    if (found !== undefined) return requiredText(found, 'id');
  }
  return undefined;
}

/** Ends one that has ended. Throws `InvalidRequestError` for all else: its request's approval made it what it is. */
async function update(target: RestoreTarget, { id: identifier, wanted, current }: Changing): Promise<void> {
  const { status, retainPermissions } = wanted;
  if (current.status !== 'APPROVED') {
    throw new InvalidRequestError(
      `it is ${current.status} in the target: only a new request makes one again`,
    );
  }
  if (status === 'REVOKED') {
    await target.call('RevokeSubscription', {
      identifier,
      ...(retainPermissions !== undefined && { retainPermissions }),
    });
  } else if (status === 'CANCELLED') {
    await target.call('CancelSubscription', { identifier });
  } else {
    throw new InvalidRequestError('what it gives follows from its approval: revoke it, and ask anew');
  }
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
  events: [events('Subscription Created', 'Subscription Revoked', 'Subscription Cancelled')],
  calls: [asked('identifier', 'RevokeSubscription', 'CancelSubscription')],
  goesWith: { project: ['OwnerProjectId', 'SubscriberProjectId'] },
  restoredBy:
    'comes of accepting its request anew; one that had ended is ended again, by `RevokeSubscription` or ' +
    '`CancelSubscription`. One whose request can not be made again needs a new request',
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
      SubscriberProjectId: subscribingProject(record.subscribedPrincipal),
      SubscriptionRequestId: text(record, 'subscriptionRequestId'),
    }),
  references: (record) => [
    ...principalReferences(record.subscribedPrincipal, 'subscribedPrincipal'),
    ...listingReferences(record.subscribedListing, 'subscribedListing'),
    ...referenceAt('subscriptionRequest', record, 'subscriptionRequestId'),
  ],
  restore: {
    operations: {
      create: ['GetSubscriptionRequestDetails', 'ListSubscriptions'],
      update: ['RevokeSubscription', 'CancelSubscription'],
    },
    assigned: [...copiedOfPrincipal('subscribedPrincipal'), ...copiedOfListing('subscribedListing')],
    fixed: ['subscriptionRequestId', 'subscribedPrincipal', 'subscribedListing.id'],
    keyMembers: ['subscriptionRequestId'],
    key: (record) => keyOf(record, 'subscriptionRequestId'),
    // With the approval of its request.
    comesByItself: () => true,
    create,
    update,
  },
};
