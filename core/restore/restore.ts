import { randomUUID } from 'node:crypto';
import { domainFacts } from '../catalog/domain-facts';
import type { Kind } from '../catalog/kind';
import type { RestoreTarget } from '../catalog/restoration';
import { putRestoreWindow } from '../vault/restore-window';
import type { Vault } from '../vault/vault';
import type { Action } from './action';
import { type ApplyResult, apply } from './apply';
import { IdMap } from './id-map';
import { Matcher } from './matcher';
import { type ConflictPolicy, type Plan, plan } from './plan';
import { ClaimLostError, claimLasts, type Outcome, RestoreBusyError, RestoreRun } from './restore-run';
import { runIdOf } from './run-id';
import { isSamePlan } from './same-plan';
import { Selection, type SelectionSettings } from './selection';
import { refuseUnsound } from './soundness';
import { SourceView } from './source-view';
import { TargetInventory } from './target-inventory';
import { ValueMapping, type ValueMappingRules } from './value-mapping';
import { type Verdict, verifyRestore } from './verify-restore';

/** The target has moved since a plan was made: nothing was written. */
export class PlanOutdatedError extends Error {
  override readonly name = 'PlanOutdatedError';
}

/** A plan under the policy `fail` has conflicts: nothing was written. */
export class ConflictsError extends Error {
  override readonly name = 'ConflictsError';
}

export interface RestoreArgs {
  /** The source's vault, in whatever Region is there. */
  readonly vault: Vault;
  readonly target: RestoreTarget;
  readonly kinds: readonly Kind[];
  readonly now: () => number;
  /** Profile of whoever restores, in the target: its own rights stay as they are. */
  readonly restorer?: string | undefined;
}

export interface PlanSettings {
  /** ISO time inside the retention. */
  readonly instant: string;
  readonly selection: SelectionSettings;
  readonly conflicts: ConflictPolicy;
  /** Restores from a vault too that lacks what its snapshot signed. @default false */
  readonly acceptIncomplete?: boolean | undefined;
  /** Values that are called otherwise where the target is. */
  readonly mapping?: ValueMappingRules | undefined;
  /** Lets what is not restored, and still names an old id, name the new one. @default false */
  readonly relink?: boolean | undefined;
  /** Kept with the plan. */
  readonly targetRegion?: string | undefined;
}

type Opening = Pick<PlanSettings, 'instant' | 'mapping'>;

/** Everything of a restore between a vault at an instant and a target. */
async function open({ vault, target, kinds, restorer }: RestoreArgs, { instant, mapping }: Opening) {
  const view = new SourceView(vault, instant, kinds, new ValueMapping(mapping ?? {}));
  const newest = new SourceView(vault, new Date(vault.now()).toISOString(), kinds);
  const inventory = new TargetInventory(target);
  const idMap = await IdMap.load(vault, target.domainId);
  const matcher = new Matcher(view, inventory, idMap);
  const { version: targetVersion } = await domainFacts(target);
  return { view, newest, target, inventory, idMap, matcher, targetVersion, restorer };
}

/**
 * What a restore would do. Nothing is written, neither to the target nor to the vault. Throws UnsoundVaultError,
 * NothingSelectedError, BeyondHorizonError, CorruptItemError.
 */
export async function planRestore(args: RestoreArgs, settings: PlanSettings): Promise<Plan> {
  if (settings.acceptIncomplete !== true) await refuseUnsound(args.vault, settings.instant);
  const opened = await open(args, settings);
  const selection = await Selection.of(opened.view, settings.selection);
  const [from, to] = [await opened.view.region(), await regionOf(args.target)];
  const leftRegion = from === to ? undefined : from;
  const { newest, matcher } = opened;
  return plan({
    ...opened,
    newest: matcher.isSameDomain ? newest : undefined,
    relink: settings.relink,
    selection,
    conflicts: settings.conflicts,
    leftRegion,
  });
}

/** Keeps a plan in the vault, to be looked at and applied later. */
export function keepPlan(args: RestoreArgs, settings: PlanSettings, planned: Plan): Promise<RestoreRun> {
  const createdAt = new Date(args.now()).toISOString();
  const { targetDomainId, totals } = planned;
  return RestoreRun.create(
    args.vault,
    {
      runId: runIdOf(createdAt, targetDomainId),
      createdAt,
      instant: settings.instant,
      targetDomainId,
      ...(settings.targetRegion !== undefined && { targetRegion: settings.targetRegion }),
      ...(settings.mapping !== undefined && { mapping: settings.mapping }),
      ...(settings.acceptIncomplete === true && { acceptIncomplete: true }),
      ...(settings.relink === true && { relink: true }),
      conflicts: settings.conflicts,
      selection: settings.selection,
      totals,
    },
    planned.actions,
  );
}

export interface Applying {
  readonly timeIsUp?: () => boolean;
  readonly progress?: (outcome: Outcome) => void;
  readonly concurrency?: number;
}

/**
 * Applies a plan that was kept, or goes on with it. Before the first write the plan is made once more: where it comes
 * out otherwise, the target has moved. Throws PlanOutdatedError, ConflictsError, RestoreBusyError, ClaimLostError.
 */
export async function applyRestore(
  args: RestoreArgs,
  run: RestoreRun,
  applying: Applying = {},
): Promise<ApplyResult> {
  const worker = randomUUID();
  const claim = await claimed(args, run, worker);
  let { until } = claim;
  let isTaken = false;
  const renewal = setInterval(() => {
    claim.renew().then(
      (renewed) => {
        until = renewed;
      },
      (error: unknown) => {
        // Any other failure may pass before the claim ends.
        isTaken ||= error instanceof RestoreBusyError;
      },
    );
  }, claimLasts / 4);
  const isAlone = (): boolean => !isTaken && args.now() < until;
  const { timeIsUp = () => false } = applying;
  try {
    // Who may not be alone any more ends as if its time were up, and says so.
    const result = await applyAlone(args, run, { ...applying, timeIsUp: () => !isAlone() || timeIsUp() });
    if (result.more && !isAlone()) throw new ClaimLostError(run.runId);
    return result;
  } finally {
    clearInterval(renewal);
    // A claim that stays ends by itself.
    await claim.release().catch(() => undefined);
  }
}

/** A worker's claim on a run; where the domain that is protected is the target, its snapshots are told of it too. */
async function claimed({ vault, target, now }: RestoreArgs, run: RestoreRun, worker: string) {
  const beganAt = new Date(now()).toISOString();
  const tell = async (until: number): Promise<void> => {
    if (target.domainId !== vault.domainId) return;
    const window = { runId: run.runId, beganAt, until: new Date(until).toISOString() };
    await putRestoreWindow(vault, worker, window);
  };
  const renew = async (): Promise<number> => {
    const at = now();
    await run.claim(worker, at);
    await tell(at + claimLasts);
    return at + claimLasts;
  };
  const release = async (): Promise<void> => {
    await run.release(worker);
    await tell(now());
  };
  return { until: await renew(), renew, release };
}

async function applyAlone(
  args: RestoreArgs,
  run: RestoreRun,
  { timeIsUp, ...others }: Applying & Required<Pick<Applying, 'timeIsUp'>>,
): Promise<ApplyResult> {
  const { status, ...settings } = run.header;
  // Where it would go on, it would do what was refused.
  if (status === 'REFUSED') throw new PlanOutdatedError(`${run.runId} was refused: plan again`);
  if (status === 'PLANNED') {
    await refuseOutdated(args, run, settings);
    await run.become('RUNNING');
  } else if (status !== 'RUNNING') {
    await run.resume();
  }
  const result = await apply({ ...(await open(args, settings)), ...others, run, now: args.now, timeIsUp });
  if (result.more) return result;
  const { FAILED = 0, CONFLICT = 0 } = await run.tally();
  const ended = result.stopped ? 'STOPPED' : FAILED + CONFLICT > 0 ? 'PARTIAL' : 'COMPLETE';
  await run.become(ended, new Date(args.now()).toISOString());
  return result;
}

async function refuseOutdated(args: RestoreArgs, run: RestoreRun, settings: PlanSettings): Promise<void> {
  const { conflict = 0 } = run.header.totals;
  if (settings.conflicts === 'fail' && conflict > 0) {
    const first = await firstConflict(run);
    await run.become('REFUSED', new Date(args.now()).toISOString());
    throw new ConflictsError(
      `${conflict} conflicts, the first: ${first?.kind} ${first?.id}: ${first?.reason}`,
    );
  }
  const { actions } = await planRestore(args, settings);
  if (await isSamePlan(run.actions(), actions)) return;
  await run.become('REFUSED', new Date(args.now()).toISOString());
  throw new PlanOutdatedError(`the target has moved since ${run.header.createdAt}: plan again`);
}

async function firstConflict(run: RestoreRun): Promise<Action | undefined> {
  for await (const action of run.actions()) if (action.action === 'conflict') return action;
  return undefined;
}

async function regionOf(target: RestoreTarget): Promise<string | undefined> {
  const { arn } = await target.call('GetDomain', { identifier: target.domainId });
  return /^arn:[^:]+:datazone:([^:]+):/.exec(String(arn))?.[1];
}

/** Is the target what the vault says of the instant? `restorer`: profile of the role that restored. */
export async function verifyRestored(
  args: RestoreArgs,
  settings: Pick<PlanSettings, 'instant' | 'selection' | 'mapping'>,
  restorer: string | undefined,
): Promise<Verdict> {
  const opened = await open(args, settings);
  const selection = await Selection.of(opened.view, settings.selection);
  return verifyRestore({ ...opened, selection, restorer });
}
