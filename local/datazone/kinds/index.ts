import type { Handlers } from '../operations';
import { accountPools } from './account-pools';
import { assetFilters } from './asset-filters';
import { assetTypes } from './asset-types';
import { assets } from './assets';
import { attributesMetadata } from './attributes-metadata';
import { blueprintConfigurations } from './blueprint-configurations';
import { blueprints } from './blueprints';
import { connections } from './connections';
import { dataExport } from './data-export';
import { dataProducts } from './data-products';
import { dataSources } from './data-sources';
import { domainUnitOwners } from './domain-unit-owners';
import { domainUnits } from './domain-units';
import { domains } from './domains';
import { environmentActions } from './environment-actions';
import { environmentProfiles } from './environment-profiles';
import { environments } from './environments';
import { formTypes } from './form-types';
import { glossaries } from './glossaries';
import { glossaryTerms } from './glossary-terms';
import { governedTerms } from './governed-terms';
import { groupProfiles } from './group-profiles';
import { lineageEvents } from './lineage-events';
import { listings } from './listings';
import { memberships } from './memberships';
import { notebooks } from './notebooks';
import { policyGrants } from './policy-grants';
import { projectProfiles } from './project-profiles';
import { projects } from './projects';
import { rules } from './rules';
import { search } from './search';
import { subscriptionGrants } from './subscription-grants';
import { subscriptionRequests } from './subscription-requests';
import { subscriptionTargets } from './subscription-targets';
import { subscriptions } from './subscriptions';
import { timeSeries } from './time-series';
import { userProfiles } from './user-profiles';

/** Every operation that the local DataZone emulates. */
export const handlers: Handlers = {
  ...domains,
  ...dataExport,
  ...domainUnits,
  ...domainUnitOwners,
  ...policyGrants,
  ...userProfiles,
  ...groupProfiles,
  ...projects,
  ...memberships,
  ...blueprints,
  ...blueprintConfigurations,
  ...accountPools,
  ...projectProfiles,
  ...environmentProfiles,
  ...environments,
  ...environmentActions,
  ...subscriptionTargets,
  ...glossaries,
  ...glossaryTerms,
  ...formTypes,
  ...assetTypes,
  ...assets,
  ...assetFilters,
  ...attributesMetadata,
  ...timeSeries,
  ...lineageEvents,
  ...dataProducts,
  ...governedTerms,
  ...listings,
  ...connections,
  ...dataSources,
  ...subscriptionRequests,
  ...subscriptions,
  ...subscriptionGrants,
  ...notebooks,
  ...rules,
  ...search,
};
