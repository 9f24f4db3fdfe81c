import assert from 'node:assert/strict';
import { FakeClock } from '../../../local/clock';
import { Random } from '../../../local/random';
import { parseDefinition } from '../../../local/stepfunctions/definition';
import { Execution } from '../../../local/stepfunctions/execution';
import { HISTORY_LIMIT } from '../../../local/stepfunctions/history';
import { Interpreter } from '../../../local/stepfunctions/interpreter';
import type { Json } from '../../../local/stepfunctions/json-path';
import { StateError } from '../../../local/stepfunctions/state-error';

type Task = (parameters: Json) => Promise<Json> | Json;

const INVOKE = 'arn:aws:states:::lambda:invoke';

describe('Interpreter', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock();
  });

  const begin = (definition: object, input: Json = {}, task: Task = (parameters) => parameters) => {
    const text = JSON.stringify(definition);
    return new Execution({
      machine: { arn: 'machine:arn', name: 'machine', roleArn: 'role', definition: text },
      definition: parseDefinition(text),
      arn: 'execution:arn',
      name: 'nightly',
      input: JSON.stringify(input),
      clock,
      interpreter: new Interpreter({
        clock,
        random: new Random(7),
        waits: 'real',
        task: async (_, parameters) => task(parameters),
      }),
      onEvent: () => undefined,
    });
  };
  const run = async (definition: object, input?: Json, task?: Task) => {
    const execution = begin(definition, input, task);
    const { output, ...ended } = await execution.finished;
    return { ...ended, execution, output: output === undefined ? undefined : JSON.parse(output) };
  };
  const only = (state: object) => ({ StartAt: 'Only', States: { Only: state } });
  const pass = (fields: object) => only({ Type: 'Pass', End: true, ...fields });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const fails = (error: string) => () => {
    throw new StateError(error, 'the cause');
  };

  describe('data flow', () => {
    it('selects, fills, places and selects again', async () => {
      const { output } = await run(
        pass({
          InputPath: '$.in',
          Parameters: { 'b.$': '$.a', c: 1 },
          ResultPath: '$.out.here',
          OutputPath: '$.out',
        }),
        { in: { a: [1, 2] }, out: { kept: true } },
      );

      assert.deepEqual(output, { kept: true, here: { b: [1, 2], c: 1 } });
    });

    it('drops a result at ResultPath null, and the input at InputPath null', async () => {
      assert.deepEqual((await run(pass({ Result: 1, ResultPath: null }), { a: 1 })).output, { a: 1 });
      assert.deepEqual((await run(pass({ InputPath: null }), { a: 1 })).output, {});
    });

    it('keeps results that are false, null and zero', async () => {
      for (const Result of [false, null, 0])
        assert.equal((await run(pass({ Result }), { a: 1 })).output, Result);
    });

    it('collects what a path with [*] finds, even if that is nothing', async () => {
      const parameters = { Parameters: { 'failures.$': '$.captured[*].failure' } };

      assert.deepEqual((await run(pass(parameters), { captured: [{}, { failure: 1 }] })).output, {
        failures: [1],
      });
      assert.deepEqual((await run(pass(parameters), { captured: [{}] })).output, { failures: [] });
    });

    it('reads members in brackets, indexes from the end and slices', async () => {
      const { output } = await run(
        pass({ Parameters: { 'a.$': "$['the name'][-1]", 'b.$': "$['the name'][0:2]" } }),
        { 'the name': [1, 2, 3] },
      );

      assert.deepEqual(output, { a: 3, b: [1, 2] });
    });

    it('fails with States.Runtime, which nothing catches, where a path finds nothing', async () => {
      const { status, error, cause } = await run(
        only({
          Type: 'Task',
          Resource: INVOKE,
          Parameters: { 'a.$': '$.missing' },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Only' }],
          End: true,
        }),
      );

      assert.deepEqual([status, error], ['FAILED', 'States.Runtime']);
      assert.match(cause ?? '', /'\$\.missing'/);
    });

    it('evaluates intrinsic functions', async () => {
      const cases: readonly [string, Json][] = [
        ["States.Format('{} of {}: \\{\\}', $.n, 'x')", '2 of x: {}'],
        ['States.Array($.n, States.MathAdd($.n, 1), true, null)', [2, 3, true, null]],
        ["States.ArrayContains($.list, 'b')", true],
        ['States.ArrayGetItem($.list, 1)', 'b'],
        ['States.ArrayLength($.list)', 3],
        ['States.ArrayPartition($.list, 2)', [['a', 'b'], ['a']]],
        ['States.ArrayRange(1, 9, 4)', [1, 5, 9]],
        ['States.ArrayUnique($.list)', ['a', 'b']],
        ["States.Base64Decode(States.Base64Encode('ä'))", 'ä'],
        ["States.Hash('a', 'SHA-1')", '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
        ['States.JsonMerge($.o, $.p, false)', { a: 1, b: 2 }],
        ['States.StringToJson(States.JsonToString($.o))', { a: 1 }],
        ["States.StringSplit('a-b]c', '-]')", ['a', 'b', 'c']],
      ];
      for (const [expression, expected] of cases) {
        const { output } = await run(pass({ Parameters: { 'v.$': expression } }), {
          n: 2,
          list: ['a', 'b', 'a'],
          o: { a: 1 },
          p: { b: 2 },
        });

        assert.deepEqual(output, { v: expected }, expression);
      }
    });
  });

  describe('the context object', () => {
    const asked = {
      'id.$': '$$.Execution.Id',
      'input.$': '$$.Execution.Input',
      'started.$': '$$.Execution.StartTime',
      'machine.$': '$$.StateMachine.Name',
      'state.$': '$$.State.Name',
    };
    const answered = {
      id: 'execution:arn',
      input: { items: ['x', 'y'] },
      started: '2026-01-01T00:00:00.000Z',
      machine: 'machine',
    };

    it('tells execution, state machine and state', async () => {
      const { output } = await run(pass({ Parameters: asked }), { items: ['x', 'y'] });

      assert.deepEqual(output, { ...answered, state: 'Only' });
    });

    it('is the same inside a Map, with the item and its index', async () => {
      const { output } = await run(
        only({
          Type: 'Map',
          ItemsPath: '$.items',
          ItemSelector: { 'selected.$': '$$.Map.Item.Value' },
          ItemProcessor: {
            StartAt: 'Child',
            States: {
              Child: {
                Type: 'Pass',
                Parameters: {
                  ...asked,
                  'index.$': '$$.Map.Item.Index',
                  'value.$': '$$.Map.Item.Value',
                  'own.$': '$',
                },
                End: true,
              },
            },
          },
          End: true,
        }),
        { items: ['x', 'y'] },
      );

      assert.deepEqual(output, [
        { ...answered, state: 'Child', index: 0, value: 'x', own: { selected: 'x' } },
        { ...answered, state: 'Child', index: 1, value: 'y', own: { selected: 'y' } },
      ]);
    });
  });

  describe('Choice', () => {
    const choice = (rule: object) => ({
      StartAt: 'Ask',
      States: {
        Ask: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Result: true, End: true },
        No: { Type: 'Pass', Result: false, End: true },
      },
    });
    const input = { n: 2, m: 3, s: 'log-1.txt', b: true, t: '2026-01-01T00:00:00Z', z: null };
    const cases: readonly [object, boolean][] = [
      [{ Variable: '$.n', NumericLessThan: 3 }, true],
      [{ Variable: '$.n', NumericGreaterThanEqualsPath: '$.m' }, false],
      [{ Variable: '$.s', StringMatches: 'log-*.txt' }, true],
      [{ Variable: '$.s', StringMatches: 'log-*.tx' }, false],
      [{ Variable: '$.n', StringEquals: '2' }, false],
      [{ Variable: '$.b', BooleanEquals: true }, true],
      [{ Variable: '$.t', TimestampLessThan: '2026-01-01T01:00:00+00:30' }, true],
      [{ Variable: '$.z', IsNull: true }, true],
      [{ Variable: '$.none', IsPresent: false }, true],
      [
        {
          And: [
            { Variable: '$.none', IsPresent: true },
            { Variable: '$.none', NumericEquals: 1 },
          ],
        },
        false,
      ],
      [
        {
          Or: [
            { Variable: '$.n', NumericEquals: 1 },
            { Variable: '$.n', NumericEquals: 2 },
          ],
        },
        true,
      ],
      [{ Not: { Variable: '$.n', IsNumeric: true } }, false],
    ];
    for (const [rule, expected] of cases) {
      it(`${expected ? 'holds' : 'does not hold'}: ${JSON.stringify(rule)}`, async () => {
        assert.equal((await run(choice(rule), input)).output, expected);
      });
    }

    it('fails without a match and without a default', async () => {
      const definition = choice({ Variable: '$.n', NumericEquals: 9 });
      const { Default: _, ...Ask } = definition.States.Ask;

      const { error } = await run({ ...definition, States: { Ask, Yes: definition.States.Yes } }, input);

      assert.equal(error, 'States.NoChoiceMatched');
    });
  });

  describe('errors', () => {
    const task = (fields: object) => ({
      StartAt: 'Work',
      States: {
        Work: { Type: 'Task', Resource: INVOKE, ...fields, End: true },
        ...('Catch' in fields && { Caught: { Type: 'Succeed' } }),
      },
    });
    const caught = (ErrorEquals: string[], ResultPath?: string) =>
      task({ Catch: [{ ErrorEquals, Next: 'Caught', ...(ResultPath && { ResultPath }) }] });

    it('puts Error and Cause where the catcher says, by default over everything', async () => {
      const whole = await run(caught(['MyError']), { a: 1 }, fails('MyError'));
      const beside = await run(caught(['MyError'], '$.failure'), { a: 1 }, fails('MyError'));

      assert.deepEqual(whole.output, { Error: 'MyError', Cause: 'the cause' });
      assert.deepEqual(beside.output, { a: 1, failure: { Error: 'MyError', Cause: 'the cause' } });
    });

    it('catches by name and by wildcard as AWS does', async () => {
      const cases: readonly [string, string, boolean][] = [
        ['MyError', 'States.ALL', true],
        ['MyError', 'States.TaskFailed', true],
        ['MyError', 'Other', false],
        ['States.Timeout', 'States.TaskFailed', false],
        ['States.Timeout', 'States.ALL', true],
        ['States.DataLimitExceeded', 'States.ALL', false],
        ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
      ];
      for (const [error, catcher, expected] of cases) {
        const { status } = await run(caught([catcher]), {}, fails(error));
        assert.equal(status, expected ? 'SUCCEEDED' : 'FAILED', `${error} by ${catcher}`);
      }
    });

    it('waits longer before each retry, up to the longest delay, and then gives up', async () => {
      const times: number[] = [];
      const Retry = [
        { ErrorEquals: ['MyError'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 3 },
      ];
      const execution = begin(task({ Retry }), {}, () => {
        times.push(clock.now());
        throw new StateError('MyError', 'the cause');
      });
      for (const seconds of [2, 6, 10]) {
        await settle();
        clock.advance(seconds * 1000);
      }

      const { status, error } = await execution.finished;

      assert.deepEqual([status, error], ['FAILED', 'MyError']);
      assert.deepEqual(
        times.map((time) => (time - (times[0] ?? 0)) / 1000),
        [0, 2, 8, 18],
      );
    });

    it('draws the wait of a jittered retry below the full interval', async () => {
      let calls = 0;
      const Retry = [
        { ErrorEquals: ['MyError'], IntervalSeconds: 100, JitterStrategy: 'FULL', MaxAttempts: 1 },
      ];
      const execution = begin(task({ Retry }), {}, () => {
        calls += 1;
        if (calls === 1) throw new StateError('MyError', 'the cause');
        return {};
      });
      await settle();
      clock.advance(99_999);

      assert.equal((await execution.finished).status, 'SUCCEEDED');
    });

    it('times a task out on the clock', async () => {
      const execution = begin(task({ TimeoutSeconds: 5 }), {}, () => new Promise(() => undefined));
      await settle();
      clock.advance(5_000);

      const { status, error } = await execution.finished;

      assert.deepEqual([status, error], ['FAILED', 'States.Timeout']);
      assert.equal(execution.events.at(-2)?.type, 'TaskTimedOut');
    });

    it('times the whole execution out', async () => {
      const execution = begin({ TimeoutSeconds: 60, ...only({ Type: 'Wait', Seconds: 3600, End: true }) });
      await settle();
      clock.advance(60_000);

      assert.deepEqual(await execution.finished, { status: 'TIMED_OUT' });
      assert.equal(execution.events.at(-1)?.type, 'ExecutionTimedOut');
    });

    it('tells Error and Cause of a Fail state from fixed text, paths and functions', async () => {
      const fixed = await run(only({ Type: 'Fail', Error: 'E', Cause: 'c' }));
      const byPath = await run(
        only({ Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('because {}', $.c)" }),
        { e: 'E', c: 'so' },
      );

      assert.deepEqual([fixed.error, fixed.cause], ['E', 'c']);
      assert.deepEqual([byPath.error, byPath.cause], ['E', 'because so']);
    });
  });

  it('waits for seconds and until a time', async () => {
    for (const fields of [{ Seconds: 30 }, { SecondsPath: '$.s' }, { TimestampPath: '$.t' }]) {
      const until = clock.now() + 30_000;
      const execution = begin(only({ Type: 'Wait', ...fields, End: true }), {
        s: 30,
        t: new Date(until).toISOString(),
      });
      await settle();
      clock.advance(29_999);
      await settle();
      assert.equal(execution.result.status, 'RUNNING', JSON.stringify(fields));
      clock.advance(1);
      assert.equal((await execution.finished).status, 'SUCCEEDED');
      assert.equal(execution.stoppedAt, until);
    }
  });

  describe('Map and Parallel', () => {
    const map = (fields: object, child: object = { Type: 'Task', Resource: INVOKE, End: true }) =>
      only({
        Type: 'Map',
        ItemProcessor: { StartAt: 'Child', States: { Child: child } },
        End: true,
        ...fields,
      });

    it('run no more iterations at once than MaxConcurrency, and 40 without one', async () => {
      for (const [MaxConcurrency, expected] of [
        [3, 3],
        [0, 40],
      ]) {
        let running = 0;
        let most = 0;
        const { output } = await run(map({ MaxConcurrency }), Array(100).fill(1), async (item) => {
          running += 1;
          most = Math.max(most, running);
          await settle();
          running -= 1;
          return item;
        });

        assert.equal(most, expected);
        assert.equal(output.length, 100);
      }
    });

    it('fail with the first failure and abort the rest', async () => {
      const started: Json[] = [];
      const { status, error, execution } = await run(map({ MaxConcurrency: 2 }), [0, 1, 2, 3], (item) => {
        started.push(item);
        if (item === 1) throw new StateError('MyError', 'the cause');
        return new Promise(() => undefined);
      });

      assert.deepEqual([status, error], ['FAILED', 'MyError']);
      assert.deepEqual(started, [0, 1]);
      assert.deepEqual(
        execution.events
          .map(({ type }) => type)
          .filter((type) => /Map(Iteration|State)(Failed|Aborted)/.test(type)),
        ['MapIterationFailed', 'MapIterationAborted', 'MapStateFailed'],
      );
    });

    it('retry and catch as a whole', async () => {
      let calls = 0;
      const execution = begin(
        {
          StartAt: 'Only',
          States: {
            ...map({
              Retry: [{ ErrorEquals: ['MyError'], MaxAttempts: 1 }],
              Catch: [{ ErrorEquals: ['MyError'], ResultPath: null, Next: 'Caught' }],
            }).States,
            Caught: { Type: 'Succeed' },
          },
        },
        [1],
        () => {
          calls += 1;
          throw new StateError('MyError', 'the cause');
        },
      );
      await settle();
      clock.advance(1000);

      assert.deepEqual(await execution.finished, { status: 'SUCCEEDED', output: '[1]' });
      assert.equal(calls, 2);
    });

    it('give the results of branches in their order', async () => {
      const branch = (name: string) => ({
        StartAt: name,
        States: { [name]: { Type: 'Task', Resource: INVOKE, Parameters: { name, 'v.$': '$.v' }, End: true } },
      });
      const { output } = await run(
        only({ Type: 'Parallel', Branches: [branch('A'), branch('B')], End: true }),
        {
          v: 1,
        },
      );

      assert.deepEqual(output, [
        { name: 'A', v: 1 },
        { name: 'B', v: 1 },
      ]);
    });
  });

  it('ends an execution that outgrows its history, whatever it catches', async () => {
    const { status, error, cause, execution } = await run({
      StartAt: 'Again',
      States: {
        Again: {
          Type: 'Choice',
          Choices: [{ Variable: '$.end', IsPresent: true, Next: 'End' }],
          Default: 'Again',
        },
        End: { Type: 'Succeed' },
      },
    });

    assert.deepEqual([status, error], ['FAILED', 'States.Runtime']);
    assert.match(cause ?? '', /maximum number of history events \(25000\)/);
    assert.equal(execution.events.length, HISTORY_LIMIT);
    assert.equal(execution.events.at(-1)?.type, 'ExecutionFailed');
  });
});
