import { mostSkewOfTwo } from './skew';

/** Things that are remembered: a few hundred bytes each, and more than change while a message waits. */
const mostKept = 10_000;

/**
 * What a worker has captured, for as long as it lives. A message that was sent before something was read tells nothing
 * that was not read: of an event that comes twice, or late, or with others of the same thing, one read is enough.
 */
export class RecentReads {
  private readonly begun = new Map<string, number>();

  /** True where it was read since, by any of both clocks. `sentAt`: when the queue took the message, ms since the epoch. */
  cover(key: string, sentAt: number): boolean {
    return (this.begun.get(key) ?? 0) > sentAt + mostSkewOfTwo;
  }

  /** To be called once what was read is in the vault; `begunAt` is from before the reading, ms since the epoch. */
  note(key: string, begunAt: number): void {
    const before = this.begun.get(key) ?? 0;
    this.begun.delete(key);
    this.begun.set(key, Math.max(before, begunAt));
    const [oldest] = this.begun.keys();
    if (this.begun.size > mostKept && oldest !== undefined) this.begun.delete(oldest);
  }
}
