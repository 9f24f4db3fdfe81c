import type { OperationName } from './operations';

/**
 * Calls per second that AWS publishes per account and Region (quotas of the DataZone user guide). Where none is
 * published, 20 is assumed: the highest rate that any operation has.
 */
export const publishedRates: Readonly<Record<OperationName, number>> = {
  BatchGetAttributesMetadata: 20,
  CreateProjectMembership: 3,
  GetAccountPool: 20,
  GetAsset: 20,
  GetAssetFilter: 20,
  GetAssetType: 20,
  GetConnection: 20,
  GetDataExportConfiguration: 20,
  GetDataProduct: 20,
  GetDataSource: 20,
  GetDomain: 20,
  GetDomainUnit: 20,
  GetEnvironment: 8,
  GetEnvironmentAction: 20,
  GetEnvironmentBlueprint: 20,
  GetEnvironmentBlueprintConfiguration: 20,
  GetEnvironmentProfile: 20,
  GetFormType: 20,
  GetGlossary: 20,
  GetGlossaryTerm: 20,
  GetGroupProfile: 20,
  GetLineageEvent: 20,
  GetListing: 20,
  GetNotebook: 20,
  GetProject: 20,
  GetProjectProfile: 20,
  GetRule: 20,
  GetSubscription: 8,
  GetSubscriptionGrant: 8,
  GetSubscriptionRequestDetails: 8,
  GetSubscriptionTarget: 20,
  GetTimeSeriesDataPoint: 20,
  GetUserProfile: 20,
  ListAccountPools: 20,
  ListAssetFilters: 20,
  ListAssetRevisions: 20,
  ListConnections: 20,
  ListDataProductRevisions: 20,
  ListDataSources: 20,
  ListDomainUnitsForParent: 20,
  ListEntityOwners: 20,
  ListEnvironmentActions: 20,
  ListEnvironmentBlueprintConfigurations: 20,
  ListEnvironmentBlueprints: 8,
  ListEnvironmentProfiles: 8,
  ListEnvironments: 8,
  ListLineageEvents: 20,
  ListNotebooks: 20,
  ListPolicyGrants: 20,
  ListProjectMemberships: 8,
  ListProjectProfiles: 20,
  ListProjects: 8,
  ListRules: 20,
  ListSubscriptionGrants: 8,
  ListSubscriptionRequests: 8,
  ListSubscriptionTargets: 8,
  ListSubscriptions: 8,
  ListTimeSeriesDataPoints: 20,
  Search: 20,
  SearchGroupProfiles: 20,
  SearchListings: 16,
  SearchTypes: 20,
  SearchUserProfiles: 20,
};

/** What is assumed of an operation whose rate is not published: the highest that any has. */
export const unpublishedRate = 20;

/** How fast a backup may call. */
export interface Rates {
  /** Per cent of a published rate that a backup takes: the rest is for the people who work in the domain. @default 80 */
  readonly share?: number;
  /** Calls per second of all workers together, in place of that share. */
  readonly requests?: Readonly<Partial<Record<string, number>>>;
}

export interface PaceOptions extends Rates {
  /** How many workers call an operation at once: each takes its share of a rate that they have in common. */
  readonly callers: (operation: string) => number;
  /** Published rates. @default those of the operations that read */
  readonly published?: Readonly<Record<string, number>>;
  /** Calls that may go at once after a pause. @default 4 */
  readonly burst?: number;
  /** Clock in ms. @default Date.now */
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Keeps the calls of one worker within its share of the rates: a token bucket per operation. */
export class Pace {
  /** Per operation, when the bucket is full again, in ms. */
  private readonly fullAt = new Map<string, number>();
  private readonly now: () => number;
  private readonly sleep: (ms: number) => Promise<void>;

  constructor(private readonly options: PaceOptions) {
    this.now = options.now ?? Date.now;
    this.sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /** Waits until a call of this operation may go. */
  async take(operation: string): Promise<void> {
    const { callers, share = 80, requests } = this.options;
    const published: Readonly<Record<string, number>> = this.options.published ?? publishedRates;
    const rate = requests?.[operation] ?? ((published[operation] ?? unpublishedRate) * share) / 100;
    const interval = (1000 * callers(operation)) / rate;
    const now = this.now();
    const fullAt = Math.max(this.fullAt.get(operation) ?? now, now) + interval;
    this.fullAt.set(operation, fullAt);
    const wait = fullAt - interval * (this.options.burst ?? 4) - now;
    if (wait > 0) await this.sleep(wait);
  }
}
