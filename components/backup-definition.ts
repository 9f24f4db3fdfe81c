import { again, choice, type State, type TaskSettings, taskState } from './task-state';

/** What narrows a backup beside its list of projects: a list of ids or names is of what is in, or left out. */
export interface SelectionSettings {
  readonly kinds: 'all' | readonly string[];
  readonly excludeKinds: readonly string[];
  readonly excludeProjects: readonly string[];
  /** Only projects of these domain units, and of those below them. */
  readonly domainUnits: 'all' | readonly string[];
  readonly excludeDomainUnits: readonly string[];
}

/** What differs between two deployments of the backup's state machine. */
export interface BackupDefinitionArgs extends TaskSettings {
  readonly functionArns: Readonly<Record<BackupTask, string>>;
  readonly projects: 'all' | readonly string[];
  readonly selection: SelectionSettings;
  /** Workers that read the domain at once. */
  readonly maxConcurrency: number;
  /** Wait before the cut is read: longer than any writer holds a time stamp. */
  readonly settleSeconds: number;
}

/** The callbacks of a run, as in `handlers/`. */
export type BackupTask = 'begin' | 'captureScopes' | 'closeReferences' | 'commit' | 'collect' | 'fail';

const toFail = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Fail' }];

/**
 * The backup in Amazon States Language: begin, capture groups of scopes side by side, close references, settle,
 * commit, and collect after a COMPLETE snapshot. A group that fails costs its own scopes only; any other failure ends
 * in the manifest, unless the snapshot had ended before, then in Failed.
 */
export function backupDefinition(args: BackupDefinitionArgs): State {
  const call = (task: BackupTask, payload: State, rest: State): State =>
    taskState(args, args.functionArns[task], payload, rest);
  /** A task that does a part of its work in each call, and keeps the state's input beside its answer. */
  const callAgain = (task: BackupTask, payload: State, resultPath: string, rest: State): State =>
    call(task, payload, { ResultSelector: { 'payload.$': '$.Payload' }, ResultPath: resultPath, ...rest });

  const { projects, selection, maxConcurrency } = args;
  const settings = { projects, ...selection, maxConcurrency };
  return {
    Comment: 'Backs an Amazon DataZone domain up into its vault',
    StartAt: 'Begin',
    States: {
      Begin: call(
        'begin',
        { 'execution.$': '$$.Execution.Id', settings },
        { OutputPath: '$.Payload', Catch: toFail, Next: 'IsRunning' },
      ),
      IsRunning: choice('$.status', { StringEquals: 'SKIPPED' }, 'Skipped', 'CaptureGroups'),
      Skipped: { Type: 'Succeed' },
      CaptureGroups: {
        Type: 'Map',
        ItemsPath: '$.groups',
        MaxConcurrency: args.maxConcurrency,
        ItemSelector: {
          'run.$': '$.run',
          'group.$': '$$.Map.Item.Value',
          workers: args.maxConcurrency,
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'CaptureScopes',
          States: {
            CaptureScopes: callAgain(
              'captureScopes',
              { 'run.$': '$.run', 'group.$': '$.group', 'workers.$': '$.workers' },
              '$.capture',
              {
                Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'GroupFailed' }],
                Next: 'HasMoreScopes',
              },
            ),
            HasMoreScopes: again('$.capture.payload.more', 'CaptureScopes', 'GroupCaptured'),
            GroupCaptured: { Type: 'Pass', Parameters: { 'group.$': '$.group' }, End: true },
            GroupFailed: {
              Type: 'Pass',
              Parameters: { 'group.$': '$.group', 'failure.$': '$.failure' },
              End: true,
            },
          },
        },
        ResultPath: '$.captured',
        Catch: toFail,
        Next: 'CloseReferences',
      },
      CloseReferences: callAgain(
        'closeReferences',
        { 'run.$': '$.run', 'captured.$': '$.captured' },
        '$.closing',
        { Catch: toFail, Next: 'HasMoreReferences' },
      ),
      HasMoreReferences: again('$.closing.payload.more', 'CloseReferences', 'Settle'),
      Settle: { Type: 'Wait', Seconds: args.settleSeconds, Next: 'Commit' },
      Commit: callAgain(
        'commit',
        { 'run.$': '$.run', 'cutAt.$': '$.closing.payload.cutAt', 'captured.$': '$.captured' },
        '$.commit',
        { Catch: toFail, Next: 'HasMoreToCommit' },
      ),
      HasMoreToCommit: again('$.commit.payload.more', 'Commit', 'IsComplete'),
      IsComplete: choice('$.commit.payload.status', { StringEquals: 'COMPLETE' }, 'Collect', 'Committed'),
      Collect: callAgain('collect', { 'run.$': '$.run' }, '$.collect', {
        Catch: toFail,
        Next: 'HasMoreToCollect',
      }),
      HasMoreToCollect: again('$.collect.payload.more', 'Collect', 'Committed'),
      Committed: { Type: 'Succeed', OutputPath: '$.commit.payload' },
      Fail: call(
        'fail',
        { 'execution.$': '$$.Execution.Id', 'failure.$': '$.failure' },
        {
          ResultPath: null,
          // Where even the manifest cannot be written, the execution still says what failed first.
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Failed' }],
          Next: 'Failed',
        },
      ),
      Failed: { Type: 'Fail', Error: 'BackupFailed', CausePath: '$.failure.Cause' },
    },
  };
}
