/** A state, or a part of one, in Amazon States Language. */
export type State = Readonly<Record<string, unknown>>;

/** What the tasks of a state machine have in common. */
export interface TaskSettings {
  /** `arn:<partition>:states:::lambda:invoke`. */
  readonly invokeResource: string;
  /** Longest time of one call of a function. */
  readonly taskTimeoutSeconds: number;
}

/**
 * Lambda's own passing failures, and throttling or faults that outlasted the SDK's retries; then workers that Lambda
 * lost, which is tried less often, since a worker that ends for want of memory will end so again.
 */
const retry = [
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
];

/** Calls a function, and again after what may pass; `payload` is a template, or the path of what is handed on. */
export function taskState(
  settings: TaskSettings,
  functionArn: string,
  payload: State | string,
  rest: State,
): State {
  return {
    Type: 'Task',
    Resource: settings.invokeResource,
    TimeoutSeconds: settings.taskTimeoutSeconds,
    Parameters: {
      FunctionName: functionArn,
      ...(typeof payload === 'string' ? { 'Payload.$': payload } : { Payload: payload }),
    },
    Retry: retry,
    ...rest,
  };
}

export function choice(variable: string, test: State, next: string, otherwise: string): State {
  return { Type: 'Choice', Choices: [{ Variable: variable, ...test, Next: next }], Default: otherwise };
}

/** A task that does a part of its work in each call is called until it has no more. */
export function again(variable: string, task: string, otherwise: string): State {
  return choice(variable, { BooleanEquals: true }, task, otherwise);
}
