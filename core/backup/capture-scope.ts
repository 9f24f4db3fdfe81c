import pMap from 'p-map';
import type { Kind, Page, Reading } from '../catalog/kind';
import { CursorRefusedError } from '../catalog/source';
import { hashOf } from '../vault/canonical';
import type { Head } from '../vault/items';
import type { ScopeRef } from '../vault/keys';
import { facetHashes } from '../vault/vault';
import { type BackupContext, observationOf, type ReferenceFinder } from './context';
import { HeadIndex } from './head-index';
import { LiveReader } from './live-reading';
import { hasMetAll, mostSweeps, newSweep, type Sweep, withPage } from './sweep';
import type { TargetSet } from './targets';
import type { Checkpoint } from './work';

/** A scope could not be read to its end; the message says why. */
export class IncompleteSweepError extends Error {
  override readonly name = 'IncompleteSweepError';
}

/** Cursor of a scope that has been read to its end, and whose missing resources are still to be confirmed. */
const sweptCursor = 'swept';
/** Cursors refused in a row, with nothing new seen in between. */
const mostRefusedCursors = 5;

/** Clocks of two writers differ by no more than this, in ms: `begin` refuses one that is off by half of it. */
const mostSkew = 4000;

/** Writes and reads under way at once: enough to hide latency, few enough for a small function's sockets. */
const concurrency = 16;

/**
 * Reads one kind of one scope to its end, writes what changed, and turns what is gone into tombstones.
 * Undefined when it is done; a checkpoint when the worker's time is up.
 */
export class ScopeCapture {
  private sibling: string | undefined;
  private readonly live: LiveReader;

  private constructor(
    private readonly context: BackupContext,
    private readonly kind: Kind,
    private readonly scope: ScopeRef,
    private readonly index: HeadIndex,
    private readonly isNew: boolean,
    private readonly finder: ReferenceFinder,
    private readonly targets: TargetSet,
  ) {
    this.live = new LiveReader(context, kind, scope, () => this.someSeen());
  }

  static async open(
    context: BackupContext,
    kind: Kind,
    scope: ScopeRef,
    finder: ReferenceFinder,
    targets: TargetSet,
  ): Promise<ScopeCapture> {
    const isNew = await context.vault.registerScope(scope, new Date(context.now()).toISOString());
    const index = await HeadIndex.of(context.vault.heads(scope), context.run.startedAt);
    return new ScopeCapture(context, kind, scope, index, isNew, finder, targets);
  }

  /**
   * Sweeps the scope. `confirm` is asked once between the sweep and the deletions: is the reader still permitted?
   * Throws IncompleteSweepError, and what the source throws.
   */
  async run(
    checkpoint: Checkpoint | undefined,
    confirm: () => Promise<void>,
  ): Promise<Checkpoint | undefined> {
    const resumed = checkpoint?.fingerprint === this.index.fingerprint ? checkpoint : undefined;
    if (resumed !== undefined) this.index.restore(resumed.seen);
    if (resumed?.cursor !== sweptCursor) {
      const stopped = await this.sweep(resumed);
      if (stopped !== undefined) return stopped;
    }
    await confirm();
    return this.confirmMissing();
  }

  private async sweep(from: Checkpoint | undefined): Promise<Checkpoint | undefined> {
    let { cursor } = from ?? {};
    let sweep = from?.sweep ?? this.newSweep(1);
    let refused = 0;
    let seenAtRefusal = -1;
    for (;;) {
      const readAt = this.context.now();
      const page = await this.page(cursor);
      if (page === undefined) {
        // A refused cursor starts the sweep again; what was seen stays seen.
        refused = this.index.seenCount > seenAtRefusal ? 1 : refused + 1;
        seenAtRefusal = this.index.seenCount;
        if (refused > mostRefusedCursors) {
          throw new IncompleteSweepError('its cursors expire before they are used');
        }
        cursor = undefined;
        sweep = this.newSweep(sweep.number);
        continue;
      }
      const { since } = sweep;
      const news = await pMap(page.readings, (reading) => this.take(reading, readAt, since), { concurrency });
      sweep = withPage(sweep, page, news.includes(true));
      cursor = page.cursor;
      if (cursor !== undefined) {
        if (this.context.timeIsUp()) return this.checkpoint(cursor, sweep);
        continue;
      }
      const seen = this.index.seenCount;
      if (hasMetAll(sweep, seen, page.total)) return undefined;
      if (sweep.number === mostSweeps) {
        throw new IncompleteSweepError(
          `${seen} of ${page.total} resources were shown in ${mostSweeps} sweeps`,
        );
      }
      sweep = this.newSweep(sweep.number + 1);
      await this.context.sleep(1000 * sweep.number);
    }
  }

  private newSweep(number: number): Sweep {
    return newSweep(number, this.context.now(), this.index.seenCount);
  }

  private async page(cursor: string | undefined): Promise<Page | undefined> {
    try {
      return await this.kind.enumerate(this.context.source, this.scope.scopeId, cursor);
    } catch (error) {
      if (error instanceof CursorRefusedError && cursor !== undefined) return undefined;
      throw error;
    }
  }

  /** True for news: the vault did not have it, and the index may have it only since `since`. */
  private async take(reading: Reading, readAt: number, since: number): Promise<boolean> {
    this.sibling ??= reading.id;
    this.index.markSeen(reading.id);
    const held = this.index.holds(reading.id, hashOf(reading.record), facetHashes(reading.facets));
    if (!held) {
      const noHead = !this.index.has(reading.id);
      await this.context.writer.write(
        this.scope,
        reading.id,
        async (head) => {
          const trusted = this.mayReplace(head, reading, readAt) ? reading : await this.live.read(reading.id);
          if (trusted === undefined) return undefined;
          this.index.note(reading.id, hashOf(trusted.record), facetHashes(trusted.facets));
          return observationOf(this.kind, trusted);
        },
        { noHead, noVersion: noHead && this.isNew },
      );
      this.index.addNew(reading.id);
    }
    this.targets.add(await this.finder.referencesOf(this.kind, reading));
    return !held && (reading.changedAt ?? since) >= since - this.context.indexLag;
  }

  /**
   * A page was read before the head was, and an index shows an older state besides: only a newer revision, or a
   * head that was surely there before what the page shows, takes its word.
   */
  private mayReplace(head: Head | undefined, reading: Reading, readAt: number): boolean {
    if (head === undefined) return true;
    const lag = this.kind.indexed ? this.context.indexLag : mostSkew;
    if (Date.parse(head.validFrom) < readAt - lag) return true;
    return (
      reading.changedAt !== undefined &&
      head.changedAt !== undefined &&
      reading.changedAt > Date.parse(head.changedAt)
    );
  }

  /** Every live head that the sweep did not meet is read once more: only what is confirmed gone is deleted. */
  private async confirmMissing(): Promise<Checkpoint | undefined> {
    if (!this.index.someLiveUnseen) return undefined;
    let stopped = false;
    await pMap(
      this.missing(),
      async (id) => {
        stopped ||= this.context.timeIsUp();
        if (stopped) return;
        await this.context.writer.write(this.scope, id, async () => {
          const reading = await this.live.read(id);
          if (reading === undefined) return undefined;
          this.targets.add(await this.finder.referencesOf(this.kind, reading));
          return observationOf(this.kind, reading);
        });
        this.index.markSeen(id);
      },
      { concurrency },
    );
    return stopped ? this.checkpoint(sweptCursor) : undefined;
  }

  private async *missing(): AsyncGenerator<string> {
    for await (const head of this.context.vault.heads(this.scope)) {
      if (head.state === 'LIVE' && !this.index.wasSeen(head.id)) yield head.id;
    }
  }

  /** A worker that only goes on where another one stopped has met none itself. */
  private async someSeen(): Promise<string | undefined> {
    if (this.sibling !== undefined) return this.sibling;
    for await (const head of this.context.vault.heads(this.scope)) {
      if (head.state === 'LIVE' && this.index.wasSeen(head.id)) return head.id;
    }
    return undefined;
  }

  private checkpoint(cursor: string, sweep?: Sweep): Checkpoint {
    const { seen, fingerprint } = this.index;
    return { cursor, seen, fingerprint, ...(sweep === undefined ? {} : { sweep }) };
  }
}

/** Deletes what a vanished project's scope still holds. False: the worker's time was up before the end. */
export async function buryScope(context: BackupContext, scope: ScopeRef): Promise<boolean> {
  let stopped = false;
  await pMap(
    context.vault.heads(scope),
    async (head) => {
      if (head.state !== 'LIVE') return;
      stopped ||= context.timeIsUp();
      if (!stopped) await context.writer.write(scope, head.id, async () => undefined);
    },
    { concurrency },
  );
  return !stopped;
}
