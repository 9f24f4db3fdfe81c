import { answered, asked, events } from './change-signs';
import { columnsOf } from './columns';
import { formReferences } from './form-references';
import { formsInput } from './forms';
import { isList, objects, text } from './json';
import type { Json, JsonObject, Kind, Reading, Reference, ReferenceContext } from './kind';
import { inTurn, listedItem, listedPage, reading } from './pages';
import { referenceAt } from './references';
import { type Changing, idIn, type Making, type RestoreTarget } from './restoration';
import { divide, list, setBy, structure, values } from './shape';
import { type DomainSource, InvalidRequestError } from './source';
import {
  askedFor,
  copiedOfListing,
  copiedOfPrincipal,
  narrowing,
  neededIds,
  requestInput,
} from './subscription-input';
import {
  listingReferences,
  principalReferences,
  subscribedListing,
  subscribedPrincipal,
  subscribingProject,
} from './subscription-shapes';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'status', 'requestReason', 'createdBy', 'createdAt', 'updatedBy', 'updatedAt'),
  ...values('reviewerId', 'decisionComment', 'existingSubscriptionId'),
  subscribedPrincipals: list(subscribedPrincipal),
  subscribedListings: list(subscribedListing),
  metadataForms: setBy('formName', structure(values('formName', 'typeName', 'typeRevision', 'content'))),
});

const operation = 'GetSubscriptionRequestDetails';

/** Unasked, the list gives PENDING ones alone. A request moves on only: one that does is met in a later turn. */
const statuses = ['PENDING', 'ACCEPTED', 'REJECTED'] as const;

async function read(source: DomainSource, id: string): Promise<Reading> {
  const divided = divide(await source.call(operation, { identifier: id }), known, { operation });
  return reading(divided, 'id', 'domainId', time(divided.record, 'updatedAt', 'createdAt'));
}

function references(record: JsonObject, context: ReferenceContext): readonly Reference[] {
  const principals = isList(record.subscribedPrincipals) ? record.subscribedPrincipals : [];
  return [
    ...principals.flatMap((it, n) => principalReferences(it, `subscribedPrincipals[${n}]`)),
    ...objects(record, 'subscribedListings').flatMap((it, n) =>
      listingReferences(it, `subscribedListings[${n}]`),
    ),
    ...referenceAt('subscription', record, 'existingSubscriptionId'),
    ...formReferences(record, 'metadataForms', context),
  ];
}

function key(record: JsonObject): readonly Json[] | undefined {
  const asked = askedFor(record);
  // A principal may ask for the same again and again: what came of it tells one time from another.
  const { requestReason = null, status = null, decisionComment = null } = record;
  return asked && [...asked, requestReason, status, decisionComment];
}

async function create(target: RestoreTarget, { wanted, clientToken }: Making): Promise<string> {
  return idIn(
    target.call('CreateSubscriptionRequest', {
      ...requestInput(wanted),
      requestReason: wanted.requestReason,
      metadataForms: formsInput(wanted, 'metadataForms'),
      // What an approval gave was seldom asked for, and is given by the approval.
      ...(wanted.status === 'ACCEPTED' ? {} : narrowing(wanted)),
      clientToken,
    }),
  );
}

/** Decides it as it was decided. Throws `InvalidRequestError` where the target's people decided otherwise. */
async function update(target: RestoreTarget, { id: identifier, wanted, current }: Changing): Promise<void> {
  const { status, requestReason, decisionComment } = wanted;
  if (current.status !== 'PENDING') {
    throw new InvalidRequestError(`it is ${current.status} in the target, and no decision can be changed`);
  }
  if (requestReason !== current.requestReason) {
    await target.call('UpdateSubscriptionRequest', { identifier, requestReason });
  }
  const comment = decisionComment === undefined ? {} : { decisionComment };
  if (status === 'REJECTED') {
    await target.call('RejectSubscriptionRequest', { identifier, ...comment });
  } else if (status === 'ACCEPTED') {
    await target.call('AcceptSubscriptionRequest', { identifier, ...comment, ...narrowing(wanted) });
  }
}

/** Someone's request for data in the catalog, and how it was decided. */
export const subscriptionRequest: Kind = {
  name: 'subscriptionRequest',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListSubscriptionRequests', `datazone:${operation}`],
  shape: known,
  channels: [{ operation }],
  events: [
    events(
      'Subscription Request Created',
      'Subscription Request Accepted',
      'Subscription Request Rejected',
      'Subscription Request Deleted',
    ),
    { on: ['Subscription Created'], id: ['data.subscriptionRequestId'], optional: true },
  ],
  calls: [
    answered('id', 'CreateSubscriptionRequest'),
    asked(
      'identifier',
      'AcceptSubscriptionRequest',
      'RejectSubscriptionRequest',
      'UpdateSubscriptionRequest',
      'DeleteSubscriptionRequest',
    ),
  ],
  goesWith: { project: ['OwnerProjectId', 'SubscriberProjectId'] },
  restoredBy:
    '`CreateSubscriptionRequest`, then `AcceptSubscriptionRequest` or `RejectSubscriptionRequest` as it was decided, ' +
    'the oldest first; who reviewed it and when is history. One for what is no longer published can not be made ' +
    'again: publish it, and let the subscribers ask anew',
  indexed: false,
  enumerate: (source, scopeId, cursor) =>
    inTurn(
      statuses,
      (status, nextToken) =>
        listedPage(
          source,
          'ListSubscriptionRequests',
          { status },
          (item) => listedItem(item, scopeId, 'status', 'updatedAt'),
          nextToken,
        ),
      cursor,
    ),
  read,
  columns: (record) => {
    const [listing] = objects(record, 'subscribedListings');
    const [principal] = objects(record, 'subscribedPrincipals');
    return columnsOf({
      Status: text(record, 'status'),
      ListingId: listing && text(listing, 'id'),
      OwnerProjectId: listing && text(listing, 'ownerProjectId'),
      SubscriberProjectId: subscribingProject(principal),
    });
  },
  references,
  restore: {
    operations: {
      create: ['CreateSubscriptionRequest'],
      update: ['UpdateSubscriptionRequest', 'AcceptSubscriptionRequest', 'RejectSubscriptionRequest'],
    },
    assigned: [
      ...['reviewerId', 'existingSubscriptionId'],
      ...copiedOfPrincipal('subscribedPrincipals[]'),
      ...copiedOfListing('subscribedListings[]'),
    ],
    fixed: ['subscribedPrincipals', 'metadataForms'],
    keyMembers: [...neededIds, 'requestReason', 'status', 'decisionComment'],
    key,
    // No two requests of a principal for the same may wait at a time: each was decided before the next was made.
    rank: (record) => time(record, 'createdAt') ?? 0,
    verb: 'subscribe',
    create,
    update,
  },
};
