import assert from 'node:assert/strict';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { asset } from '@pulumi/pulumi';
import type { Authorize } from '../../../local/authorize';
import { LambdaRuntime } from '../../../local/lambda/runtime';
import { StepFunctionsService } from '../../../local/stepfunctions/service';
import { callerOf, serveWire, type WireServer } from '../../support/wire-server';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:backup';
const ROLE = 'arn:aws:iam::123456789012:role/backup';
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:tasks';

/** One function plays all callbacks of a backup: `task` says which, `groups` how they behave. */
const CODE = `
const attempts = new Map();
const attempt = (key) => attempts.set(key, (attempts.get(key) ?? 0) + 1).get(key);
export const handler = async ({ task, execution, settings, run, group, captured, failure }) => {
  switch (task) {
    case 'begin':
      if (settings.denied) throw Object.assign(new Error('not authorized to perform: dynamodb:PutItem'), { name: 'AccessDeniedException' });
      if (settings.skip) return { status: 'SKIPPED', reason: 'LEASED', holder: 'another' };
      return { status: 'RUNNING', run: { execution, settings }, groups: settings.groups };
    case 'capture': {
      const behaviour = run.settings.behaviour?.[group];
      if (behaviour === 'fails') throw Object.assign(new Error('scope ' + group + ' is unreadable'), { name: 'ScopeError' });
      if (behaviour === 'throttled' && attempt(execution + group) < 3) throw Object.assign(new Error('slow down'), { name: 'RetryableError' });
      if (behaviour === 'hangs') { setInterval(() => {}, 1000); await new Promise(() => {}); }
      if (behaviour === 'big') return { group, more: false, text: 'x'.repeat(300 * 1024) };
      return { group, more: behaviour === 'loops' && attempt(execution + group) < 3 };
    }
    case 'commit': return { status: captured.some((c) => c.failure) ? 'PARTIAL' : 'COMPLETE', captured };
    case 'fail': return { recorded: failure };
  }
};`;

describe('StepFunctionsService', () => {
  let lambda: LambdaRuntime;
  let service: StepFunctionsService;
  let server: WireServer;
  let client: SFNClient;
  let authorize: Authorize;

  before(async () => {
    lambda = new LambdaRuntime({
      endpoint: 'http://127.0.0.1:1',
      credentials: () => ({ accessKeyId: 'key', secretAccessKey: 'secret' }),
      authorize: (...question) => authorize(...question),
    });
    authorize = () => undefined;
    await lambda.deploy(
      {
        name: 'tasks',
        arn: FUNCTION,
        region: 'eu-west-1',
        roleArn: ROLE,
        handler: 'index.handler',
        runtime: 'nodejs24.x',
        environment: {},
        timeoutSeconds: 20,
        memoryMegabytes: 256,
        logGroup: '/aws/lambda/tasks',
      },
      new asset.AssetArchive({ 'index.mjs': new asset.StringAsset(CODE) }),
    );
  });

  beforeEach(async () => {
    authorize = () => undefined;
    service = new StepFunctionsService({
      lambda,
      waits: 'shortened',
      authorize: (...question) => authorize(...question),
    });
    service.create({ arn: MACHINE, name: 'backup', roleArn: ROLE, definition: JSON.stringify(BACKUP) });
    server = await serveWire(service);
    client = new SFNClient({
      region: 'eu-west-1',
      endpoint: server.url,
      credentials: { accessKeyId: 'admin', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  });

  afterEach(async () => {
    await service.shutdown();
    client.destroy();
    await server.close();
  });

  after(() => lambda.shutdown());

  const start = (input: unknown, name?: string) =>
    client.send(new StartExecutionCommand({ stateMachineArn: MACHINE, input: JSON.stringify(input), name }));
  const run = async (settings: Record<string, unknown>) => {
    const { executionArn = '' } = await start(settings);
    await service.execution(executionArn).finished;
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    return { ...described, executionArn, result: described.output && JSON.parse(described.output) };
  };
  const historyOf = async (executionArn: string) => {
    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    return events;
  };

  describe('an execution', () => {
    it('goes through loop, map and choices to its output', async () => {
      const { status, result, startDate, stopDate, name, executionArn } = await run({
        groups: [0, 1, 2],
        behaviour: { 1: 'loops' },
      });

      assert.equal(status, 'SUCCEEDED');
      assert.deepEqual(result, { status: 'COMPLETE', captured: [{ group: 0 }, { group: 1 }, { group: 2 }] });
      assert.match(name ?? '', /^[0-9a-f-]{36}$/);
      assert.equal(executionArn, `arn:aws:states:eu-west-1:123456789012:execution:backup:${name}`);
      assert.ok(startDate instanceof Date && stopDate instanceof Date && startDate <= stopDate);
      const calls = (await historyOf(executionArn)).filter(({ type }) => type === 'TaskSucceeded');
      assert.equal(calls.length, 1 + 1 + 3 + 1 + 1);
    });

    it('goes on without a group that fails, and says which and why', async () => {
      const { status, result } = await run({ groups: [0, 1], behaviour: { 1: 'fails' } });

      assert.equal(status, 'SUCCEEDED');
      assert.equal(result.status, 'PARTIAL');
      assert.deepEqual(result.captured[0], { group: 0 });
      assert.equal(result.captured[1].group, 1);
      assert.equal(result.captured[1].failure.Error, 'ScopeError');
      assert.equal(JSON.parse(result.captured[1].failure.Cause).errorMessage, 'scope 1 is unreadable');
    });

    it('retries what may be retried, as often as the definition says', async () => {
      const { status, result, executionArn } = await run({ groups: [0], behaviour: { 0: 'throttled' } });

      assert.equal(status, 'SUCCEEDED');
      assert.equal(result.status, 'COMPLETE');
      const failed = (await historyOf(executionArn)).filter(({ type }) => type === 'TaskFailed');
      assert.deepEqual(
        failed.map(({ taskFailedEventDetails }) => taskFailedEventDetails?.error),
        ['RetryableError', 'RetryableError'],
      );
    });

    it('ends in the Fail state with the cause that the callback gave', async () => {
      const { status, error, cause, output } = await run({ denied: true });

      assert.equal(status, 'FAILED');
      assert.equal(error, 'BackupFailed');
      assert.equal(JSON.parse(cause ?? '').errorMessage, 'not authorized to perform: dynamodb:PutItem');
      assert.equal(output, undefined);
    });

    it('names lambda:InvokeFunction when its own role may not invoke', async () => {
      authorize = (principal, action) => {
        if (action === 'lambda:InvokeFunction') throw new Error(`User: ${principal} may not ${action}`);
      };

      const { status, executionArn } = await run({ groups: [] });

      assert.equal(status, 'FAILED');
      const failed = (await historyOf(executionArn)).find(({ type }) => type === 'TaskFailed');
      assert.equal(failed?.taskFailedEventDetails?.error, 'Lambda.AWSLambdaException');
      assert.equal(
        failed?.taskFailedEventDetails?.cause,
        `User: ${ROLE} may not lambda:InvokeFunction (Service: Lambda, Status Code: 403)`,
      );
    });

    it('fails a task whose process is killed with Runtime.ExitError', async () => {
      const { executionArn = '' } = await start({ groups: [0], behaviour: { 0: 'hangs' } });
      const hangs = ({
        type,
        taskScheduledEventDetails,
      }: {
        type: string;
        taskScheduledEventDetails?: { parameters?: string };
      }) => type === 'TaskScheduled' && taskScheduledEventDetails?.parameters?.includes('"capture"') === true;
      while (
        !(await historyOf(executionArn)).some((event) => hangs(event as never)) ||
        lambda.killRunning() === 0
      ) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }

      const { status, output } = await service.execution(executionArn).finished;

      assert.equal(status, 'SUCCEEDED');
      assert.equal(JSON.parse(output ?? '').captured[0].failure.Error, 'Runtime.ExitError');
    });

    it('is stopped with error and cause, while its callback still runs', async () => {
      const { executionArn = '' } = await start({ groups: [0], behaviour: { 0: 'hangs' } });
      await new Promise((resolve) => setTimeout(resolve, 50));

      const { stopDate } = await client.send(
        new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'by hand' }),
      );

      const { status, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
      assert.deepEqual({ status, error, cause }, { status: 'ABORTED', error: 'Operator', cause: 'by hand' });
      assert.ok(stopDate instanceof Date);
      assert.equal((await historyOf(executionArn)).at(-1)?.type, 'ExecutionAborted');
      lambda.killRunning();
    });

    it('fails on a result over 256 KiB, which States.ALL does not catch', async () => {
      const { status, error } = await run({ groups: [0], behaviour: { 0: 'big' } });

      assert.equal(status, 'FAILED');
      assert.equal(error, 'States.DataLimitExceeded');
    });
  });

  describe('StartExecution', () => {
    it('answers with the same execution for the same name and input while it runs', async () => {
      const input = { groups: [0], behaviour: { 0: 'hangs' } };

      const first = await start(input, 'nightly');
      const second = await start(input, 'nightly');

      assert.equal(second.executionArn, first.executionArn);
      assert.deepEqual(second.startDate, first.startDate);
      await assert.rejects(start({ groups: [] }, 'nightly'), { name: 'ExecutionAlreadyExists' });
      await service.execution(first.executionArn ?? '').stop();
      lambda.killRunning();
    });

    it('refuses a name that has been used, even with the same input', async () => {
      const { executionArn = '' } = await start({ skip: true }, 'nightly');
      await service.execution(executionArn).finished;

      await assert.rejects(start({ skip: true }, 'nightly'), {
        name: 'ExecutionAlreadyExists',
        message: `Execution Already Exists: '${executionArn}'`,
      });
    });

    it('refuses input that is not JSON or too long, a bad name, and a machine that is not there', async () => {
      const raw = (fields: { stateMachineArn?: string; input?: string; name?: string }) =>
        client.send(new StartExecutionCommand({ stateMachineArn: MACHINE, ...fields }));

      await assert.rejects(raw({ input: '{' }), { name: 'InvalidExecutionInput' });
      await assert.rejects(raw({ input: JSON.stringify('x'.repeat(256 * 1024)) }), {
        name: 'ValidationException',
      });
      await assert.rejects(raw({ name: 'a/b' }), { name: 'InvalidName' });
      await assert.rejects(raw({ stateMachineArn: `${MACHINE}2` }), { name: 'StateMachineDoesNotExist' });
    });
  });

  describe('GetExecutionHistory', () => {
    it("tells the execution in AWS's events, each with the one that led to it", async () => {
      const { executionArn } = await run({ groups: [0], behaviour: { 0: 'fails' } });

      const events = await historyOf(executionArn);

      assert.deepEqual(events.map(told), [
        '1 <- 0 ExecutionStarted',
        '2 <- 1 TaskStateEntered Begin',
        '3 <- 2 TaskScheduled lambda:invoke',
        '4 <- 3 TaskStarted',
        '5 <- 4 TaskSucceeded',
        '6 <- 5 TaskStateExited Begin',
        '7 <- 6 ChoiceStateEntered Begun',
        '8 <- 7 ChoiceStateExited Begun',
        '9 <- 8 MapStateEntered CaptureGroups',
        '10 <- 9 MapStateStarted 1',
        '11 <- 10 MapIterationStarted CaptureGroups[0]',
        '12 <- 11 TaskStateEntered CaptureScopes',
        '13 <- 12 TaskScheduled lambda:invoke',
        '14 <- 13 TaskStarted',
        '15 <- 14 TaskFailed ScopeError',
        '16 <- 15 TaskStateExited CaptureScopes',
        '17 <- 16 PassStateEntered GroupFailed',
        '18 <- 17 PassStateExited GroupFailed',
        '19 <- 18 MapIterationSucceeded CaptureGroups[0]',
        '20 <- 19 MapStateSucceeded',
        '21 <- 20 MapStateExited CaptureGroups',
        '22 <- 21 WaitStateEntered Settle',
        '23 <- 22 WaitStateExited Settle',
        '24 <- 23 TaskStateEntered Commit',
        '25 <- 24 TaskScheduled lambda:invoke',
        '26 <- 25 TaskStarted',
        '27 <- 26 TaskSucceeded',
        '28 <- 27 TaskStateExited Commit',
        '29 <- 28 SucceedStateEntered Committed',
        '30 <- 29 SucceedStateExited Committed',
        '31 <- 30 ExecutionSucceeded',
      ]);
      assert.equal(events[0]?.executionStartedEventDetails?.roleArn, ROLE);
      assert.deepEqual(JSON.parse(events[2]?.taskScheduledEventDetails?.parameters ?? ''), {
        FunctionName: FUNCTION,
        Payload: {
          task: 'begin',
          execution: executionArn,
          settings: { groups: [0], behaviour: { 0: 'fails' } },
        },
      });
      assert.ok(events.every(({ timestamp }) => timestamp instanceof Date));
    });

    it('comes in pages, forwards and backwards', async () => {
      const { executionArn } = await run({ skip: true });
      const read = async (reverseOrder: boolean) => {
        const ids: (number | undefined)[] = [];
        let nextToken: string | undefined;
        do {
          const page = await client.send(
            new GetExecutionHistoryCommand({ executionArn, maxResults: 4, reverseOrder, nextToken }),
          );
          assert.ok((page.events?.length ?? 0) <= 4);
          ids.push(...(page.events ?? []).map(({ id }) => id));
          nextToken = page.nextToken;
        } while (nextToken);
        return ids;
      };

      const forwards = await read(false);

      assert.deepEqual(forwards, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      assert.deepEqual(await read(true), [...forwards].reverse());
    });

    it('leaves inputs and outputs out when asked to', async () => {
      const { executionArn } = await run({ skip: true });

      const { events = [] } = await client.send(
        new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
      );

      assert.doesNotMatch(JSON.stringify(events), /LEASED/);
      assert.equal(events[1]?.stateEnteredEventDetails?.name, 'Begin');
    });
  });

  it('lists executions, the newest first, by status and in pages', async () => {
    const [first, second] = [await run({ skip: true }), await run({ denied: true })];
    const list = (fields: object) =>
      client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE, ...fields }));
    const arns = ({
      executions = [],
    }: {
      executions?: { executionArn?: string | undefined }[] | undefined;
    }) => executions.map(({ executionArn }) => executionArn);

    const page = await list({ maxResults: 1 });

    assert.deepEqual(arns(page), [second.executionArn]);
    assert.deepEqual(arns(await list({ maxResults: 1, nextToken: page.nextToken })), [first.executionArn]);
    assert.deepEqual(arns(await list({ statusFilter: 'SUCCEEDED' })), [first.executionArn]);
    await assert.rejects(list({ nextToken: 'never given' }), { name: 'InvalidToken' });
  });

  it('describes its state machines, by their own ARN and by an execution', async () => {
    const { executionArn } = await run({ skip: true });

    const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
    const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn: MACHINE }));
    const ofExecution = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));

    assert.deepEqual(
      stateMachines?.map(({ name, type }) => [name, type]),
      [['backup', 'STANDARD']],
    );
    assert.deepEqual(JSON.parse(machine.definition ?? ''), BACKUP);
    assert.equal(machine.roleArn, ROLE);
    assert.equal(machine.status, 'ACTIVE');
    assert.equal(ofExecution.definition, machine.definition);
  });

  it('refuses an execution that is not there and an operation that it does not have', async () => {
    const executionArn = `${MACHINE.replace(':stateMachine:', ':execution:')}:none`;

    await assert.rejects(client.send(new DescribeExecutionCommand({ executionArn })), {
      name: 'ExecutionDoesNotExist',
      message: `Execution Does Not Exist: '${executionArn}'`,
    });
    const answer = await service.handle(request('CreateActivity', {}), callerOf('admin'));
    assert.equal(answer.headers['x-amzn-errortype'], 'UnknownOperationException');
  });

  it('asks IAM about the state machine or the execution that a call names', () => {
    const executionArn = 'arn:aws:states:eu-west-1:123456789012:execution:backup:nightly';

    assert.deepEqual(service.requestedActions(request('StartExecution', { stateMachineArn: MACHINE })), [
      { action: 'states:StartExecution', resource: MACHINE },
    ]);
    assert.deepEqual(service.requestedActions(request('DescribeExecution', { executionArn })), [
      { action: 'states:DescribeExecution', resource: executionArn },
    ]);
    assert.deepEqual(service.requestedActions(request('ListStateMachines', {})), [
      { action: 'states:ListStateMachines', resource: '*' },
    ]);
  });

  it('refuses to create a state machine whose role does not trust Step Functions', () => {
    authorize = (principal, action, resource) => {
      throw new Error(`${principal} ${action} ${resource}`);
    };

    assert.throws(
      () =>
        service.create({ arn: MACHINE, name: 'backup', roleArn: ROLE, definition: JSON.stringify(BACKUP) }),
      { message: `states.amazonaws.com sts:AssumeRole ${ROLE}` },
    );
  });
});

function request(operation: string, body: object) {
  return {
    method: 'POST',
    url: '/',
    headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function told(event: HistoryEvent): string {
  const subject =
    event.stateEnteredEventDetails?.name ??
    event.stateExitedEventDetails?.name ??
    event.mapStateStartedEventDetails?.length ??
    event.taskFailedEventDetails?.error ??
    iteration(event.mapIterationStartedEventDetails ?? event.mapIterationSucceededEventDetails) ??
    (event.taskScheduledEventDetails &&
      `${event.taskScheduledEventDetails.resourceType}:${event.taskScheduledEventDetails.resource}`);
  return `${event.id} <- ${event.previousEventId} ${event.type}${subject === undefined ? '' : ` ${subject}`}`;
}

function iteration(details: { name?: string | undefined; index?: number | undefined } | undefined) {
  return details && `${details.name}[${details.index}]`;
}

function task(payload: Record<string, unknown>, rest: Record<string, unknown>) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: FUNCTION, Payload: payload },
    OutputPath: '$.Payload',
    Retry: [
      {
        ErrorEquals: ['RetryableError', 'Lambda.TooManyRequestsException'],
        MaxAttempts: 3,
        BackoffRate: 2,
        MaxDelaySeconds: 5,
        JitterStrategy: 'FULL',
      },
    ],
    ...rest,
  };
}

const toFail = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Fail' }];

/** A backup in small: the shapes that the real definition is made of. */
const BACKUP = {
  StartAt: 'Begin',
  States: {
    Begin: task(
      { task: 'begin', 'execution.$': '$$.Execution.Id', 'settings.$': '$' },
      { Catch: toFail, Next: 'Begun' },
    ),
    Begun: {
      Type: 'Choice',
      Choices: [{ Variable: '$.status', StringEquals: 'SKIPPED', Next: 'Skipped' }],
      Default: 'CaptureGroups',
    },
    Skipped: { Type: 'Succeed' },
    CaptureGroups: {
      Type: 'Map',
      ItemsPath: '$.groups',
      ItemSelector: { 'run.$': '$.run', 'group.$': '$$.Map.Item.Value' },
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'CaptureScopes',
        States: {
          CaptureScopes: task(
            { task: 'capture', 'run.$': '$.run', 'group.$': '$.group', 'execution.$': '$$.Execution.Id' },
            {
              OutputPath: '$',
              ResultSelector: { 'more.$': '$.Payload.more', 'all.$': '$.Payload' },
              ResultPath: '$.result',
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'GroupFailed' }],
              Next: 'More',
            },
          ),
          More: {
            Type: 'Choice',
            Choices: [{ Variable: '$.result.more', BooleanEquals: true, Next: 'CaptureScopes' }],
            Default: 'Captured',
          },
          Captured: { Type: 'Pass', Parameters: { 'group.$': '$.group' }, End: true },
          GroupFailed: {
            Type: 'Pass',
            Parameters: { 'group.$': '$.group', 'failure.$': '$.failure' },
            End: true,
          },
        },
      },
      ResultPath: '$.captured',
      Catch: toFail,
      Next: 'Settle',
    },
    Settle: { Type: 'Wait', Seconds: 30, Next: 'Commit' },
    Commit: task({ task: 'commit', 'captured.$': '$.captured' }, { Catch: toFail, Next: 'Committed' }),
    Committed: { Type: 'Succeed' },
    Fail: task(
      { task: 'fail', 'failure.$': '$.failure' },
      { OutputPath: '$', ResultPath: null, Next: 'Failed' },
    ),
    Failed: { Type: 'Fail', Error: 'BackupFailed', CausePath: '$.failure.Cause' },
  },
};
