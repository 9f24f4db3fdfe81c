import type { Call } from '../call';
import type { Domain } from '../domain';
import { conflict, notPermitted } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { checkedForms } from './forms';
import { sortedByTime } from './sorted-by-time';
import { actsFor, keyOf, listingOf, type Narrowing, narrowed, principalOf } from './subscribed';
import { approve } from './subscriptions';

type Request = Answer<'GetSubscriptionRequestDetails'>;

export const subscriptionRequests: Handlers = {
  CreateSubscriptionRequest(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const subscribedPrincipals = input.subscribedPrincipals.map((it) => principalOf(call, domain, it));
    const subscribedListings = input.subscribedListings.map(({ identifier }) =>
      listingOf(call, domain, identifier, input),
    );
    requireNoOther(domain, subscribedPrincipals, subscribedListings);
    const author = call.author(domain);
    const id = call.newId();
    const request: Request = {
      id,
      domainId: domain.id,
      status: 'PENDING',
      requestReason: input.requestReason,
      subscribedPrincipals,
      subscribedListings,
      metadataForms: checkedForms(call, domain, input.metadataForms),
      existingSubscriptionId: existing(domain, subscribedPrincipals, subscribedListings),
      createdAt: call.now,
      createdBy: author,
      updatedAt: call.now,
      updatedBy: author,
    };
    domain.subscriptionRequests.put(id, request);
    announce(call, domain, 'Created', request);
    return request;
  },

  GetSubscriptionRequestDetails(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.subscriptionRequests, 'Subscription request', input.identifier);
  },

  ListSubscriptionRequests(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const status = input.status ?? 'PENDING';
    const page = call.page(input, {
      table: domain.subscriptionRequests,
      matches: (request) => request.status === status && fits(request, input),
      sort: sortedByTime<Request>(input),
    });
    return {
      items: page.rows.map(({ metadataForms, ...request }) => ({
        ...request,
        metadataFormsSummary: metadataForms?.map(({ formName, typeName = '', typeRevision = '' }) => ({
          formName,
          typeName,
          typeRevision,
        })),
      })),
      nextToken: page.nextToken,
    };
  },

  UpdateSubscriptionRequest(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const request = pending(call, domain, input.identifier);
    requireSubscriber(call, domain, request);
    return put(call, domain, { ...request, requestReason: input.requestReason });
  },

  AcceptSubscriptionRequest(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const request = pending(call, domain, input.identifier);
    requireApprover(call, domain, request);
    const accepted = decided(call, domain, request, 'ACCEPTED', input);
    approve(call, domain, accepted);
    return accepted;
  },

  RejectSubscriptionRequest(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const request = pending(call, domain, input.identifier);
    requireApprover(call, domain, request);
    return decided(call, domain, request, 'REJECTED', input);
  },

  DeleteSubscriptionRequest(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const request = call.find(domain.subscriptionRequests, 'Subscription request', input.identifier);
    requireSubscriber(call, domain, request);
    if (request.status === 'ACCEPTED') throw conflict(`Subscription request ${request.id} is accepted`);
    domain.subscriptionRequests.delete(request.id);
    announce(call, domain, 'Deleted', request);
    return {};
  },
};

/** Keeps a decision, and tells of it. */
export function decided(
  call: Call,
  domain: Domain,
  request: Request,
  status: 'ACCEPTED' | 'REJECTED',
  { decisionComment, ...narrowing }: Narrowing & { readonly decisionComment?: string | undefined },
): Request {
  const updated = put(call, domain, {
    ...request,
    status,
    decisionComment,
    reviewerId: call.author(domain),
    subscribedListings: request.subscribedListings.map((it) => ({
      ...it,
      item: narrowed(call, domain, it.item, narrowing),
    })),
  });
  announce(call, domain, status === 'ACCEPTED' ? 'Accepted' : 'Rejected', updated);
  return updated;
}

function put(call: Call, domain: Domain, request: Request): Request {
  const updated: Request = { ...request, updatedAt: call.now, updatedBy: call.author(domain) };
  domain.subscriptionRequests.put(request.id, updated);
  return updated;
}

function pending(call: Call, domain: Domain, id: string): Request {
  const request = call.find(domain.subscriptionRequests, 'Subscription request', id);
  if (request.status !== 'PENDING') throw conflict(`Subscription request ${id} is ${request.status}`);
  return request;
}

function requireSubscriber(call: Call, domain: Domain, request: Request): void {
  const [principal] = request.subscribedPrincipals;
  if (!actsFor(call, domain, principal, request.createdBy)) throw notPermitted(call.operation);
}

function requireApprover(call: Call, domain: Domain, { subscribedListings }: Request): void {
  for (const { ownerProjectId } of subscribedListings) requireMember(call, domain, ownerProjectId);
}

type Parties = Pick<Request, 'subscribedPrincipals' | 'subscribedListings'>;

function isSame(one: Parties, other: Parties): boolean {
  const [key, otherKey] = [one, other].map((it) => it.subscribedPrincipals.map(keyOf).join());
  const [listing, otherListing] = [one, other].map((it) => it.subscribedListings.map(({ id }) => id).join());
  return key === otherKey && listing === otherListing;
}

function requireNoOther(
  domain: Domain,
  subscribedPrincipals: Request['subscribedPrincipals'],
  subscribedListings: Request['subscribedListings'],
): void {
  const found = domain.subscriptionRequests
    .rows()
    .find((it) => it.status === 'PENDING' && isSame(it, { subscribedPrincipals, subscribedListings }));
  if (found) throw conflict(`Subscription request ${found.id} asks for the same`);
}

/** The approved subscription that the same principal has to the same listing. */
function existing(
  domain: Domain,
  subscribedPrincipals: Request['subscribedPrincipals'],
  subscribedListings: Request['subscribedListings'],
): string | undefined {
  return domain.subscriptions
    .rows()
    .find(
      (it) =>
        it.status === 'APPROVED' &&
        isSame(
          { subscribedPrincipals: [it.subscribedPrincipal], subscribedListings: [it.subscribedListing] },
          { subscribedPrincipals, subscribedListings },
        ),
    )?.id;
}

function fits(request: Request, input: Given<'ListSubscriptionRequests'>): boolean {
  const [principal] = request.subscribedPrincipals;
  const [listing] = request.subscribedListings;
  return (
    (input.subscribedListingId ?? listing?.id) === listing?.id &&
    (input.approverProjectId ?? listing?.ownerProjectId) === listing?.ownerProjectId &&
    (input.owningProjectId ?? principal?.project?.id) === principal?.project?.id &&
    (input.owningUserId ?? principal?.user?.id) === principal?.user?.id &&
    (input.owningGroupId ?? principal?.group?.id) === principal?.group?.id &&
    (input.owningIamPrincipalArn ?? principal?.iam?.principalArn) === principal?.iam?.principalArn
  );
}

/** As in the sample of the DataZone user guide. */
function announce(call: Call, domain: Domain, what: string, request: Request): void {
  const { id, status, createdBy, subscribedListings, subscribedPrincipals } = request;
  const owningProjectId = subscribedPrincipals[0]?.project?.id;
  call.emit(
    domain,
    `Subscription Request ${what}`,
    {
      typeName: 'SubscriptionRequestEntityType',
      id,
      ...(owningProjectId === undefined ? {} : { owningProjectId }),
    },
    {
      status,
      requesterId: createdBy,
      autoApproved: false,
      subscribedListings: subscribedListings.map(({ id: listingId, ownerProjectId, revision, item }) => ({
        id: listingId,
        ownerProjectId,
        version: revision,
        item: item.assetListing
          ? { assetListing: { entityId: item.assetListing.entityId } }
          : { productListing: { entityId: item.productListing?.entityId } },
      })),
      subscribedPrincipals: subscribedPrincipals.map((it) => ({ id: keyOf(it), type: typeOf(it) })),
    },
  );
}

function typeOf(principal: Request['subscribedPrincipals'][number]): string {
  return (Object.keys(principal)[0] ?? '').toUpperCase();
}
