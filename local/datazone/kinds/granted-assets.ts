import type { Call } from '../call';
import type { Domain, Listing } from '../domain';
import type { Answer, Given } from '../operations';

export type Grant = Answer<'GetSubscriptionGrant'>;
export type Subscription = Answer<'GetSubscription'>;
type GrantedAsset = NonNullable<Grant['assets']>[number];
type AssetListing = NonNullable<NonNullable<Listing['item']>['assetListing']>;

/** The asset of a listing, or those of the data product that it lists. */
export function listedAssets(domain: Domain, { item }: Listing): AssetListing[] {
  const { assetListing, dataProductListing } = item ?? {};
  return assetListing
    ? [assetListing]
    : (dataProductListing?.items ?? []).flatMap(
        ({ listingId }) => domain.listings.get(listingId ?? '')?.item?.assetListing ?? [],
      );
}

/** AWS fulfils grants of its own asset types by itself; of others, people tell it that they did. */
export function grantedAssets(
  call: Call,
  { item }: Listing,
  listed: readonly AssetListing[],
  { subscribedListing }: Subscription,
  targetNames: Given<'CreateSubscriptionGrant'>['assetTargetNames'] = [],
): GrantedAsset[] {
  const { assetScope, permissions } = subscribedListing.item.assetListing ?? {};
  return listed.map(({ assetId = '', assetRevision = '', assetType }) => {
    const fulfilled = assetType?.startsWith('amazon.datazone.') === true;
    return {
      assetId,
      assetRevision,
      status: fulfilled ? 'GRANTED' : 'GRANT_PENDING',
      targetName: targetNames.find((it) => it.assetId === assetId)?.targetName,
      ...(fulfilled && { grantedTimestamp: call.now }),
      ...(item?.assetListing && { assetScope, permissions }),
    };
  });
}

export function updatedAsset(
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

export function withAssets({ assets = [] }: Grant, status: GrantedAsset['status']): GrantedAsset[] {
  return assets.map((asset) => ({ ...asset, status }));
}

/** The status of a grant follows from those of its assets. */
export function withStatus(grant: Grant): Grant {
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
