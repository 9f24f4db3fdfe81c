import type { Call } from '../call';
import type { Domain } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Given, Handlers } from '../operations';
import {
  type Grant,
  grantedAssets,
  listedAssets,
  type Subscription,
  updatedAsset,
  withAssets,
  withStatus,
} from './granted-assets';
import { sortedByTime } from './sorted-by-time';

export const subscriptionGrants: Handlers = {
  CreateSubscriptionGrant(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { row: environment } = call.find(domain.environments, 'Environment', input.environmentIdentifier);
    requireMember(call, domain, environment.projectId);
    const { identifier, revision } = input.grantedEntity.listing ?? {};
    if (identifier === undefined || revision === undefined) throw invalid('Only listings can be granted');
    const listing = call.find(domain.listings, 'Listing', identifier);
    const subscription = subscriptionOf(domain, listing.id, environment.projectId);
    const subscriptionTargetId = targetOf(call, domain, input);
    requireNoOther(domain, listing.id, input.environmentIdentifier, subscriptionTargetId);
    return grant(call, domain, {
      environmentId: environment.id,
      subscriptionTargetId,
      subscriptionId: subscription.id,
      grantedEntity: { listing: { id: listing.id, revision } },
      assets: grantedAssets(
        call,
        listing,
        listedAssets(domain, listing),
        subscription,
        input.assetTargetNames,
      ),
    });
  },

  GetSubscriptionGrant(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.subscriptionGrants, 'Subscription grant', input.identifier);
  },

  ListSubscriptionGrants(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const page = call.page(input, {
      table: domain.subscriptionGrants,
      matches: (grant) => fits(domain, grant, input),
      dependsOn: domain.subscriptions,
      sort: sortedByTime<Grant>(input),
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  UpdateSubscriptionGrantStatus(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const grant = writable(call, domain, input.identifier);
    if (!grant.assets?.some(({ assetId }) => assetId === input.assetIdentifier)) {
      throw notFound('Granted asset', input.assetIdentifier);
    }
    const assets = grant.assets.map((asset) =>
      asset.assetId === input.assetIdentifier ? updatedAsset(call, asset, input) : asset,
    );
    const updated = put(call, domain, { ...grant, assets });
    const ended = endings[input.status];
    if (ended !== undefined) announce(call, domain, ended, updated);
    return updated;
  },

  DeleteSubscriptionGrant(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const grant = writable(call, domain, input.identifier);
    domain.subscriptionGrants.delete(grant.id);
    announce(call, domain, 'Revoke Requested', grant);
    announce(call, domain, 'Revoke Completed', grant);
    return withStatus({ ...grant, assets: withAssets(grant, 'REVOKE_PENDING') });
  },
};

/** The event that tells of an asset's status. */
const endings: Readonly<Record<string, string>> = {
  GRANTED: 'Completed',
  GRANT_FAILED: 'Failed',
  REVOKED: 'Revoke Completed',
  REVOKE_FAILED: 'Revoke Failed',
};

function grant(
  call: Call,
  domain: Domain,
  given: Omit<Grant, 'id' | 'domainId' | 'status' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>,
): Grant {
  const author = call.author(domain);
  const made = withStatus({
    id: call.newId(),
    domainId: domain.id,
    ...given,
    status: 'PENDING',
    createdAt: call.now,
    createdBy: author,
    updatedAt: call.now,
    updatedBy: author,
  });
  domain.subscriptionGrants.put(made.id, made);
  announce(call, domain, 'Requested', made);
  if (made.status === 'COMPLETED') announce(call, domain, 'Completed', made);
  return made;
}

/** Grants what was just approved at each automatic subscription target of the project that takes it. */
export function grantByItself(call: Call, domain: Domain, subscription: Subscription): void {
  const { subscribedListing, subscribedPrincipal } = subscription;
  const listing = domain.listings.get(subscribedListing.id);
  const projectId = subscribedPrincipal.project?.id;
  if (listing === undefined || projectId === undefined) return;
  const assets = listedAssets(domain, listing);
  for (const { row } of domain.environments.rows(projectId)) {
    const { id: environmentId = '' } = row;
    for (const target of domain.subscriptionTargets.rows(environmentId)) {
      const { subscriptionGrantCreationMode: mode, applicableAssetTypes } = target;
      const fits = assets.every(({ assetType = '' }) => applicableAssetTypes.includes(assetType));
      if (mode !== 'AUTOMATIC' || assets.length === 0 || !fits) continue;
      if (grantAt(domain, listing.id, environmentId, target.id)) continue;
      grant(call, domain, {
        environmentId,
        subscriptionTargetId: target.id,
        subscriptionId: subscription.id,
        grantedEntity: { listing: { id: listing.id, revision: listing.listingRevision } },
        assets: grantedAssets(call, listing, assets, subscription),
      });
    }
  }
}

/** Takes back what was granted of a subscription that has ended. */
export function revokeGrants(call: Call, domain: Domain, subscriptionId: string): void {
  for (const grant of domain.subscriptionGrants.rows()) {
    if (grant.subscriptionId !== subscriptionId) continue;
    announce(call, domain, 'Revoke Requested', grant);
    announce(
      call,
      domain,
      'Revoke Completed',
      put(call, domain, { ...grant, assets: withAssets(grant, 'REVOKED') }),
    );
  }
}

/** The target that is named, or the only one of the environment. */
function targetOf(
  call: Call,
  domain: Domain,
  { environmentIdentifier, subscriptionTargetIdentifier }: Given<'CreateSubscriptionGrant'>,
): string {
  const targets = domain.subscriptionTargets.rows(environmentIdentifier);
  const [only] = targets;
  if (subscriptionTargetIdentifier === undefined) {
    if (only === undefined || targets.length > 1) throw invalid('The subscription target must be named');
    return only.id;
  }
  const { id, environmentId } = call.find(
    domain.subscriptionTargets,
    'Subscription target',
    subscriptionTargetIdentifier,
  );
  if (environmentId !== environmentIdentifier) throw notFound('Subscription target', id);
  return id;
}

/** An approved subscription of the listing: that of the environment's project, where there is one. */
function subscriptionOf(domain: Domain, listingId: string, projectId: string): Subscription {
  const approved = domain.subscriptions
    .rows()
    .filter((it) => it.status === 'APPROVED' && it.subscribedListing.id === listingId);
  const found = approved.find((it) => it.subscribedPrincipal.project?.id === projectId) ?? approved[0];
  if (found === undefined) throw invalid(`Nobody is subscribed to listing ${listingId}`);
  return found;
}

function put(call: Call, domain: Domain, grant: Grant): Grant {
  const updated = withStatus({ ...grant, updatedAt: call.now, updatedBy: call.author(domain) });
  domain.subscriptionGrants.put(grant.id, updated);
  return updated;
}

function writable(call: Call, domain: Domain, id: string): Grant {
  const grant = call.find(domain.subscriptionGrants, 'Subscription grant', id);
  requireMember(call, domain, domain.environments.get(grant.environmentId ?? '')?.row.projectId ?? '');
  return grant;
}

function requireNoOther(domain: Domain, listingId: string, environmentId: string, targetId: string): void {
  const found = grantAt(domain, listingId, environmentId, targetId);
  if (found) throw conflict(`Subscription grant ${found.id} grants the same`);
}

/** What of a listing is granted at a target; one that was taken back leaves room for a new one. */
function grantAt(
  domain: Domain,
  listingId: string,
  environmentId: string,
  targetId: string,
): Grant | undefined {
  return domain.subscriptionGrants
    .rows()
    .find(
      (it) =>
        it.environmentId === environmentId &&
        it.subscriptionTargetId === targetId &&
        it.grantedEntity.listing?.id === listingId &&
        !isTakenBack(it),
    );
}

function isTakenBack({ assets = [] }: Grant): boolean {
  return assets.length > 0 && assets.every(({ status }) => status === 'REVOKED');
}

function fits(domain: Domain, grant: Grant, input: Given<'ListSubscriptionGrants'>): boolean {
  const principal = domain.subscriptions.get(grant.subscriptionId ?? '')?.subscribedPrincipal;
  return (
    (input.environmentId ?? grant.environmentId) === grant.environmentId &&
    (input.subscriptionTargetId ?? grant.subscriptionTargetId) === grant.subscriptionTargetId &&
    (input.subscriptionId ?? grant.subscriptionId) === grant.subscriptionId &&
    (input.subscribedListingId ?? grant.grantedEntity.listing?.id) === grant.grantedEntity.listing?.id &&
    (input.owningProjectId ?? principal?.project?.id) === principal?.project?.id &&
    (input.owningUserId ?? principal?.user?.id) === principal?.user?.id &&
    (input.owningGroupId ?? principal?.group?.id) === principal?.group?.id &&
    (input.owningIamPrincipalArn ?? principal?.iam?.principalArn) === principal?.iam?.principalArn
  );
}

function announce(call: Call, domain: Domain, what: string, grant: Grant): void {
  const owningProjectId = domain.environments.get(grant.environmentId ?? '')?.row.projectId;
  const { id: listingId, revision: listingVersion } = grant.grantedEntity.listing ?? {};
  call.emit(
    domain,
    `Subscription Grant ${what}`,
    {
      typeName: 'SubscriptionGrantEntityType',
      id: grant.id,
      ...(owningProjectId === undefined ? {} : { owningProjectId }),
    },
    {
      asset: { listingId, listingVersion },
      subscriptionTarget: { id: grant.subscriptionTargetId, environmentId: grant.environmentId },
    },
  );
}
