import { again, type State, type TaskSettings, taskState } from './task-state';

/** What differs between two deployments of the drill's state machine. */
export interface DrillDefinitionArgs extends TaskSettings {
  readonly functionArns: { readonly drill: string; readonly tearDownDrill: string };
}

/** A drill that has not ended after so long ends: the next one cleans up after it. In seconds. */
const longestExecution = 23 * 3600;

const startedAt = { 'startedAt.$': '$$.Execution.StartTime' };

/**
 * The drill in Amazon States Language. From the moment in which a domain may have been made, every way leads over its
 * tear-down; that is told the drill alone, and reads in the vault which domain is meant.
 */
export function drillDefinition(args: DrillDefinitionArgs): State {
  const { drill, tearDownDrill } = args.functionArns;
  const step = (name: string, rest: State): State =>
    taskState(args, drill, { step: name, ...startedAt }, { ResultPath: null, ...rest });
  const failing = (ResultPath: string, Next: string) => ({
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath, Next }],
  });
  const guarded = failing('$.failure', 'NoteScratch');
  const tearDown = (payload: State, rest: State): State =>
    taskState(args, tearDownDrill, payload, {
      ResultSelector: { 'more.$': '$.Payload.more' },
      ResultPath: '$.tornDown',
      ...rest,
    });
  return {
    Comment: 'Restores an Amazon DataZone domain into a scratch domain, compares, and deletes that',
    TimeoutSeconds: longestExecution,
    StartAt: 'CleanUp',
    States: {
      CleanUp: step('cleanUp', {
        ResultSelector: { 'abandoned.$': '$.Payload.abandoned' },
        ResultPath: '$.cleanUp',
        ...failing('$.cleanUpFailure', 'Begin'),
        Next: 'TearDownAbandoned',
      }),
      TearDownAbandoned: {
        Type: 'Map',
        ItemsPath: '$.cleanUp.abandoned',
        MaxConcurrency: 1,
        ItemSelector: { 'startedAt.$': '$$.Map.Item.Value' },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'TearDownOne',
          States: {
            TearDownOne: tearDown(
              { 'startedAt.$': '$.startedAt' },
              { ...failing('$.failure', 'OneEnded'), Next: 'HasMoreOfOne' },
            ),
            HasMoreOfOne: again('$.tornDown.more', 'TearDownOne', 'OneEnded'),
            OneEnded: { Type: 'Pass', End: true },
          },
        },
        ResultPath: null,
        Next: 'Begin',
      },
      Begin: step('begin', { Next: 'Create' }),
      Create: step('create', { ...guarded, Next: 'Plan' }),
      Plan: step('plan', { ...guarded, Next: 'Apply' }),
      Apply: step('apply', {
        ResultSelector: { 'more.$': '$.Payload.more' },
        ResultPath: '$.applied',
        ...guarded,
        Next: 'HasMoreToApply',
      }),
      HasMoreToApply: again('$.applied.more', 'Apply', 'Verify'),
      Verify: step('verify', { ...guarded, Next: 'TearDown' }),
      NoteScratch: step('note', { ...failing('$.tearDownFailure', 'Record'), Next: 'TearDown' }),
      TearDown: tearDown(startedAt, {
        ...failing('$.tearDownFailure', 'Record'),
        Next: 'HasMoreToTearDown',
      }),
      HasMoreToTearDown: again('$.tornDown.more', 'TearDown', 'Record'),
      Record: taskState(
        args,
        drill,
        { step: 'end', ...startedAt, 'state.$': '$' },
        { OutputPath: '$.Payload', Next: 'IsEqual' },
      ),
      IsEqual: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.outcome', StringEquals: 'equal' },
              { Variable: '$.tornDown', BooleanEquals: true },
            ],
            Next: 'Equal',
          },
        ],
        Default: 'NotEqual',
      },
      Equal: { Type: 'Succeed' },
      NotEqual: { Type: 'Fail', Error: 'DrillError', CausePath: '$.cause' },
    },
  };
}
