import assert from 'node:assert/strict';
import validate from 'asl-validator';
import {
  type BackupDefinitionArgs,
  backupDefinition,
  type SelectionSettings,
} from '../../components/backup-definition';

const selection: SelectionSettings = {
  kinds: 'all',
  excludeKinds: ['assetRevision'],
  excludeProjects: ['p3'],
  domainUnits: ['unit'],
  excludeDomainUnits: [],
};
const args: BackupDefinitionArgs = {
  invokeResource: 'arn:aws:states:::lambda:invoke',
  functionArns: {
    begin: 'arn:aws:lambda:us-east-1:123456789012:function:begin',
    captureScopes: 'arn:aws:lambda:us-east-1:123456789012:function:captureScopes',
    closeReferences: 'arn:aws:lambda:us-east-1:123456789012:function:closeReferences',
    commit: 'arn:aws:lambda:us-east-1:123456789012:function:commit',
    collect: 'arn:aws:lambda:us-east-1:123456789012:function:collect',
    fail: 'arn:aws:lambda:us-east-1:123456789012:function:fail',
  },
  taskTimeoutSeconds: 900,
  projects: ['p1', 'p2'],
  selection,
  maxConcurrency: 7,
  settleSeconds: 30,
};

interface State {
  readonly Type: string;
  readonly Retry?: unknown;
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly TimeoutSeconds?: number;
  readonly Parameters?: { readonly FunctionName: string; readonly Payload: unknown };
  readonly [field: string]: unknown;
}
interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

const parse = (definition: unknown) => definition as Machine;
const machine = parse(backupDefinition(args));
const inner = parse(machine.States.CaptureGroups?.ItemProcessor).States;
const all = { ...machine.States, ...inner };
const tasks = Object.entries(all).filter(([, state]) => state.Type === 'Task');

describe('The definition of the backup', () => {
  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(backupDefinition(args), { checkArn: true, checkPaths: true });

    assert.ok(isValid, errorsText());
  });

  it('hands each callback what it parses, and no more', () => {
    const payloads = Object.fromEntries(
      tasks.map(([, { Parameters }]) => [Parameters?.FunctionName.split(':').at(-1), Parameters?.Payload]),
    );

    assert.deepEqual(payloads, {
      begin: {
        'execution.$': '$$.Execution.Id',
        settings: { projects: ['p1', 'p2'], ...selection, maxConcurrency: 7 },
      },
      captureScopes: { 'run.$': '$.run', 'group.$': '$.group', 'workers.$': '$.workers' },
      closeReferences: { 'run.$': '$.run', 'captured.$': '$.captured' },
      commit: { 'run.$': '$.run', 'cutAt.$': '$.closing.payload.cutAt', 'captured.$': '$.captured' },
      collect: { 'run.$': '$.run' },
      fail: { 'execution.$': '$$.Execution.Id', 'failure.$': '$.failure' },
    });
  });

  it('repeats every task after throttling, service errors and a lost worker, with full jitter and an end to it', () => {
    for (const [name, { Retry }] of tasks) {
      assert.deepEqual(
        Retry,
        [
          {
            ErrorEquals: [
              'Lambda.ServiceException',
              'Lambda.AWSLambdaException',
              'Lambda.SdkClientException',
              'Lambda.TooManyRequestsException',
              'RetryableError',
            ],
            IntervalSeconds: 2,
            BackoffRate: 2,
            MaxAttempts: 8,
            MaxDelaySeconds: 120,
            JitterStrategy: 'FULL',
          },
          {
            ErrorEquals: ['Runtime.ExitError', 'Sandbox.Timedout', 'Lambda.Unknown'],
            IntervalSeconds: 2,
            BackoffRate: 2,
            MaxAttempts: 2,
            JitterStrategy: 'FULL',
          },
        ],
        name,
      );
    }
  });

  it('lets a failed group cost its own scopes only, and any other failure end in the manifest', () => {
    const caught = Object.fromEntries(
      Object.entries(all).flatMap(([name, { Catch }]) =>
        Catch === undefined ? [] : [[name, Catch.map(({ ErrorEquals, Next }) => [...ErrorEquals, Next])]],
      ),
    );

    assert.deepEqual(caught, {
      Begin: [['States.ALL', 'Fail']],
      CaptureGroups: [['States.ALL', 'Fail']],
      CaptureScopes: [['States.ALL', 'GroupFailed']],
      CloseReferences: [['States.ALL', 'Fail']],
      Commit: [['States.ALL', 'Fail']],
      Collect: [['States.ALL', 'Fail']],
      Fail: [['States.ALL', 'Failed']],
    });
    assert.deepEqual(machine.States.Failed, {
      Type: 'Fail',
      Error: 'BackupFailed',
      CausePath: '$.failure.Cause',
    });
  });

  it('reads as many groups at once as configured, and settles before the cut is read', () => {
    assert.equal(machine.States.CaptureGroups?.MaxConcurrency, 7);
    assert.deepEqual(machine.States.Settle, { Type: 'Wait', Seconds: 30, Next: 'Commit' });
  });

  it('never waits for a function longer than the function may work', () => {
    assert.deepEqual(
      tasks.map(([, { TimeoutSeconds }]) => TimeoutSeconds),
      tasks.map(() => 900),
    );
  });

  it('collects after a COMPLETE snapshot only, for as many calls as it takes', () => {
    const { HasMoreToCommit, IsComplete, HasMoreToCollect } = machine.States;
    const next = (state: State | undefined) => [state?.Choices, state?.Default];

    assert.equal(HasMoreToCommit?.Default, 'IsComplete');
    assert.deepEqual(next(IsComplete), [
      [{ Variable: '$.commit.payload.status', StringEquals: 'COMPLETE', Next: 'Collect' }],
      'Committed',
    ]);
    assert.deepEqual(next(HasMoreToCollect), [
      [{ Variable: '$.collect.payload.more', BooleanEquals: true, Next: 'Collect' }],
      'Committed',
    ]);
  });

  it('can take all projects', () => {
    const { Begin } = parse(backupDefinition({ ...args, projects: 'all' })).States;

    assert.deepEqual(Begin?.Parameters?.Payload, {
      'execution.$': '$$.Execution.Id',
      settings: { projects: 'all', ...selection, maxConcurrency: 7 },
    });
  });
});
