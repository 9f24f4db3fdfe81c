import type { Call } from '../call';
import type { Domain, SubscriptionTarget } from '../domain';
import type { Handlers } from '../operations';
import { sortedBy } from '../pages';
import { present } from '../present';
import { findIn, type Ids, requireOwned } from './environments';

export const subscriptionTargets: Handlers = {
  CreateSubscriptionTarget(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { environmentIdentifier, domainIdentifier: _, clientToken: __, ...given } = input;
    const { projectId } = requireOwned(call, domain, environmentIdentifier);
    requireTypes(call, domain, input.applicableAssetTypes);
    const id = call.newId();
    const target: SubscriptionTarget = {
      ...given,
      id,
      domainId: domain.id,
      projectId,
      environmentId: environmentIdentifier,
      provider: input.provider ?? 'Amazon DataZone',
      createdBy: call.author(domain),
      createdAt: call.now,
    };
    domain.subscriptionTargets.put(id, target);
    return target;
  },

  GetSubscriptionTarget(call, input) {
    return find(call, call.domain(input.domainIdentifier), input);
  },

  ListSubscriptionTargets(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const group = input.environmentIdentifier;
    call.find(domain.environments, 'Environment', group);
    const page = call.page(input, {
      table: domain.subscriptionTargets,
      group,
      sort: sortedBy(input, (target: SubscriptionTarget) =>
        (input.sortBy === 'UPDATED_AT' ? (target.updatedAt ?? target.createdAt) : target.createdAt).getTime(),
      ),
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  UpdateSubscriptionTarget(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { domainIdentifier: _, environmentIdentifier, identifier: __, ...changes } = input;
    requireOwned(call, domain, environmentIdentifier);
    const target = find(call, domain, input);
    requireTypes(call, domain, input.applicableAssetTypes);
    const updated: SubscriptionTarget = {
      ...target,
      ...present(changes),
      updatedBy: call.author(domain),
      updatedAt: call.now,
    };
    domain.subscriptionTargets.put(target.id, updated);
    return updated;
  },

  DeleteSubscriptionTarget(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireOwned(call, domain, input.environmentIdentifier);
    domain.subscriptionTargets.delete(find(call, domain, input).id);
    return {};
  },
};

const find = (call: Call, domain: Domain, ids: Ids): SubscriptionTarget =>
  findIn(call, domain.subscriptionTargets, 'Subscription target', ids);

function requireTypes(call: Call, domain: Domain, names: readonly string[] | undefined): void {
  for (const name of names ?? []) call.find(domain.assetTypes, 'Asset type', name);
}
