import pMap from 'p-map';
import type { RestoreTarget } from '../catalog/restoration';
import type { Action } from './action';
import { Executor } from './executor';
import type { IdMap } from './id-map';
import type { Matcher } from './matcher';
import type { Outcome, RestoreRun } from './restore-run';
import type { SourceView } from './source-view';

export interface ApplyArgs {
  readonly run: RestoreRun;
  readonly view: SourceView;
  /** As the newest backup has it: where relinks are found. */
  readonly newest: SourceView;
  readonly target: RestoreTarget;
  readonly matcher: Matcher;
  readonly idMap: IdMap;
  readonly now: () => number;
  /** Profile of whoever restores, in the target. */
  readonly restorer?: string | undefined;
  /** True when the worker's time is nearly spent: it stops between two actions and is called again. */
  readonly timeIsUp: () => boolean;
  /** Told of each action that came to its end. */
  readonly progress?: (outcome: Outcome) => void;
  /** Actions of a wave that are under way at once. @default 8 */
  readonly concurrency?: number;
  /** Per cent of the actions so far that may fail, once 25 have, before it stops. @default 50 */
  readonly failShare?: number;
}

export type ApplyResult = { readonly more: boolean; readonly stopped: boolean };

/**
 * Does what a plan says, wave by wave, and notes each action before and after. What has its outcome is not done
 * again, so that a restore that died anywhere goes on; one action that fails costs those alone that need it.
 */
export async function apply(args: ApplyArgs): Promise<ApplyResult> {
  const { run } = args;
  const executor = await Executor.of(args);
  let stopped = false;
  let more = false;
  const execute = async (action: Action): Promise<void> => {
    if (executor.isDone(action)) return;
    stopped ||= await run.isAskedToStop();
    more ||= args.timeIsUp();
    if (!stopped && !more) await executor.execute(action);
    stopped ||= executor.failsTooMuch;
  };
  const waves = new Waves(run.actions());
  while (!stopped && !more && (await waves.hasNext())) {
    await pMap(waves.next(), execute, { concurrency: args.concurrency ?? 8 });
  }
  return { more: more && !stopped, stopped };
}

/** Actions wave by wave, each read from the vault as it comes to its turn. */
class Waves {
  private ahead: Action | undefined;

  constructor(private readonly actions: AsyncGenerator<Action>) {}

  async hasNext(): Promise<boolean> {
    this.ahead ??= await this.read();
    return this.ahead !== undefined;
  }

  async *next(): AsyncGenerator<Action> {
    const wave = this.ahead?.wave;
    while (this.ahead !== undefined && this.ahead.wave === wave) {
      yield this.ahead;
      this.ahead = await this.read();
    }
  }

  private async read(): Promise<Action | undefined> {
    const { value, done } = await this.actions.next();
    return done === true ? undefined : value;
  }
}
