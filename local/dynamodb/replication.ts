import type { Clock } from '../clock';
import type { Random } from '../random';
import type { Item } from './attribute-value';
import type { DynamoDbBehaviour } from './behaviour';

/** When a write was done: global order of all writes, so that both Regions call the same one the last. */
export interface Stamp {
  readonly time: number;
  readonly sequence: number;
}

/** A write under way to another Region. */
export interface Delivery {
  readonly region: string;
  readonly tableName: string;
  readonly keyText: string;
  readonly key: Item;
  /** The whole item as it stood after the write; undefined: deleted. */
  readonly item: Item | undefined;
  readonly stamp: Stamp;
}

/** Replication was waited for while it was paused. */
export class ReplicationPausedError extends Error {
  override readonly name = 'ReplicationPausedError';
}

interface Pending {
  readonly delivery: Delivery;
  readonly due: number;
}

/** The pump looks for what is due at least so often, for what is sent meanwhile may be due first. */
const TICK_MS = 5;

/** Last writer wins, by the time of the write; the later of two in one millisecond is the one that came later. */
export function isNewer(stamp: Stamp, than: Stamp | undefined): boolean {
  if (!than) return true;
  return stamp.time === than.time ? stamp.sequence > than.sequence : stamp.time > than.time;
}

/** Carries writes between Regions, each after a lag of its own. */
export class Replicator {
  private readonly pending = new Set<Pending>();
  private readonly arriving = new Set<Promise<void>>();
  private pumping = false;
  private paused = false;
  private closed = false;
  private failure: unknown;

  constructor(
    private readonly arrive: (delivery: Delivery) => Promise<void>,
    private readonly behaviour: () => DynamoDbBehaviour,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Number of writes that have not arrived yet. */
  get underWay(): number {
    return this.pending.size + this.arriving.size;
  }

  send(delivery: Delivery): void {
    const { minMs, maxMs } = this.behaviour().lag;
    const lag = minMs + this.random.next() * (maxMs - minMs);
    this.pending.add({ delivery, due: this.clock.now() + lag });
    if (!this.pumping) void this.pump();
  }

  /** Nothing arrives until `resume`: a Region lost, or the way between them. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    if (!this.pumping) void this.pump();
  }

  /**
   * Waits until every write has arrived, without waiting for what is left of the lags.
   * @throws ReplicationPausedError while paused, for then it would wait for ever.
   */
  async drain(): Promise<void> {
    if (this.paused)
      throw new ReplicationPausedError('Replication is paused: resume it before waiting for it');
    while (this.underWay > 0) {
      this.deliver([...this.pending]);
      await Promise.all(this.arriving);
    }
    if (this.failure !== undefined) throw this.failure;
  }

  /** Drops what is under way. */
  async close(): Promise<void> {
    this.closed = true;
    this.pending.clear();
    await Promise.all(this.arriving);
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    while (this.pending.size > 0 && !this.paused && !this.closed) {
      const now = this.clock.now();
      this.deliver([...this.pending].filter(({ due }) => due <= now));
      let wait = TICK_MS;
      for (const { due } of this.pending) wait = Math.min(wait, due - now);
      if (this.pending.size > 0) await this.clock.sleep(wait);
    }
    this.pumping = false;
  }

  private deliver(due: readonly Pending[]): void {
    for (const pending of [...due].sort((a, b) => a.due - b.due)) {
      this.pending.delete(pending);
      const arrival = this.arrive(pending.delivery)
        .catch((error: unknown) => {
          this.failure ??= error;
        })
        .finally(() => this.arriving.delete(arrival));
      this.arriving.add(arrival);
    }
  }
}
