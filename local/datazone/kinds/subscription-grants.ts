import type { Call } from '../call';
import type { Domain, Listing } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { sortedByTime } from './sorted-by-time';

type Grant = Answer<'GetSubscriptionGrant'>;
type GrantedAsset = NonNullable<Grant['assets']>[number];
type Subscription = Answer<'GetSubscription'>;

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
    const author = call.author(domain);
    const grant: Grant = withStatus({
      id: call.newId(),
      domainId: domain.id,
      environmentId: environment.id,
      subscriptionTargetId,
      subscriptionId: subscription.id,
      grantedEntity: { listing: { id: listing.id, revision } },
      status: 'PENDING',
      assets: grantedAssets(call, domain, listing, subscription, input.assetTargetNames),
      createdAt: call.now,
      createdBy: author,
      updatedAt: call.now,
      updatedBy: author,
    });
    domain.subscriptionGrants.put(grant.id, grant);
    announce(call, domain, 'Requested', grant);
    if (grant.status === 'COMPLETED') announce(call, domain, 'Completed', grant);
    return grant;
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

/** AWS fulfils grants of its own asset types by itself; of others, people tell it that they did. */
function grantedAssets(
  call: Call,
  domain: Domain,
  listing: Listing,
  { subscribedListing }: Subscription,
  targetNames: Given<'CreateSubscriptionGrant'>['assetTargetNames'] = [],
): GrantedAsset[] {
  const { assetListing, dataProductListing } = listing.item ?? {};
  const { assetScope, permissions } = subscribedListing.item.assetListing ?? {};
  const listed = assetListing
    ? [assetListing]
    : (dataProductListing?.items ?? []).flatMap(
        ({ listingId }) => domain.listings.get(listingId ?? '')?.item?.assetListing ?? [],
      );
  return listed.map(({ assetId = '', assetRevision = '', assetType }) => {
    const fulfilled = assetType?.startsWith('amazon.datazone.') === true;
    return {
      assetId,
      assetRevision,
      status: fulfilled ? 'GRANTED' : 'GRANT_PENDING',
      targetName: targetNames.find((it) => it.assetId === assetId)?.targetName,
      ...(fulfilled && { grantedTimestamp: call.now }),
      ...(assetListing && { assetScope, permissions }),
    };
  });
}

function updatedAsset(
  call: Call,
  asset: GrantedAsset,
  { status, targetName, failureCause }: Given<'UpdateSubscriptionGrantStatus'>,
): GrantedAsset {
  const failed = status.endsWith('FAILED');
  return {
    ...asset,
    status,
    targetName: targetName ?? asset.targetName,
    ...(status === 'GRANTED' && { grantedTimestamp: call.now }),
    ...(failed && { failureCause, failureTimestamp: call.now }),
  };
}

function withAssets({ assets = [] }: Grant, status: GrantedAsset['status']): GrantedAsset[] {
  return assets.map((asset) => ({ ...asset, status }));
}

/** The status of a grant follows from those of its assets. */
function withStatus(grant: Grant): Grant {
  const statuses = (grant.assets ?? []).map(({ status }) => status);
  const [grantFailed, revokeFailed] = ['GRANT_FAILED', 'REVOKE_FAILED'].map((it) =>
    statuses.some((status) => status === it),
  );
  if (grantFailed && revokeFailed) return { ...grant, status: 'GRANT_AND_REVOKE_FAILED' };
  if (grantFailed) return { ...grant, status: 'GRANT_FAILED' };
  if (revokeFailed) return { ...grant, status: 'REVOKE_FAILED' };
  if (statuses.some((status) => status.endsWith('IN_PROGRESS'))) return { ...grant, status: 'IN_PROGRESS' };
  return {
    ...grant,
    status: statuses.some((status) => status.endsWith('PENDING')) ? 'PENDING' : 'COMPLETED',
  };
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
  const found = domain.subscriptionGrants
    .rows()
    .find(
      (it) =>
        it.environmentId === environmentId &&
        it.subscriptionTargetId === targetId &&
        it.grantedEntity.listing?.id === listingId,
    );
  if (found) throw conflict(`Subscription grant ${found.id} grants the same`);
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
