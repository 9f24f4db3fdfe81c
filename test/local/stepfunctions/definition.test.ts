import assert from 'node:assert/strict';
import {
  InvalidDefinitionError,
  parseDefinition,
  validateDefinition,
} from '../../../local/stepfunctions/definition';

const INVOKE = 'arn:aws:states:::lambda:invoke';

describe('parseDefinition', () => {
  const task = (fields: object) => ({
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: INVOKE, End: true, ...fields } },
  });
  const map = (fields: object, config?: object) => ({
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: {
          ...(config && { ProcessorConfig: config }),
          StartAt: 'Item',
          States: { Item: { Type: 'Succeed' } },
        },
        End: true,
        ...fields,
      },
    },
  });

  it("fills in the States Language's defaults", () => {
    const { States } = parseDefinition(JSON.stringify(task({ Retry: [{ ErrorEquals: ['E'] }] })));

    assert.deepEqual(States.Work, {
      Type: 'Task',
      Resource: INVOKE,
      End: true,
      InputPath: '$',
      OutputPath: '$',
      ResultPath: '$',
      Retry: [
        { ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: 'NONE' },
      ],
      Catch: [],
    });
  });

  const refused: readonly [string, object, RegExp][] = [
    ['JSONata', { ...task({}), QueryLanguage: 'JSONata' }, /QueryLanguage/],
    ['JSONata of one state', task({ QueryLanguage: 'JSONata' }), /QueryLanguage/],
    ['Assign', task({ Assign: { a: 1 } }), /Assign/],
    ['heartbeats', task({ HeartbeatSeconds: 5 }), /HeartbeatSeconds/],
    ['task tokens', task({ Resource: `${INVOKE}.waitForTaskToken` }), /lambda:invoke only/],
    ['other integrations', task({ Resource: 'arn:aws:states:::sqs:sendMessage' }), /lambda:invoke only/],
    ['Distributed Map', map({}, { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }), /Mode|ExecutionType/],
    ['tolerated failures', map({ ToleratedFailurePercentage: 5 }), /ToleratedFailurePercentage/],
    ['filters in paths', task({ InputPath: '$.a[?(@.b)]' }), /is not a path that the local cloud evaluates/],
    [
      'filters in templates',
      task({ Parameters: { 'a.$': '$..b' } }),
      /is not a path that the local cloud evaluates/,
    ],
    ['unknown functions', task({ Parameters: { 'a.$': 'States.Nothing()' } }), /States\.Nothing/],
  ];
  for (const [what, definition, message] of refused) {
    it(`refuses ${what} by name`, () => {
      assert.throws(
        () => parseDefinition(JSON.stringify(definition)),
        (error) => {
          assert.ok(error instanceof InvalidDefinitionError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('refuses text that is not JSON', () => {
    assert.throws(() => parseDefinition('{'), { name: 'InvalidDefinitionError' });
  });
});

describe('validateDefinition', () => {
  it('refuses a transition to nowhere, a state that is never reached, and none at the end', () => {
    const done = { Type: 'Succeed' };
    for (const definition of [
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'Nowhere' } } },
      { StartAt: 'A', States: { A: done, B: done } },
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } },
    ]) {
      assert.throws(() => validateDefinition(JSON.stringify(definition)), { name: 'InvalidDefinitionError' });
    }
  });

  it('lets a definition through that AWS takes', () => {
    validateDefinition(JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } }));
  });
});
