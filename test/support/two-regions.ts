import type { Key } from '../../core/vault/keys';
import { type Attributes, type Expectation, TableUnavailableError } from '../../core/vault/table';
import { Vault } from '../../core/vault/vault';
import type { Random } from '../../local/random';
import type { Between } from './in-process-clients';
import { type MemoryItems, MemoryTable } from './memory-table';

/** When a write was done: the later one wins in both Regions. */
type Stamp = number;

interface Delivery {
  readonly to: string;
  readonly key: Key;
  readonly item: Readonly<Attributes> | undefined;
  readonly stamp: Stamp;
  /** Call of any client after which it arrives. */
  readonly due: number;
}

/**
 * A global table in memory: conditions are judged by the Region's own copy, each write reaches the other Region
 * after a lag of its own, counted in calls, and the last writer wins per item.
 */
export class TwoRegions {
  readonly items: Readonly<Record<string, MemoryItems>>;
  /** Check of every item that was put, by Region, key and check: nothing else may ever stand there. */
  readonly put = new Map<string, Set<unknown>>();
  /** While true, neither Region sees what the other writes, nor answers it. */
  apart = false;
  private readonly stamps = new Map<string, Stamp>();
  private readonly underWay: Delivery[] = [];
  private calls = 0;
  private writes = 0;

  constructor(
    readonly regions: readonly [string, string],
    private readonly domainId: string,
    private readonly random: Random,
    private readonly longestLag: number,
    private readonly now: () => number,
  ) {
    this.items = Object.fromEntries(regions.map((region) => [region, new Map()]));
  }

  /** The vault as a client in `from` finds it in `region`. */
  vault(region: string, from = region, between: Between = ({ answer }) => answer()): Vault {
    const inTurn: Between = (call) => {
      if (this.apart && from !== region) throw new TableUnavailableError(`${region} does not answer`);
      this.calls += 1;
      this.deliver(this.apart ? () => false : ({ due }) => due <= this.calls);
      return between(call);
    };
    return new Vault(new ReplicatedTable(this, region, inTurn), this.domainId, this.now);
  }

  /** Lets everything arrive that is under way. */
  settle(): void {
    this.apart = false;
    this.deliver(() => true);
  }

  written(region: string, key: Key): void {
    const item = this.items[region]?.get(key.pk)?.get(key.sk);
    const stamp = ++this.writes;
    this.stamps.set(stampKey(region, key), stamp);
    const text = `${key.pk} ${key.sk}`;
    this.put.set(text, (this.put.get(text) ?? new Set()).add(item?.check));
    const to = this.regions.find((other) => other !== region) ?? region;
    const due = this.calls + Math.floor(this.random.next() * this.longestLag);
    this.underWay.push({ to, key, item, stamp, due });
  }

  private deliver(arrives: (delivery: Delivery) => boolean): void {
    const due = this.underWay.filter(arrives).sort((a, b) => a.due - b.due);
    for (const delivery of due) {
      const { to, key, item, stamp } = delivery;
      this.underWay.splice(this.underWay.indexOf(delivery), 1);
      if (stamp < (this.stamps.get(stampKey(to, key)) ?? 0)) continue;
      this.stamps.set(stampKey(to, key), stamp);
      const items = this.items[to] ?? new Map();
      const partition = items.get(key.pk) ?? new Map<string, Readonly<Attributes>>();
      if (item === undefined) partition.delete(key.sk);
      else items.set(key.pk, partition.set(key.sk, item));
    }
  }
}

function stampKey(region: string, { pk, sk }: Key): string {
  return `${region} ${pk} ${sk}`;
}

class ReplicatedTable extends MemoryTable {
  constructor(
    private readonly global: TwoRegions,
    region: string,
    between: Between,
  ) {
    super(global.items[region] ?? new Map(), region, between);
  }

  override async put(item: Readonly<Attributes>, expected?: Expectation): Promise<void> {
    await super.put(item, expected);
    this.global.written(this.region, { pk: String(item.pk), sk: String(item.sk) });
  }

  override async remove(key: Key, attribute: string, equals: string): Promise<boolean> {
    const removed = await super.remove(key, attribute, equals);
    if (removed) this.global.written(this.region, key);
    return removed;
  }

  override async expire(key: Key, expiresAt: number): Promise<void> {
    await super.expire(key, expiresAt);
    this.global.written(this.region, key);
  }
}
