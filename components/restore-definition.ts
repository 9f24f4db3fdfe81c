import { again, type State, type TaskSettings, taskState } from './task-state';

/** The callbacks of a restore, as in `handlers/`; a domain is made only where all that it needs stands ready. */
export type RestoreTask = 'planRestore' | 'applyRestore' | 'verifyRestore' | 'createDomain';

/** What differs between two deployments of the restore's state machine. */
export interface RestoreDefinitionArgs extends TaskSettings {
  readonly functionArns: RestoreFunctions<string>;
}

/** ARNs of the callbacks, or what they are made of. */
export type RestoreFunctions<Arn> = Readonly<
  Record<Exclude<RestoreTask, 'createDomain'>, Arn> & Partial<Record<'createDomain', Arn>>
>;

/** What a person has asked for and cannot have: the message says why, and no other try would go better. */
const refusals = [
  'InvalidInputError',
  'BeyondHorizonError',
  'NothingProvenError',
  'NotProvenError',
  'NoCutError',
  'InstantAheadError',
  'UnsoundVaultError',
  'CorruptItemError',
  'NothingSelectedError',
  'NoSuchRestoreError',
  'PlanOutdatedError',
  'ClaimLostError',
  'ConflictsError',
  'DomainCreationFailedError',
];

/**
 * The restore in Amazon States Language: one action for each execution. A plan is made and kept by one, looked at by
 * a person, and applied by another. Each task reads the execution's input whole, so that a misspelt key is refused
 * rather than ignored.
 */
export function restoreDefinition(args: RestoreDefinitionArgs): State {
  const { functionArns } = args;
  const call = (arn: string, next: State, payload: State | string = '$$.Execution.Input'): State =>
    taskState(args, arn, payload, {
      OutputPath: '$.Payload',
      Catch: [{ ErrorEquals: refusals, Next: 'Refusal' }],
      ...next,
    });
  const { createDomain } = functionArns;
  const actions = [
    ['plan', 'Plan'],
    ['apply', 'Apply'],
    ['verify', 'Verify'],
    ...(createDomain === undefined ? [] : [['create', 'CreateDomain']]),
  ] as const;
  return {
    Comment: 'Restores an Amazon DataZone domain from its vault',
    StartAt: 'WhichAction',
    States: {
      WhichAction: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.action', IsPresent: false, Next: 'UnknownAction' },
          ...actions.map(([action, Next]) => ({ Variable: '$.action', StringEquals: action, Next })),
        ],
        Default: 'UnknownAction',
      },
      Plan: call(functionArns.planRestore, { End: true }),
      Apply: call(functionArns.applyRestore, { Next: 'HasMoreToApply' }),
      HasMoreToApply: again('$.more', 'Apply', 'Applied'),
      Applied: { Type: 'Succeed' },
      Verify: call(functionArns.verifyRestore, { End: true }),
      ...(createDomain !== undefined && {
        CreateDomain: call(
          createDomain,
          { End: true },
          { 'execution.$': '$$.Execution.Id', 'input.$': '$$.Execution.Input' },
        ),
      }),
      UnknownAction: {
        Type: 'Fail',
        Error: 'InvalidInputError',
        Cause: `The input's action is none of ${actions.map(([action]) => action).join(', ')}`,
      },
      // The cause of a function's error is JSON text: a person reads the message alone.
      Refusal: { Type: 'Pass', Parameters: { 'error.$': 'States.StringToJson($.Cause)' }, Next: 'Refused' },
      Refused: { Type: 'Fail', ErrorPath: '$.error.errorType', CausePath: '$.error.errorMessage' },
    },
  };
}
