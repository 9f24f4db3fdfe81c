import * as z from 'zod';
import type { Json } from '../catalog/kind';
import { checked, verified } from '../vault/items';
import { decodeJson, encodeJson } from '../vault/payload';
import { ConditionFailedError } from '../vault/table';
import type { Vault } from '../vault/vault';
import { type Action, actionNames, actionSchema } from './action';
import type { DeflatedList } from './deflated-list';
import { Bits } from './packed';
import { selectionSchema } from './selection';
import { valueMappingSchema } from './value-mapping';

const keyed = { pk: z.string(), sk: z.string(), check: z.string() };

/**
 * PLANNED: nothing was written yet. RUNNING: it was begun. COMPLETE: every action was done. PARTIAL: it came to its
 * end, and some were not, each with its reason. STOPPED: somebody asked it to stop; it can go on. REFUSED: the target
 * had moved since the plan, and nothing was written.
 */
const restoreStatus = z.enum(['PLANNED', 'RUNNING', 'COMPLETE', 'PARTIAL', 'STOPPED', 'REFUSED']);

const headerSchema = z.object({
  ...keyed,
  runId: z.string(),
  status: restoreStatus,
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  /** The time that is restored. */
  instant: z.string(),
  targetDomainId: z.string(),
  /** Where the target is, for who goes on with it. */
  targetRegion: z.string().optional(),
  conflicts: z.enum(['skip', 'update', 'fail']),
  acceptIncomplete: z.boolean().optional(),
  relink: z.boolean().optional(),
  mapping: valueMappingSchema.optional(),
  selection: selectionSchema,
  totals: z.partialRecord(z.enum(actionNames), z.number().int()),
  pages: z.number().int(),
});
export type RestoreHeader = z.infer<typeof headerSchema>;
export type RestoreStatus = RestoreHeader['status'];

export const outcomeSchema = z.object({
  seq: z.number().int(),
  action: z.enum(actionNames),
  kind: z.string(),
  sourceId: z.string(),
  targetId: z.string().optional(),
  /** ADOPTED: it was there by then, made by the service or by an attempt whose answer was lost. */
  outcome: z.enum(['DONE', 'ADOPTED', 'SKIPPED', 'CONFLICT', 'MANUAL', 'FAILED']),
  reason: z.string(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** How many actions ended how. */
export function tallyOf(outcomes: ReadonlyMap<number, Outcome>): OutcomeTally {
  const tally: OutcomeTally = {};
  for (const { outcome } of outcomes.values()) tally[outcome] = (tally[outcome] ?? 0) + 1;
  return tally;
}

export type OutcomeTally = Partial<Record<Outcome['outcome'], number>>;

/** `intended`: the action was begun before, so that an intent stands beside the outcome. */
const outcomeItem = z.object({
  ...keyed,
  ...outcomeSchema.shape,
  intended: z.literal(true).optional(),
});
const pageItem = z.object({ ...keyed, actions: z.instanceof(Uint8Array) });
const claimItem = z.object({ ...keyed, worker: z.string(), until: z.number() });
const intentItem = z.object({ ...keyed, seq: z.number().int(), at: z.string() });

/** Actions of one item. */
const pageSize = 200;

/** A worker that has said nothing for so long counts as dead, in ms. */
export const claimLasts = 120_000;

/** Somebody else is applying the plan. It carries the name by which Step Functions tries a task again. */
export class RestoreBusyError extends Error {
  override readonly name = 'RetryableError';
}

/** A worker could not hold its claim, and stopped: somebody else may apply the plan by now. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
  constructor(runId: string) {
    super(`${runId} may be applied by somebody else by now, and was left to them: look with dzr plans`);
  }
}

/** There is no such restore in this vault. */
export class NoSuchRestoreError extends Error {
  override readonly name = 'NoSuchRestoreError';
}

/** A restore as the vault keeps it: its plan, and what became of each action. */
export class RestoreRun {
  private readonly intended: Bits;

  private constructor(
    private readonly vault: Vault,
    public header: RestoreHeader,
  ) {
    this.intended = new Bits(this.actionCount);
  }

  get runId(): string {
    return this.header.runId;
  }

  /** Keeps a plan; the header comes last, so that a plan is whole or is not there. */
  static async create(
    vault: Vault,
    plan: Omit<RestoreHeader, 'pk' | 'sk' | 'check' | 'status' | 'pages'>,
    actions: DeflatedList<Action>,
  ): Promise<RestoreRun> {
    let pages = 0;
    let page: Action[] = [];
    const keepPage = async (): Promise<void> => {
      const key = vault.keys.restoreItem(plan.runId, pageName(pages++));
      await vault.table.put(checked({ ...key, actions: encodeJson(page as Json) }));
      page = [];
    };
    for (const action of actions) {
      page.push(action);
      if (page.length === pageSize) await keepPage();
    }
    if (page.length > 0) await keepPage();
    const item = checked({ ...vault.keys.restore(plan.runId), ...plan, status: 'PLANNED' as const, pages });
    await vault.putOnce(item);
    return new RestoreRun(vault, headerSchema.parse(item));
  }

  /** Throws NoSuchRestoreError, CorruptItemError. */
  static async open(vault: Vault, runId: string): Promise<RestoreRun> {
    const item = await vault.table.get(vault.keys.restore(runId));
    if (item === undefined) throw new NoSuchRestoreError(`there is no restore ${runId}; look with dzr plans`);
    return new RestoreRun(vault, verified(headerSchema, item));
  }

  /** Newest first. */
  static async *all(vault: Vault): AsyncGenerator<RestoreHeader> {
    for await (const item of vault.table.query(vault.keys.restores(), { descending: true })) {
      yield verified(headerSchema, item);
    }
  }

  async *actions(): AsyncGenerator<Action> {
    for (let page = 0; page < this.header.pages; page++) {
      const item = await this.vault.table.get(this.vault.keys.restoreItem(this.runId, pageName(page)));
      if (item === undefined)
        throw new NoSuchRestoreError(`page ${page} of the plan ${this.runId} is missing`);
      yield* z.array(actionSchema).parse(decodeJson(verified(pageItem, item).actions));
    }
  }

  async outcomes(): Promise<Map<number, Outcome>> {
    const found = new Map<number, Outcome>();
    for await (const outcome of this.eachOutcome()) found.set(outcome.seq, outcome);
    return found;
  }

  /** In order of the actions, one at a time: a large restore has more of them than memory is for. */
  async *eachOutcome(): AsyncGenerator<Outcome> {
    for await (const item of this.items('outcome#')) {
      const { pk: _, sk: __, check: ___, intended: ____, ...outcome } = verified(outcomeItem, item);
      yield outcome;
    }
  }

  async tally(): Promise<OutcomeTally> {
    const tally: OutcomeTally = {};
    for await (const { outcome } of this.eachOutcome()) tally[outcome] = (tally[outcome] ?? 0) + 1;
    return tally;
  }

  /** Which actions were begun by now. */
  async intents(): Promise<Bits> {
    const found = new Bits(this.actionCount);
    for await (const item of this.items('intent#')) {
      const { seq } = verified(intentItem, item);
      found.add(seq);
      this.intended.add(seq);
    }
    return found;
  }

  get actionCount(): number {
    return Object.values(this.header.totals).reduce((sum, count) => sum + count, 0);
  }

  /** Before something is made: if its answer is lost, the next try looks for it first. */
  async intend(seq: number, at: string): Promise<void> {
    await this.vault.table.put(checked({ ...this.item('intent', seq), seq, at }));
    this.intended.add(seq);
  }

  /** How an action ended, and that an intent of it stands beside, if one does. */
  async conclude(outcome: Outcome): Promise<void> {
    const intended = this.intended.has(outcome.seq) && { intended: true };
    await this.vault.table.put(checked({ ...this.item('outcome', outcome.seq), ...outcome, ...intended }));
  }

  /**
   * Says that a worker applies the plan, from `now` in ms on: of two at once, one would make what the other has made.
   * Throws RestoreBusyError.
   */
  async claim(worker: string, now: number): Promise<void> {
    const key = this.vault.keys.restoreItem(this.runId, 'worker');
    const there = await this.vault.table.get(key);
    const held = there === undefined ? undefined : verified(claimItem, there);
    if (held !== undefined && held.worker !== worker && held.until > now) throw this.busy(held.until);
    try {
      await this.vault.table.put(
        checked({ ...key, worker, until: now + claimLasts }),
        held === undefined ? { absent: true } : { attribute: 'check', equals: held.check },
      );
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
      // Our own put, whose answer was lost, or somebody who was faster.
      if ((await this.vault.table.get(key))?.worker !== worker) throw this.busy(now + claimLasts);
    }
  }

  async release(worker: string): Promise<void> {
    await this.vault.table.remove(this.vault.keys.restoreItem(this.runId, 'worker'), 'worker', worker);
  }

  private busy(until: number): RestoreBusyError {
    return new RestoreBusyError(
      `${this.runId} is being applied by somebody else: look with dzr plans, or try again after ${new Date(until).toISOString()}`,
    );
  }

  /** Somebody wants it to stop; it does before its next action. */
  async askToStop(): Promise<void> {
    await this.vault.table.put(checked({ ...this.vault.keys.restoreItem(this.runId, 'stop') }));
  }

  async isAskedToStop(): Promise<boolean> {
    return (await this.vault.table.get(this.vault.keys.restoreItem(this.runId, 'stop'))) !== undefined;
  }

  /** Throws ConditionFailedError where somebody else has changed it since. */
  async become(status: RestoreStatus, finishedAt?: string): Promise<void> {
    const { check, finishedAt: _, ...header } = this.header;
    const item = checked({ ...header, status, ...(finishedAt !== undefined && { finishedAt }) });
    try {
      await this.vault.table.put({ ...item }, { attribute: 'check', equals: check });
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
      const there = await this.vault.table.get(this.vault.keys.restore(this.runId));
      if (there?.check !== item.check) throw error;
    }
    this.header = headerSchema.parse(item);
  }

  /** Goes on with a restore that ended before all was done, or was stopped. */
  async resume(): Promise<void> {
    const key = this.vault.keys.restoreItem(this.runId, 'stop');
    const stop = await this.vault.table.get(key);
    if (stop !== undefined) await this.vault.table.remove(key, 'check', String(stop.check));
    await this.become('RUNNING');
  }

  private items(prefix: string) {
    return this.vault.table.query(this.vault.keys.restoreItems(this.runId), { prefix });
  }

  private item(what: 'intent' | 'outcome', seq: number) {
    return this.vault.keys.restoreItem(this.runId, `${what}#${String(seq).padStart(8, '0')}`);
  }
}

function pageName(page: number): string {
  return `plan#${String(page).padStart(6, '0')}`;
}
