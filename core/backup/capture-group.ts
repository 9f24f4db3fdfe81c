import {
  CursorRefusedError,
  MalformedAnswerError,
  ResourceAbsentError,
  ResourceDeniedError,
  RetryableError,
} from '../catalog/source';
import { sha256 } from '../vault/canonical';
import type { ScopeRef } from '../vault/keys';
import { buryScope, IncompleteSweepError, ScopeCapture } from './capture-scope';
import { type BackupContext, ReferenceFinder } from './context';
import { UnconfirmedAbsenceError } from './live-reading';
import { TargetSet } from './targets';
import { type Checkpoint, type GroupState, type ScopeProgress, Work } from './work';

/** A scope is tried in so many calls while the API fails beyond the SDK's retries. */
const mostFailures = 3;

/** The reader may not read a scope, or not any more. */
class NotAMemberError extends Error {
  override readonly name = 'NotAMemberError';
}

/**
 * Captures the scopes of one group, one after the other, until the worker's time is nearly spent. True: there
 * is more to do, call again. One scope that cannot be read is named in the group's state and never costs the others;
 * an error of the vault ends the task, and Step Functions tries it again from the last state.
 */
export async function captureGroup(context: BackupContext, group: number): Promise<boolean> {
  const work = new Work(context.vault, context.run.startedAt);
  const state = await work.group(group);
  if (state === undefined) throw new Error(`Run ${context.run.startedAt} has no group ${group}`);
  const source = workName(group, state);
  const finder = new ReferenceFinder(context.source);
  const targets = new TargetSet();
  const scopes = [...state.scopes];
  let checkpoint: GroupState['checkpoint'];
  for (const [position, scope] of scopes.entries()) {
    if (scope.status !== 'PENDING') continue;
    const from = state.checkpoint?.position === position ? state.checkpoint : undefined;
    if (context.timeIsUp()) {
      checkpoint = from;
      break;
    }
    const { stopped, ...result } = await captureScope(context, scope, from, finder, targets);
    scopes[position] = { ...scope, ...result };
    if (stopped !== undefined) {
      checkpoint = { ...stopped, position };
      break;
    }
    if (result.status === undefined) checkpoint = from;
  }
  await work.putTargets(source, targets.list());
  await work.putGroup(group, { scopes, checkpoint, newestValidFrom: newest(state, context) });
  return scopes.some(({ status }) => status === 'PENDING');
}

/** The same for a task that is tried again, so that it replaces what it had handed on, where that is the same. */
function workName(group: number, state: GroupState): string {
  const done = state.scopes.filter(({ status }) => status !== 'PENDING').length;
  return `${String(group).padStart(3, '0')}.${done}.${sha256(state.checkpoint?.cursor ?? '').slice(0, 8)}`;
}

function newest(state: GroupState, { writer }: BackupContext): string | undefined {
  const stamps = [state.newestValidFrom, writer.newestValidFrom].filter((stamp) => stamp !== undefined);
  return stamps.sort().at(-1);
}

async function captureScope(
  context: BackupContext,
  scope: ScopeProgress,
  checkpoint: Checkpoint | undefined,
  finder: ReferenceFinder,
  targets: TargetSet,
): Promise<Partial<ScopeProgress> & { readonly stopped?: Checkpoint }> {
  const kind = context.kindByName(scope.kind);
  if (kind === undefined) return { status: 'UNREADABLE', reason: `Kind ${scope.kind} is not in the catalog` };
  const ref: ScopeRef = { kind: scope.kind, scopeId: scope.scopeId };
  try {
    const joining = kind.scope === 'project' && (await joined(context, scope.scopeId));
    const enrolled = joining ? { enrolled: true } : {};
    const capture = await ScopeCapture.open(context, kind, ref, finder, targets);
    const stopped = await capture.run(checkpoint, async () => {
      if (kind.scope === 'project') await stillMember(context, scope.scopeId);
    });
    return stopped === undefined ? { status: 'CAPTURED', ...enrolled } : { stopped, ...enrolled };
  } catch (error) {
    let reason = error;
    if (error instanceof ResourceAbsentError && kind.scope === 'project') {
      const doubt = await doubtOfAbsence(context, scope.scopeId, error);
      if (doubt === undefined) {
        return (await buryScope(context, ref)) ? { status: 'GONE' } : {};
      }
      reason = doubt;
    }
    if (!isOfTheSource(reason)) throw reason;
    const failures = (scope.failures ?? 0) + 1;
    // The other scopes first: by then, the API may have recovered.
    if (reason instanceof RetryableError && failures < mostFailures) return { failures };
    return { status: 'UNREADABLE', reason: `${reason.name}: ${reason.message}`.slice(0, 500) };
  }
}

/** Makes sure that the reader is a member; true if it had to join. An empty Search of a non-member proves nothing. */
async function joined(context: BackupContext, projectId: string): Promise<boolean> {
  if (await context.access.isMember(projectId)) return false;
  if (!context.run.allProjects) {
    throw new NotAMemberError(
      `the backup role is not a member of project ${projectId}: add it, or leave the project out`,
    );
  }
  try {
    await context.access.enrol(projectId);
  } catch (error) {
    // The answer to a join that was done may be lost; its repetition is refused.
    if (!(await context.access.isMember(projectId))) throw error;
  }
  return true;
}

/** A reader that lost its membership during a sweep may have been shown nothing: joining again would not help. */
async function stillMember(context: BackupContext, projectId: string): Promise<void> {
  if (await context.access.isMember(projectId)) return;
  throw new NotAMemberError(`the backup role was removed from project ${projectId} while it was read`);
}

/** Undefined for a project that is confirmed gone; else why its scope cannot be read: `absence`, or a refusal. */
async function doubtOfAbsence(
  context: BackupContext,
  projectId: string,
  absence: Error,
): Promise<Error | undefined> {
  try {
    await context.source.call('GetProject', { identifier: projectId });
    return absence;
  } catch (error) {
    if (error instanceof ResourceAbsentError) return undefined;
    if (error instanceof ResourceDeniedError || error instanceof RetryableError) return error;
    throw error;
  }
}

/** Errors that say something of the domain, not of us or of the vault. */
function isOfTheSource(error: unknown): error is Error {
  return [
    CursorRefusedError,
    MalformedAnswerError,
    ResourceAbsentError,
    ResourceDeniedError,
    RetryableError,
    IncompleteSweepError,
    UnconfirmedAbsenceError,
    NotAMemberError,
  ].some((type) => error instanceof type);
}
