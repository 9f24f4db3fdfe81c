/** How unkind the table service is: what AWS may do, and seldom does while one looks. */
export interface DynamoDbBehaviour {
  /** Replication lag, drawn per item and write between the two: so writes arrive out of order. */
  readonly lag: { readonly minMs: number; readonly maxMs: number };
  /** An expired item is deleted up to so long after its time. AWS: "within a few days". */
  readonly maxTimeToLiveDelayMs: number;
  /** Share of the items of a batch that come back unprocessed. */
  readonly unprocessed: number;
}

/** For a first look: everything soon and in order enough. */
export const CALM: DynamoDbBehaviour = {
  lag: { minMs: 1, maxMs: 5 },
  maxTimeToLiveDelayMs: 0,
  unprocessed: 0,
};

/** For tests. */
export const UNKIND: DynamoDbBehaviour = {
  lag: { minMs: 0, maxMs: 3_000 },
  maxTimeToLiveDelayMs: 5 * 24 * 60 * 60 * 1000,
  unprocessed: 0.05,
};
