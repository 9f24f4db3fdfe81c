import type { OperationName } from '../../core/catalog/operations';
import type { SpareKind } from './spares';

/** What a snapshot lacks without an action that reads the domain: kinds, whose findings name the action. */
export interface Lack {
  /** What is listed under these is unreadable with them, and says so. */
  readonly unreadable?: readonly string[];
  /** Others refer to resources of these, which nothing has shown. */
  readonly unresolved?: readonly string[];
}

/** Actions that can be taken away in one run, since each is missed by other kinds. */
export interface ReadBatch {
  readonly when: string;
  /** Kinds of which people delete a resource before that run. */
  readonly deleted?: readonly SpareKind[];
  readonly without: Readonly<Partial<Record<OperationName, Lack>>>;
}

const list = (...unreadable: readonly string[]): Lack => ({ unreadable });
const both = (...kinds: readonly string[]): Lack => ({ unreadable: kinds, unresolved: kinds });
const target = (kind: string): Lack => ({ unresolved: [kind] });

/** While the vault has nothing yet: what a list only names, or does not show, is read by its Get. */
export const firstBatches: readonly ReadBatch[] = [
  {
    when: 'while all is new',
    without: {
      GetAccountPool: list('accountPool'),
      GetAssetFilter: list('assetFilter'),
      GetAssetType: list('assetTypeRevision'),
      GetConnection: list('connection', 'domainConnection'),
      GetDataExportConfiguration: list('dataExportConfiguration'),
      GetDataProduct: both('dataProduct'),
      GetDataSource: list('dataSource'),
      GetEnvironment: both('environment'),
      GetEnvironmentBlueprint: both('environmentBlueprint'),
      GetEnvironmentProfile: list('environmentProfile'),
      GetLineageEvent: list('lineageEvent'),
      GetNotebook: list('notebook'),
      GetProject: both('project'),
      GetProjectProfile: list('projectProfile'),
      GetRule: list('rule'),
      GetSubscriptionRequestDetails: list('subscriptionRequest'),
      GetSubscriptionTarget: target('subscriptionTarget'),
      GetTimeSeriesDataPoint: list('timeSeriesPoint'),
      ListSubscriptions: list('subscription'),
      GetSubscription: target('subscription'),
      SearchGroupProfiles: list('groupProfile'),
      GetGroupProfile: target('groupProfile'),
    },
  },
  {
    when: 'while others refer to what nothing shows',
    without: {
      ListSubscriptions: list('subscription'),
      ListSubscriptionTargets: list('subscriptionTarget'),
      SearchGroupProfiles: list('groupProfile'),
    },
  },
];

/** Once all has been captured. */
export const laterBatches: readonly ReadBatch[] = [
  {
    when: 'where other kinds hang on none of theirs',
    without: {
      BatchGetAttributesMetadata: list('attributeMetadata'),
      ListAccountPools: list('accountPool'),
      ListAssetFilters: list('assetFilter'),
      ListAssetRevisions: list('assetRevision'),
      ListConnections: list('connection', 'domainConnection'),
      ListDataProductRevisions: list('dataProductRevision'),
      ListDataSources: list('dataSource'),
      ListEntityOwners: list('domainUnitOwner'),
      ListEnvironmentActions: list('environmentAction'),
      ListEnvironmentBlueprints: list('environmentBlueprint'),
      ListLineageEvents: list('lineageEvent'),
      ListNotebooks: list('notebook'),
      ListPolicyGrants: list('policyGrant'),
      ListProjectProfiles: list('projectProfile'),
      ListRules: list('rule'),
      ListSubscriptionGrants: list('subscriptionGrant'),
      ListSubscriptionRequests: list('subscriptionRequest'),
      ListSubscriptionTargets: list('subscriptionTarget'),
      ListSubscriptions: list('subscription'),
      ListTimeSeriesDataPoints: list('timeSeriesPoint'),
      SearchGroupProfiles: list('groupProfile'),
      SearchListings: list('listing'),
      SearchUserProfiles: list('userProfile'),
    },
  },
  {
    when: 'where other kinds hang on theirs',
    without: {
      ListDomainUnitsForParent: list('domainUnit'),
      ListEnvironmentBlueprintConfigurations: list('environmentBlueprintConfiguration'),
      ListEnvironmentProfiles: list('environmentProfile'),
      ListEnvironments: list('environment'),
      Search: list('asset', 'dataProduct', 'glossary', 'glossaryTerm'),
      SearchTypes: list('assetType', 'formType'),
    },
  },
  {
    when: 'where records are read by more than their own operation',
    // Form types tell which members of a form are glossary terms.
    without: { GetFormType: list('asset'), GetDomainUnit: list('domainUnit') },
  },
  {
    when: 'where people deleted things, whose absence a Get confirms',
    deleted: [
      ...([
        'asset',
        'assetType',
        'environmentAction',
        'environmentBlueprintConfiguration',
        'glossary',
      ] as const),
      ...(['glossaryTerm', 'listing', 'subscriptionGrant'] as const),
    ],
    without: {
      GetAsset: list('asset'),
      GetAssetType: list('assetType'),
      GetEnvironmentAction: list('environmentAction'),
      GetEnvironmentBlueprintConfiguration: list('environmentBlueprintConfiguration'),
      GetGlossary: list('glossary'),
      GetGlossaryTerm: list('glossaryTerm'),
      GetListing: list('listing'),
      GetSubscriptionGrant: list('subscriptionGrant'),
    },
  },
  ...(['GetUserProfile', 'ListProjectMemberships'] as const).map((action) => ({
    when: 'where it asks whether it is a member of each project',
    without: {
      [action]: list(
        'asset',
        'connection',
        'dataProduct',
        'dataSource',
        'environment',
        'membership',
        'notebook',
      ),
    },
  })),
];

/** By operation, the kinds whose events can not be captured without it. Sorted. */
export const changeReaders: Readonly<Record<string, readonly string[] | 'all'>> = {
  BatchGetAttributesMetadata: ['attributeMetadata'],
  GetAccountPool: ['accountPool'],
  GetAsset: ['asset', 'assetFilter', 'assetRevision', 'attributeMetadata', 'timeSeriesPoint'],
  GetAssetFilter: ['assetFilter'],
  GetAssetType: ['assetType', 'assetTypeRevision'],
  GetConnection: ['connection', 'domainConnection'],
  GetDataExportConfiguration: ['dataExportConfiguration'],
  GetDataProduct: ['dataProduct', 'dataProductRevision'],
  GetDataSource: ['dataSource'],
  GetDomain: 'all',
  GetDomainUnit: ['domainUnit'],
  GetEnvironment: ['environment'],
  GetEnvironmentAction: ['environmentAction'],
  GetEnvironmentBlueprint: ['environmentBlueprint'],
  GetEnvironmentBlueprintConfiguration: ['environmentBlueprintConfiguration'],
  GetEnvironmentProfile: ['environmentProfile'],
  GetFormType: ['formType', 'formTypeRevision'],
  GetGlossary: ['glossary'],
  GetGlossaryTerm: ['glossaryTerm'],
  GetGroupProfile: ['groupProfile'],
  GetLineageEvent: ['lineageEvent'],
  GetListing: ['listing'],
  GetNotebook: ['notebook'],
  GetProject: ['project'],
  GetProjectProfile: ['projectProfile'],
  GetRule: ['rule'],
  GetSubscription: ['subscription'],
  GetSubscriptionGrant: ['subscriptionGrant'],
  GetSubscriptionRequestDetails: ['subscriptionRequest'],
  GetSubscriptionTarget: ['subscriptionTarget'],
  GetTimeSeriesDataPoint: ['timeSeriesPoint'],
  GetUserProfile: ['userProfile'],
  ListAssetRevisions: ['assetRevision'],
  ListConnections: ['connection'],
  ListDataProductRevisions: ['dataProductRevision'],
  ListEntityOwners: ['domainUnitOwner'],
  ListPolicyGrants: ['policyGrant'],
  ListProjectMemberships: ['membership'],
  ListSubscriptionTargets: ['subscriptionTarget'],
};
