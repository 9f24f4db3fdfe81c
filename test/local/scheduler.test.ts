import assert from 'node:assert/strict';
import type { Authorize } from '../../local/authorize';
import { FakeClock } from '../../local/clock';
import { LambdaRuntime } from '../../local/lambda/runtime';
import { Scheduler } from '../../local/scheduler';
import { StepFunctionsService } from '../../local/stepfunctions/service';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:backup';
const SCHEDULE = 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly';
const GROUP = 'arn:aws:scheduler:eu-west-1:123456789012:schedule-group/default';
const ROLE = 'arn:aws:iam::123456789012:role/scheduler';
const MINUTE = 60_000;

describe('Scheduler', () => {
  let clock: FakeClock;
  let states: StepFunctionsService;
  let scheduler: Scheduler;
  let authorize: Authorize;

  beforeEach(() => {
    clock = new FakeClock();
    authorize = () => undefined;
    const ask: Authorize = (...question) => authorize(...question);
    const lambda = new LambdaRuntime({
      endpoint: 'http://127.0.0.1:1',
      credentials: () => ({ accessKeyId: 'key', secretAccessKey: 'secret' }),
      authorize: ask,
    });
    states = new StepFunctionsService({ lambda, clock, authorize: ask });
    states.create({
      arn: MACHINE,
      name: 'backup',
      roleArn: 'arn:aws:iam::123456789012:role/backup',
      definition: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }),
    });
    scheduler = new Scheduler({ states, lambda, clock, authorize: ask });
  });

  afterEach(async () => {
    scheduler.shutdown();
    await states.shutdown();
  });

  const register = (inputs: Record<string, unknown> = {}, target: Record<string, unknown> = {}) =>
    scheduler.register({
      inputs: {
        scheduleExpression: 'rate(30 minutes)',
        flexibleTimeWindow: { mode: 'OFF' },
        target: { arn: MACHINE, roleArn: ROLE, input: '{"by":"schedule"}', ...target },
        ...inputs,
      },
      state: { name: 'nightly', arn: SCHEDULE },
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it("starts the target's execution with the schedule's input", async () => {
    const name = register();

    const { status, output } = await scheduler.runNow(name).finished;

    assert.equal(status, 'SUCCEEDED');
    assert.equal(output, '{"by":"schedule"}');
  });

  it('fills in the context attributes of the input', async () => {
    const name = register(
      {},
      { input: '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>"}' },
    );

    const { output } = await scheduler.runNow(name).finished;

    assert.deepEqual(JSON.parse(output ?? ''), { at: '2026-01-01T00:00:00.000Z', by: SCHEDULE });
  });

  it('asks whether the role trusts the scheduler and may start the state machine', async () => {
    const asked: unknown[] = [];
    authorize = (...question) => asked.push(question);
    const name = register();

    await scheduler.runNow(name).finished;

    assert.deepEqual(asked, [
      [
        'scheduler.amazonaws.com',
        'sts:AssumeRole',
        ROLE,
        { 'aws:SourceArn': GROUP, 'aws:SourceAccount': '123456789012' },
      ],
      [ROLE, 'states:StartExecution', MACHINE],
    ]);
  });

  it('throws what IAM refuses', () => {
    const name = register();
    authorize = (_, action) => {
      throw new Error(`not authorized to perform: ${action}`);
    };

    assert.throws(() => scheduler.runNow(name), { message: 'not authorized to perform: sts:AssumeRole' });
    assert.equal(states.executions(MACHINE).length, 0);
  });

  it('fires by its rate on the clock, first at once, until it is shut down', async () => {
    register();
    scheduler.start();
    const fired = [];
    for (const minutes of [0, 29, 1, 30]) {
      clock.advance(minutes * MINUTE);
      await settle();
      fired.push(states.executions(MACHINE).length);
    }
    scheduler.shutdown();
    clock.advance(60 * MINUTE);
    await settle();

    assert.deepEqual(fired, [1, 1, 2, 3]);
    assert.equal(states.executions(MACHINE).length, 3);
  });

  it('keeps what did not reach its target as a dead letter, and goes on', async () => {
    register();
    authorize = () => {
      throw new Error('denied');
    };
    scheduler.start();
    authorize = () => undefined;
    clock.advance(30 * MINUTE);
    await settle();

    assert.deepEqual(
      scheduler.deadLetters.map(({ schedule, error }) => [schedule, error.message]),
      [['nightly', 'denied']],
    );
    assert.equal(states.executions(MACHINE).length, 1);
  });

  it('fires neither a cron expression nor a disabled schedule by itself', async () => {
    for (const inputs of [{ scheduleExpression: 'cron(0 2 * * ? *)' }, { state: 'DISABLED' }]) {
      register(inputs);
      scheduler.start();
      clock.advance(24 * 60 * MINUTE);
      await settle();
    }

    assert.equal(states.executions(MACHINE).length, 0);
  });

  it('refuses a target that is neither state machine nor function, and an expression that is none', () => {
    const error = { name: 'UnsupportedScheduleError' };

    assert.throws(() => register({}, { arn: 'arn:aws:sqs:eu-west-1:123456789012:queue' }), error);
    assert.throws(() => register({ scheduleExpression: 'daily' }), error);
    assert.throws(() => scheduler.runNow('unknown'), error);
  });
});
