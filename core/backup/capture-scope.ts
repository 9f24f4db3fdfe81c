import pMap from 'p-map';
import { partsOf } from '../catalog/composite-id';
import type { Kind, Page } from '../catalog/kind';
import type { ReferenceFinder } from '../catalog/reference-finder';
import { CursorRefusedError } from '../catalog/source';
import type { ScopeRef } from '../vault/keys';
import { type BackupContext, observationOf } from './context';
import { HeadIndex } from './head-index';
import { Intake } from './intake';
import { isAt, type List, ScopeLists } from './lists';
import { LiveReader } from './live-reading';
import { type Refusals, RefusedListsError, withRefusal } from './refusals';
import type { Turn } from './rotation';
import { hasMetAll, IncompleteSweepError, mostSweeps, newSweep, type Sweep, withPage } from './sweep';
import type { TargetSet } from './targets';
import type { Checkpoint } from './work';

/** Cursor of a scope that has been read to its end, and whose missing resources are still to be confirmed. */
const sweptCursor = 'swept';
/** Cursors refused in a row, with nothing new seen in between. */
const mostRefusedCursors = 5;

/** Deletions under way at once. */
const concurrency = 16;

/** Where in a scope a sweep stands. */
interface Standing {
  readonly list?: List;
  readonly cursor?: string;
  readonly sweep?: Sweep;
}

/** What a worker hands to each scope that it captures. */
export interface Handing {
  readonly finder: ReferenceFinder;
  /** Collects what the records point to. */
  readonly targets: TargetSet;
}

/**
 * Reads one kind of one scope to its end, writes what changed, and turns what is gone into tombstones.
 * Undefined when it is done; a checkpoint when the worker's time is up.
 */
export class ScopeCapture {
  private readonly live: LiveReader;
  private readonly intake: Intake;
  private refusals: Refusals | undefined;
  /** Where it stands, and how many pages and deletions it has got through. */
  private at: Standing | undefined;
  private steps = 0;

  private constructor(
    private readonly context: BackupContext,
    private readonly kind: Kind,
    private readonly scope: ScopeRef,
    private readonly index: HeadIndex,
    private readonly lists: ScopeLists,
    private readonly handing: Handing,
    private readonly resumed: Checkpoint | undefined,
    isNew: boolean,
  ) {
    const live = new LiveReader(context, kind, scope, () => this.someSeen());
    this.live = live;
    this.refusals = resumed?.refusals;
    this.intake = new Intake({ context, kind, scope, index, isNew, live, ...handing });
  }

  /** Goes on from `checkpoint`, unless the heads are others by now. */
  static async open(
    context: BackupContext,
    kind: Kind,
    scope: ScopeRef,
    handing: Handing,
    checkpoint: Checkpoint | undefined,
  ): Promise<ScopeCapture> {
    const { vault, run } = context;
    const isNew = await vault.registerScope(scope, new Date(context.now()).toISOString());
    const index = await HeadIndex.of(vault.heads(scope), run.startedAt);
    const resumed = checkpoint?.fingerprint === index.fingerprint ? checkpoint : undefined;
    if (resumed !== undefined) index.restore(resumed.seen);
    const lists = await ScopeLists.of(context, kind, scope, resumed?.turn);
    return new ScopeCapture(context, kind, scope, index, lists, handing, resumed, isNew);
  }

  /** Where another worker may go on if this one fails; none if it has come no further. */
  get progress(): Checkpoint | undefined {
    return this.steps === 0 || this.at === undefined ? undefined : this.checkpoint(this.at);
  }

  /** Whose turn it was, where the parents take turns. */
  get turn(): Turn | undefined {
    return this.lists.turn;
  }

  /**
   * Sweeps the scope. `confirm` is asked before anything is deleted: is the reader still permitted?
   * Throws IncompleteSweepError, and what the source throws.
   */
  async run(confirm: () => Promise<void>): Promise<Checkpoint | undefined> {
    if (this.resumed?.cursor !== sweptCursor) {
      const stopped = await this.sweep(this.resumed);
      if (stopped !== undefined) return stopped;
    }
    if (this.refusals !== undefined) throw new RefusedListsError(this.refusals);
    for await (const _id of this.missing()) {
      await confirm();
      return this.confirmMissing();
    }
    return undefined;
  }

  private async sweep(from: Checkpoint | undefined): Promise<Checkpoint | undefined> {
    let isFirst = true;
    for await (const list of this.lists.from(from?.place)) {
      if (!isFirst && this.context.timeIsUp()) return this.checkpoint({ list });
      const stopped = await this.sweepList(list, isFirst && isAt(list, from?.place) ? from : undefined);
      if (stopped !== undefined) return stopped;
      isFirst = false;
    }
    return undefined;
  }

  private async sweepList(list: List, from: Checkpoint | undefined): Promise<Checkpoint | undefined> {
    try {
      return await this.sweepPages(list, from);
    } catch (error) {
      if (list.parent === undefined) throw error;
      // What a parent held that is gone is not met, and confirmed as gone like all else that is not.
      if (!(await this.lists.isGone(list.parent, error))) {
        this.refusals = withRefusal(this.refusals, list.parent, error);
      }
      return undefined;
    }
  }

  private async sweepPages(list: List, from: Checkpoint | undefined): Promise<Checkpoint | undefined> {
    let { cursor } = from ?? {};
    let sweep = from?.sweep ?? this.newSweep(1);
    let refused = 0;
    let seenAtRefusal = -1;
    for (;;) {
      this.at = { list, sweep, ...(cursor !== undefined && { cursor }) };
      const readAt = this.context.now();
      const page = await this.page(list, cursor);
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
      const at = cursor;
      const again = () => this.page(list, at);
      const hasNews = await this.intake.take({ page, readAt, since: sweep.since, again });
      sweep = withPage(sweep, page, hasNews);
      this.steps++;
      cursor = page.cursor;
      if (cursor !== undefined) {
        if (this.context.timeIsUp()) return this.checkpoint({ list, cursor, sweep });
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
      // An index may need a moment to show what it lacks; a list shows all there is.
      if (this.kind.indexed) await this.context.sleep(1000 * sweep.number);
    }
  }

  private newSweep(number: number): Sweep {
    return newSweep(number, this.context.now(), this.index.seenCount);
  }

  /** Undefined for a cursor that is refused. */
  private async page({ parent }: List, cursor: string | undefined): Promise<Page | undefined> {
    try {
      const page = await this.kind.enumerate(this.context.source, this.scope.scopeId, cursor, parent);
      if (parent === undefined) return page;
      // What is counted is the scope's, of which this list is a part.
      const { total: _total, ...rest } = page;
      return rest;
    } catch (error) {
      if (error instanceof CursorRefusedError && cursor !== undefined) return undefined;
      throw error;
    }
  }

  /** Every live head that the sweep did not meet is read once more: only what is confirmed gone is deleted. */
  private async confirmMissing(): Promise<Checkpoint | undefined> {
    this.at = { cursor: sweptCursor };
    let stopped = false;
    await pMap(
      this.missing(),
      async (id) => {
        stopped ||= this.context.timeIsUp();
        if (stopped) return;
        await this.context.writer.write(this.scope, id, async () => {
          const reading = await this.live.read(id);
          if (reading === undefined) return undefined;
          const { finder, targets } = this.handing;
          targets.add(await finder.referencesOf(this.kind, reading));
          return observationOf(this.kind, reading);
        });
        this.index.markSeen(id);
        this.steps++;
      },
      { concurrency },
    );
    return stopped ? this.checkpoint({ cursor: sweptCursor }) : undefined;
  }

  /** Live heads that the sweep did not meet, but for those that it had no turn to meet. */
  private async *missing(): AsyncGenerator<string> {
    if (!this.index.someLiveUnseen) return;
    const passedOver = await this.lists.passedOver();
    for await (const { id, state } of this.context.vault.heads(this.scope)) {
      if (state !== 'LIVE' || this.index.wasSeen(id)) continue;
      if (passedOver.size === 0 || !passedOver.has(partsOf(id)[0] ?? '')) yield id;
    }
  }

  /** A worker that only goes on where another one stopped has met none itself. */
  private async someSeen(): Promise<string | undefined> {
    if (this.intake.met !== undefined) return this.intake.met;
    for await (const head of this.context.vault.heads(this.scope)) {
      if (head.state === 'LIVE' && this.index.wasSeen(head.id)) return head.id;
    }
    return undefined;
  }

  private checkpoint({ list, ...at }: Standing): Checkpoint {
    const { seen, fingerprint } = this.index;
    const { turn, refusals } = this;
    return {
      ...at,
      seen,
      fingerprint,
      ...(list?.place && { place: list.place }),
      ...(turn && { turn }),
      ...(refusals && { refusals }),
    };
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
