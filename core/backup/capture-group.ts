import { modelsOf, ReferenceFinder } from '../catalog/reference-finder';
import {
  CursorRefusedError,
  InvalidRequestError,
  MalformedAnswerError,
  ResourceAbsentError,
  ResourceDeniedError,
  RetryableError,
} from '../catalog/source';
import { sha256 } from '../vault/canonical';
import { scopeText } from '../vault/manifest';
import { buryScope, ScopeCapture } from './capture-scope';
import type { BackupContext } from './context';
import { refuseSuperseded } from './epoch';
import { UnconfirmedAbsenceError } from './live-reading';
import { NotAMemberError, ProjectVisit } from './project-visit';
import { RefusedListsError } from './refusals';
import { endTurn } from './rotation';
import { IncompleteSweepError } from './sweep';
import { TargetSet } from './targets';
import { type Checkpoint, type GroupState, type ScopeProgress, Work } from './work';

/** A scope is tried in so many calls while the API fails beyond the SDK's retries. */
const mostFailures = 3;
/** The same where each call gets further than the one before. */
const mostInterruptions = 20;

/**
 * Captures the scopes of one group, one after the other, until the worker's time is nearly spent. True: there
 * is more to do, call again. One scope that cannot be read is named in the group's state and never costs the others;
 * an error of the vault ends the task, and Step Functions tries it again from the last state.
 */
export async function captureGroup(context: BackupContext, group: number): Promise<boolean> {
  await refuseSuperseded(context.vault, context.run);
  const work = new Work(context.vault, context.run.startedAt);
  const state = await work.group(group);
  if (state === undefined) throw new Error(`Run ${context.run.startedAt} has no group ${group}`);
  const source = workName(group, state);
  const capture = new GroupCapture(context, state);
  const save = async () => {
    const { scopes, checkpoint, targets } = capture;
    await work.putTargets(source, targets.list());
    await work.putGroup(group, { scopes, checkpoint, newestValidFrom: newest(state, context) });
  };
  try {
    await capture.run();
  } catch (error) {
    // So that the next try need not read again what was captured before.
    await save().catch(() => undefined);
    throw error;
  }
  await save();
  return capture.scopes.some(({ status }) => status === 'PENDING' || status === 'SWEPT');
}

/** The same for a task that is tried again, so that it replaces what it had handed on, where that is the same. */
function workName(group: number, state: GroupState): string {
  const done = state.scopes.filter(({ status }) => status !== 'PENDING').length;
  const { cursor = '', place } = state.checkpoint ?? {};
  const at = sha256(`${cursor}${place?.kind ?? ''}${place?.sk ?? ''}`).slice(0, 8);
  return `${String(group).padStart(3, '0')}.${done}.${at}`;
}

function newest(state: GroupState, { writer }: BackupContext): string | undefined {
  const stamps = [state.newestValidFrom, writer.newestValidFrom].filter((stamp) => stamp !== undefined);
  return stamps.sort().at(-1);
}

/** One call's work on the scopes of a group. */
class GroupCapture {
  readonly scopes: ScopeProgress[];
  readonly targets = new TargetSet();
  readonly finder: ReferenceFinder;
  checkpoint: GroupState['checkpoint'];
  private visit: ProjectVisit | undefined;

  constructor(
    private readonly context: BackupContext,
    state: GroupState,
  ) {
    this.scopes = [...state.scopes];
    this.checkpoint = state.checkpoint;
    this.finder = new ReferenceFinder(modelsOf(context.source));
  }

  async run(): Promise<void> {
    for (const position of this.scopes.keys()) {
      if (await this.isStoppedAt(position)) return;
      await this.leaveAfter(position);
    }
  }

  /** True where the worker's time is up. */
  private async isStoppedAt(position: number): Promise<boolean> {
    const scope = this.scopes[position];
    if (scope?.status !== 'PENDING') return false;
    if (this.context.timeIsUp()) return true;
    const parents = this.parentsOf(scope);
    if (parents.some(({ status }) => status === 'PENDING')) return false;
    const from = this.checkpoint?.position === position ? this.checkpoint : undefined;
    const { stopped, ...result } = await this.capture(scope, parents, from);
    this.scopes[position] = { ...scope, ...result };
    if (stopped !== undefined) this.checkpoint = { ...stopped, position };
    else if (from !== undefined && result.status !== undefined) this.checkpoint = undefined;
    return stopped !== undefined;
  }

  /** What is listed under others is read after them, and not at all where they could not be read. */
  private parentsOf({ kind, scopeId }: ScopeProgress): ScopeProgress[] {
    const kinds = this.context.kindByName(kind)?.parentage?.kinds ?? [];
    return this.scopes.filter((scope) => scope.scopeId === scopeId && kinds.includes(scope.kind));
  }

  private async capture(
    scope: ScopeProgress,
    parents: readonly ScopeProgress[],
    checkpoint: Checkpoint | undefined,
  ): Promise<Partial<ScopeProgress> & { readonly stopped?: Checkpoint }> {
    const kind = this.context.kindByName(scope.kind);
    if (kind === undefined) return unreadable(`Kind ${scope.kind} is not in the catalog`);
    const lost = parents.find(({ status }) => status === 'UNREADABLE');
    if (lost !== undefined) return unreadable(`what it is listed under is unreadable: ${scopeText(lost)}`);
    const visit = kind.scope === 'project' ? this.visitTo(scope.scopeId) : undefined;
    let enrolled: Partial<ScopeProgress> = {};
    let capture: ScopeCapture | undefined;
    try {
      if (await visit?.enter()) enrolled = { enrolled: true };
      const ref = { kind: scope.kind, scopeId: scope.scopeId };
      capture = await ScopeCapture.open(this.context, kind, ref, this, checkpoint);
      const stopped = await capture.run(async () => visit?.stay());
      if (stopped !== undefined) return { stopped, ...enrolled };
      const swept = { ...enrolled, ...(capture.turn && { turn: capture.turn }) };
      if (visit !== undefined) return { ...swept, status: 'SWEPT' };
      return { ...swept, ...(await this.captured({ ...scope, ...swept })) };
    } catch (error) {
      // What was swept before may have been shown to nobody as well.
      if (error instanceof NotAMemberError) await this.settle(scope.scopeId, (swept) => failed(swept, error));
      const stopped = error instanceof RetryableError ? capture?.progress : undefined;
      const interruptions = (scope.interruptions ?? 0) + 1;
      if (stopped !== undefined && interruptions < mostInterruptions) {
        return { stopped, interruptions, ...enrolled };
      }
      return { ...enrolled, ...(await this.failed(scope, error)) };
    }
  }

  /** One visit for all scopes of a project, which stand together. */
  private visitTo(projectId: string): ProjectVisit {
    if (this.visit?.projectId !== projectId) {
      const swept = this.scopes.some(({ scopeId, status }) => scopeId === projectId && status === 'SWEPT');
      const isInside = swept || this.scopes[this.checkpoint?.position ?? -1]?.scopeId === projectId;
      this.visit = new ProjectVisit(this.context, projectId, isInside);
    }
    return this.visit;
  }

  /** After the last scope of a project: is the reader still a member? Only then counts what was swept. */
  private async leaveAfter(position: number): Promise<void> {
    const projectId = this.scopes[position]?.scopeId;
    if (projectId === undefined || this.scopes[position + 1]?.scopeId === projectId) return;
    if (!this.scopes.some(({ scopeId, status }) => scopeId === projectId && status === 'SWEPT')) return;
    try {
      await this.visitTo(projectId).stay();
      await this.settle(projectId, (scope) => this.captured(scope));
    } catch (error) {
      await this.settle(projectId, (scope) => this.failed(scope, error));
    }
  }

  private async settle(
    projectId: string,
    outcome: (scope: ScopeProgress) => Partial<ScopeProgress> | Promise<Partial<ScopeProgress>>,
  ): Promise<void> {
    for (const [position, scope] of this.scopes.entries()) {
      if (scope.scopeId !== projectId || scope.status !== 'SWEPT') continue;
      this.scopes[position] = { ...scope, ...(await outcome(scope)) };
    }
  }

  private async captured({ kind, scopeId, turn }: ScopeProgress): Promise<Partial<ScopeProgress>> {
    const { vault, run } = this.context;
    if (turn !== undefined) await endTurn(vault, { kind, scopeId }, turn, run);
    return { status: 'CAPTURED' };
  }

  private async buried({ kind, scopeId }: ScopeProgress): Promise<Partial<ScopeProgress>> {
    if (!(await buryScope(this.context, { kind, scopeId }))) return {};
    const { vault, run, rotationRuns, kindByName } = this.context;
    if (kindByName(kind)?.parentage?.rotates === true) {
      const all = { slices: rotationRuns, begun: run.startedAt };
      await endTurn(vault, { kind, scopeId }, all, run);
    }
    return { status: 'GONE' };
  }

  /** What becomes of a scope over an error of the source; all others are thrown. */
  private async failed(scope: ScopeProgress, error: unknown): Promise<Partial<ScopeProgress>> {
    const { kind, scopeId } = scope;
    let reason = error;
    if (error instanceof ResourceAbsentError && this.context.kindByName(kind)?.scope === 'project') {
      const doubt = await this.visitTo(scopeId).doubtOfAbsence(error);
      if (doubt === undefined) return this.buried(scope);
      reason = doubt;
    }
    if (!isOfTheSource(reason)) throw reason;
    return failed(scope, reason);
  }
}

function failed(scope: ScopeProgress, reason: Error): Partial<ScopeProgress> {
  const failures = (scope.failures ?? 0) + 1;
  // The other scopes first: by then, the API may have recovered.
  if (reason instanceof RetryableError && failures < mostFailures) return { failures };
  return unreadable(`${reason.name}: ${reason.message}`);
}

function unreadable(reason: string): Partial<ScopeProgress> {
  return { status: 'UNREADABLE', reason: reason.slice(0, 500) };
}

/** Errors that say something of the domain, not of us or of the vault. */
function isOfTheSource(error: unknown): error is Error {
  return [
    CursorRefusedError,
    InvalidRequestError,
    MalformedAnswerError,
    ResourceAbsentError,
    ResourceDeniedError,
    RetryableError,
    IncompleteSweepError,
    RefusedListsError,
    UnconfirmedAbsenceError,
    NotAMemberError,
  ].some((type) => error instanceof type);
}
