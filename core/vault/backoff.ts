export interface BackoffOptions {
  /** Longest that the first pause may be, in ms; it doubles with each further one. @default 50 */
  readonly first?: number;
  /** Longest that any pause may be, in ms. @default 5000 */
  readonly longest?: number;
  /** Draws from 0 to below 1. @default Math.random */
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * Pauses between tries in a row: exponential, with full jitter, so that workers that were put off together do not
 * come back together.
 */
export class Backoff {
  constructor(private readonly options: BackoffOptions = {}) {}

  /** Waits before a further try, after `tries` that were in vain. */
  async pause(tries: number): Promise<void> {
    const { first = 50, longest = 5000, random = Math.random, sleep = sleepFor } = this.options;
    await sleep(random() * Math.min(longest, first * 2 ** (tries - 1)));
  }
}

const sleepFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
