import { columnsOf } from './columns';
import { formReferences } from './form-references';
import { isList, objects, text } from './json';
import type { JsonObject, Kind, Reading, Reference, ReferenceContext } from './kind';
import { inTurn, listedItem, listedPage, reading } from './pages';
import { referenceAt } from './references';
import { divide, list, setBy, structure, values } from './shape';
import type { DomainSource } from './source';
import {
  listingReferences,
  principalReferences,
  subscribedListing,
  subscribedPrincipal,
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

/** Someone's request for data in the catalog, and how it was decided. */
export const subscriptionRequest: Kind = {
  name: 'subscriptionRequest',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListSubscriptionRequests', `datazone:${operation}`],
  shape: known,
  channels: [{ operation }],
  events: ['Created', 'Accepted', 'Rejected', 'Deleted'].map((what) => ({
    detailType: `Subscription Request ${what}`,
    id: 'metadata.id',
  })),
  restoredBy:
    '`CreateSubscriptionRequest`, then `AcceptSubscriptionRequest` or `RejectSubscriptionRequest`; who reviewed it and ' +
    'when is history',
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
    return columnsOf({
      Status: text(record, 'status'),
      ListingId: listing && text(listing, 'id'),
      OwnerProjectId: listing && text(listing, 'ownerProjectId'),
    });
  },
  references,
};
