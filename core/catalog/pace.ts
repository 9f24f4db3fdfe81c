import type { OperationName } from './operations';

/**
 * Calls per second that AWS publishes per account and Region (quotas of the DataZone user guide). Where none is
 * published, 20 is assumed: the highest rate that any operation has.
 */
const publishedRates: Readonly<Record<OperationName, number>> = {
  CreateProjectMembership: 3,
  GetAsset: 20,
  GetAssetType: 20,
  GetDomain: 20,
  GetFormType: 20,
  GetGlossary: 20,
  GetGlossaryTerm: 20,
  GetListing: 20,
  GetProject: 20,
  GetUserProfile: 20,
  ListProjectMemberships: 8,
  ListProjects: 8,
  Search: 20,
  SearchListings: 16,
  SearchTypes: 20,
};

/** Part of a published rate that a backup takes: the rest is for the people who work in the domain. */
const headRoom = 0.8;

/** Operations that many workers call at once; each other one is called by the one worker that has its scope. */
const sharedOut: ReadonlySet<OperationName> = new Set([
  'CreateProjectMembership',
  'GetAsset',
  'GetFormType',
  'GetProject',
  'GetUserProfile',
  'ListProjectMemberships',
  'Search',
]);

export interface PaceOptions {
  /** How many workers call the domain at once: each takes its share of a rate that they have in common. */
  readonly workers: number;
  /** Calls that may go at once after a pause. @default 4 */
  readonly burst?: number;
  /** Clock in ms. @default Date.now */
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Keeps the calls of one worker within its share of the published rates: a token bucket per operation. */
export class Pace {
  /** Per operation, when the bucket is full again, in ms. */
  private readonly fullAt = new Map<OperationName, number>();
  private readonly now: () => number;
  private readonly sleep: (ms: number) => Promise<void>;

  constructor(private readonly options: PaceOptions) {
    this.now = options.now ?? Date.now;
    this.sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /** Waits until a call of this operation may go. */
  async take(operation: OperationName): Promise<void> {
    const workers = sharedOut.has(operation) ? this.options.workers : 1;
    const interval = (1000 * workers) / (publishedRates[operation] * headRoom);
    const now = this.now();
    const fullAt = Math.max(this.fullAt.get(operation) ?? now, now) + interval;
    this.fullAt.set(operation, fullAt);
    const wait = fullAt - interval * (this.options.burst ?? 4) - now;
    if (wait > 0) await this.sleep(wait);
  }
}
