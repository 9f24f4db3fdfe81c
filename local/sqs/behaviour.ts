/**
 * What a standard queue may do, and does on a bad day: its promise is at least once, in no order. Each is drawn from
 * the service's seed.
 */
export interface QueueBehaviour {
  /** Share of messages that are delivered twice, 0 to 1. */
  readonly duplicates: number;
  /** Messages are received in random order, not nearly in that of their arrival. */
  readonly reordered: boolean;
  /** Longest time, in milliseconds, until a message (and each of its duplicates) shows; every one draws its own. */
  readonly lateMilliseconds: number;
  /**
   * Visibility timeout of all queues in place of their own, in milliseconds: a test need not wait as long as people
   * would for what is handed out again.
   */
  readonly hiddenMilliseconds?: number | undefined;
}

export const PROMPT: QueueBehaviour = { duplicates: 0, reordered: false, lateMilliseconds: 0 };
export const RESTLESS: QueueBehaviour = { duplicates: 0.1, reordered: true, lateMilliseconds: 2_000 };
