import type { Call } from '../call';
import { type Domain, latest, membershipKey } from '../domain';
import { removeAsset } from './assets';
import { ownerOf, removeListing } from './listings';
import { decided } from './subscription-requests';
import { ended } from './subscriptions';

/** Whether a project owns anything that its deletion would take along. */
export function ownsAnything(domain: Domain, projectId: string): boolean {
  const grouped = [
    ...[domain.assets, domain.dataProducts, domain.glossaries],
    ...[domain.dataSources, domain.connections, domain.notebooks],
  ];
  const { formTypes, assetTypes, environmentProfiles } = owned(domain, projectId);
  return (
    grouped.some((table) => table.entries(projectId).length > 0) ||
    [formTypes, assetTypes, environmentProfiles].some((rows) => rows.length > 0)
  );
}

/**
 * Deletes a project, and whatever it owns. What others made stays as it is, even where it names something that is
 * gone with the project (a term that is related to one of its terms, an asset of its type): the check that is skipped
 * is the one for such use, and no deletion changes what is not deleted. AWS does not say what it does there.
 */
export function removeProject(call: Call, domain: Domain, projectId: string): void {
  endSubscriptions(call, domain, projectId);
  const { listings, formTypes, assetTypes, environmentProfiles } = owned(domain, projectId);
  for (const listing of listings) removeListing(call, domain, listing);
  for (const product of domain.dataProducts.rows(projectId)) domain.dataProducts.delete(latest(product).id);
  for (const asset of domain.assets.rows(projectId)) removeAsset(domain, asset);
  for (const { id } of domain.glossaries.rows(projectId)) {
    for (const term of domain.terms.rows(id)) domain.terms.delete(term.id);
    domain.glossaries.delete(id);
  }
  for (const { name } of assetTypes) domain.assetTypes.delete(name);
  for (const { name } of formTypes) domain.formTypes.delete(name);
  for (const { row } of domain.dataSources.rows(projectId)) domain.dataSources.delete(row.id);
  for (const it of domain.connections.rows(projectId)) domain.connections.delete(it.connectionId);
  for (const { id } of domain.notebooks.rows(projectId)) domain.notebooks.delete(id);
  for (const { id } of environmentProfiles) domain.environmentProfiles.delete(id);
  for (const { principalId } of domain.memberships.rows(projectId)) {
    domain.memberships.delete(membershipKey(projectId, principalId));
  }
  domain.projects.delete(projectId);
}

/** What the tables do not group by project. */
function owned(domain: Domain, projectId: string) {
  const isOwn = (it: { readonly owningProjectId?: string | undefined }) => it.owningProjectId === projectId;
  return {
    listings: domain.listings.rows().filter((listing) => ownerOf(listing) === projectId),
    formTypes: domain.formTypes.rows().map(latest).filter(isOwn),
    assetTypes: domain.assetTypes.rows().map(latest).filter(isOwn),
    environmentProfiles: domain.environmentProfiles.rows().filter((it) => it.projectId === projectId),
  };
}

/**
 * What the project asked for and got is gone with it. What others have of its listings is theirs, and stays as it
 * would had the project refused it: requests are rejected, subscriptions revoked with their grants.
 */
function endSubscriptions(call: Call, domain: Domain, projectId: string): void {
  for (const request of domain.subscriptionRequests.rows()) {
    if (request.subscribedPrincipals.some(({ project }) => project?.id === projectId)) {
      domain.subscriptionRequests.delete(request.id);
    } else if (
      request.status === 'PENDING' &&
      request.subscribedListings.some((it) => it.ownerProjectId === projectId)
    ) {
      decided(call, domain, request, 'REJECTED', {});
    }
  }
  for (const subscription of domain.subscriptions.rows()) {
    const { id, status, subscribedPrincipal, subscribedListing } = subscription;
    if (subscribedPrincipal.project?.id === projectId) {
      for (const grant of domain.subscriptionGrants.rows()) {
        if (grant.subscriptionId === id) domain.subscriptionGrants.delete(grant.id);
      }
      domain.subscriptions.delete(id);
    } else if (status === 'APPROVED' && subscribedListing.ownerProjectId === projectId) {
      ended(call, domain, { ...subscription, status: 'REVOKED' });
    }
  }
}
