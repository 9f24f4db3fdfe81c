import type { Call } from '../call';
import type { Domain, Listing } from '../domain';
import { invalid } from '../faults';
import { isMember, requireMember } from '../membership';
import type { Answer, Given } from '../operations';
import { findGroup } from './group-profiles';
import { find } from './user-profiles';

type Request = Answer<'GetSubscriptionRequestDetails'>;
export type SubscribedListing = Request['subscribedListings'][number];
export type SubscribedPrincipal = Request['subscribedPrincipals'][number];
type PrincipalInput = Given<'CreateSubscriptionRequest'>['subscribedPrincipals'][number];
type Item = SubscribedListing['item'];

/** What a request or its approval narrows a subscription to. */
export type Narrowing = Pick<Given<'CreateSubscriptionRequest'>, 'assetScopes' | 'assetPermissions'>;

/** Who a subscription is for, as answers show it. @throws Fault unless there is such a principal. */
export function principalOf(call: Call, domain: Domain, input: PrincipalInput): SubscribedPrincipal {
  const { project, user, group, iam } = input;
  if (project) {
    const { id, name } = call.find(domain.projects, 'Project', project.identifier ?? '');
    requireMember(call, domain, id);
    return { project: { id, name } };
  }
  if (user) {
    const { id, details } = find(call, domain, user.identifier ?? '');
    return { user: { id, details } };
  }
  if (group) {
    const { id, groupName } = findGroup(call, domain, group.identifier ?? '');
    return { group: { id, name: groupName } };
  }
  if (iam) return { iam: { principalArn: iam.identifier } };
  throw invalid('A subscribed principal must be a project, a user, a group or an IAM principal');
}

/** A text by which two principals are told apart. */
export function keyOf({ project, user, group, iam }: SubscribedPrincipal): string {
  return project?.id ?? user?.id ?? group?.id ?? iam?.principalArn ?? '';
}

/** Whether the caller may act for who subscribed: a member of the project, or who asked. */
export function actsFor(
  call: Call,
  domain: Domain,
  principal: SubscribedPrincipal | undefined,
  author: string,
): boolean {
  const projectId = principal?.project?.id;
  return projectId === undefined
    ? call.caller.administrator || call.author(domain) === author
    : isMember(call, domain, projectId);
}

/** A published listing as subscriptions show it. @throws Fault unless it is published. */
export function listingOf(
  call: Call,
  domain: Domain,
  identifier: string,
  narrowing: Narrowing,
): SubscribedListing {
  const listing = call.find(domain.listings, 'Listing', identifier);
  if (listing.status !== 'ACTIVE') throw invalid(`Listing ${identifier} is not published`);
  const { assetListing, dataProductListing } = listing.item ?? {};
  const ownerProjectId = (assetListing ?? dataProductListing)?.owningProjectId ?? '';
  return {
    id: listing.id,
    revision: listing.listingRevision,
    name: listing.name ?? '',
    description: listing.description ?? '',
    ownerProjectId,
    ownerProjectName: domain.projects.get(ownerProjectId)?.name,
    item: narrowed(call, domain, itemOf(domain, listing), narrowing),
  };
}

/** The same item with the filters and permissions of an approval. @throws Fault if they are of another asset. */
export function narrowed(
  call: Call,
  domain: Domain,
  item: Item,
  { assetScopes = [], assetPermissions = [] }: Narrowing,
): Item {
  const { assetListing } = item;
  for (const { assetId } of [...assetScopes, ...assetPermissions]) {
    if (assetListing?.entityId !== assetId) throw invalid(`Asset ${assetId} is not what is subscribed to`);
  }
  const [scope] = assetScopes;
  for (const id of scope?.filterIds ?? []) call.find(domain.assetFilters, 'Asset filter', id);
  const [permission] = assetPermissions;
  if (!assetListing) return item;
  return {
    assetListing: {
      ...assetListing,
      ...(scope && { assetScope: { ...scope, status: 'ACTIVE' } }),
      ...(permission && { permissions: permission.permissions }),
    },
  };
}

function itemOf(domain: Domain, { item, name, description }: Listing): Item {
  const { assetListing: asset, dataProductListing: product } = item ?? {};
  if (asset) {
    const { assetId, assetRevision, assetType, forms, glossaryTerms } = asset;
    return {
      assetListing: {
        entityId: assetId,
        entityRevision: assetRevision,
        entityType: assetType,
        forms,
        glossaryTerms,
      },
    };
  }
  return {
    productListing: {
      entityId: product?.dataProductId,
      entityRevision: product?.dataProductRevision,
      glossaryTerms: product?.glossaryTerms,
      name,
      description,
      assetListings: (product?.items ?? []).flatMap(({ listingId }) => {
        const listed = domain.listings.get(listingId ?? '')?.item?.assetListing;
        return listed === undefined
          ? []
          : [
              {
                entityId: listed.assetId,
                entityRevision: listed.assetRevision,
                entityType: listed.assetType,
              },
            ];
      }),
    },
  };
}
