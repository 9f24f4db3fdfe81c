import type { Call } from '../call';
import type { Domain } from '../domain';
import { conflict, notPermitted } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { sortedByTime } from './sorted-by-time';
import { actsFor } from './subscribed';
import { grantByItself, revokeGrants } from './subscription-grants';

type Subscription = Answer<'GetSubscription'>;

export const subscriptions: Handlers = {
  GetSubscription(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.subscriptions, 'Subscription', input.identifier);
  },

  ListSubscriptions(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const status = input.status ?? 'APPROVED';
    const page = call.page(input, {
      table: domain.subscriptions,
      matches: (subscription) => subscription.status === status && fits(subscription, input),
      sort: sortedByTime<Subscription>(input),
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  CancelSubscription(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const subscription = approved(call, domain, input.identifier);
    const { subscribedPrincipal, createdBy } = subscription;
    if (!actsFor(call, domain, subscribedPrincipal, createdBy)) throw notPermitted(call.operation);
    return ended(call, domain, { ...subscription, status: 'CANCELLED' });
  },

  RevokeSubscription(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const subscription = approved(call, domain, input.identifier);
    requireMember(call, domain, subscription.subscribedListing.ownerProjectId);
    const retainPermissions = input.retainPermissions ?? false;
    return ended(call, domain, { ...subscription, status: 'REVOKED', retainPermissions });
  },
};

/** Makes the subscription that an accepted request asked for, and what automatic targets grant of it. */
export function approve(call: Call, domain: Domain, request: Answer<'GetSubscriptionRequestDetails'>): void {
  const [subscribedPrincipal] = request.subscribedPrincipals;
  const [subscribedListing] = request.subscribedListings;
  if (subscribedPrincipal === undefined || subscribedListing === undefined) return;
  const author = call.author(domain);
  const subscription: Subscription = {
    id: call.newId(),
    domainId: domain.id,
    status: 'APPROVED',
    subscribedPrincipal,
    subscribedListing,
    subscriptionRequestId: request.id,
    retainPermissions: false,
    createdAt: call.now,
    createdBy: author,
    updatedAt: call.now,
    updatedBy: author,
  };
  domain.subscriptions.put(subscription.id, subscription);
  announce(call, domain, 'Created', subscription);
  grantByItself(call, domain, subscription);
}

/** Keeps an end, tells of it, and takes back what was granted unless it is to stay. */
export function ended(call: Call, domain: Domain, subscription: Subscription): Subscription {
  const updated = { ...subscription, updatedAt: call.now, updatedBy: call.author(domain) };
  domain.subscriptions.put(updated.id, updated);
  announce(call, domain, updated.status === 'REVOKED' ? 'Revoked' : 'Cancelled', updated);
  if (updated.retainPermissions !== true) revokeGrants(call, domain, updated.id);
  return updated;
}

function approved(call: Call, domain: Domain, id: string): Subscription {
  const subscription = call.find(domain.subscriptions, 'Subscription', id);
  if (subscription.status !== 'APPROVED') throw conflict(`Subscription ${id} is ${subscription.status}`);
  return subscription;
}

function fits(subscription: Subscription, input: Given<'ListSubscriptions'>): boolean {
  const { subscribedListing: listing, subscribedPrincipal: principal, subscriptionRequestId } = subscription;
  return (
    (input.subscriptionRequestIdentifier ?? subscriptionRequestId) === subscriptionRequestId &&
    (input.subscribedListingId ?? listing.id) === listing.id &&
    (input.approverProjectId ?? listing.ownerProjectId) === listing.ownerProjectId &&
    (input.owningProjectId ?? principal.project?.id) === principal.project?.id &&
    (input.owningUserId ?? principal.user?.id) === principal.user?.id &&
    (input.owningGroupId ?? principal.group?.id) === principal.group?.id &&
    (input.owningIamPrincipalArn ?? principal.iam?.principalArn) === principal.iam?.principalArn
  );
}

function announce(call: Call, domain: Domain, what: string, subscription: Subscription): void {
  const { id, status, subscribedListing, subscribedPrincipal } = subscription;
  const owningProjectId = subscribedPrincipal.project?.id;
  call.emit(
    domain,
    `Subscription ${what}`,
    { typeName: 'SubscriptionEntityType', id, ...(owningProjectId === undefined ? {} : { owningProjectId }) },
    { status, subscribedListing: { id: subscribedListing.id, version: subscribedListing.revision } },
  );
}
