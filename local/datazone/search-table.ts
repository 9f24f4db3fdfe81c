import type { Clock } from '../clock';
import type { Random } from '../random';
import { Table } from './store';
import { drawIndexLag, type Unkindness } from './unkindness';

/** What a search index needs to be as late as the real one. */
export interface IndexConditions {
  readonly clock: Clock;
  readonly random: Random;
  readonly unkind: Unkindness;
}

interface Write<R> {
  readonly id: string;
  readonly number: number;
  readonly visibleAt: number;
  /** Undefined for a deletion. */
  readonly row: R | undefined;
}

/** A table that is searched through an index, which may lag behind it. */
export class SearchTable<R extends object> extends Table<R> {
  private readonly indexed: Table<R>;
  private readonly lastShown = new Map<string, number>();
  private waiting: Write<R>[] = [];
  private written = 0;

  constructor(
    groupsOf: (row: R) => readonly string[],
    private readonly conditions: IndexConditions,
  ) {
    super(groupsOf);
    const { indexLagMilliseconds, offsetCursors } = conditions.unkind;
    this.indexed = indexLagMilliseconds > 0 || offsetCursors ? new Table(groupsOf) : this;
  }

  override put(id: string, row: R): void {
    super.put(id, row);
    this.feed(id, row);
  }

  override delete(id: string): void {
    super.delete(id);
    this.feed(id, undefined);
  }

  /** The index as searches see it now. */
  searched(): Table<R> {
    const now = this.conditions.clock.now();
    if (this.waiting.some((write) => write.visibleAt <= now)) {
      const due = this.waiting.filter((write) => write.visibleAt <= now);
      this.waiting = this.waiting.filter((write) => write.visibleAt > now);
      for (const write of due.sort((a, b) => a.visibleAt - b.visibleAt)) this.show(write);
    }
    return this.indexed;
  }

  private feed(id: string, row: R | undefined): void {
    if (this.indexed === this) return;
    const { clock, random, unkind } = this.conditions;
    const lag = drawIndexLag(unkind, random);
    this.waiting.push({ id, row, number: ++this.written, visibleAt: clock.now() + lag });
  }

  private show({ id, number, row }: Write<R>): void {
    // An index applies writes as they arrive, but never an older one over a newer one.
    if ((this.lastShown.get(id) ?? 0) > number) return;
    this.lastShown.set(id, number);
    this.indexed.delete(id);
    if (row) this.indexed.put(id, row);
  }
}
