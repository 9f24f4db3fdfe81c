import validate from 'asl-validator';
import { z } from 'zod';
import type { Json } from './json-path';
import { checkExpression, checkPath, checkTemplate } from './payload-template';

/** A definition that AWS refuses, or that holds what the local cloud does not run. */
export class InvalidDefinitionError extends Error {
  override readonly name = 'InvalidDefinitionError';
}

const json: z.ZodType<Json> = z.json();
const path = z.string().superRefine(asIssue(checkPath));
const expression = z.string().superRefine(asIssue(checkExpression));
const template = json.superRefine(asIssue(checkTemplate));
const seconds = z.int().nonnegative();

const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.int().positive().default(1),
  MaxAttempts: z.int().nonnegative().default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().positive().optional(),
  JitterStrategy: z.enum(['NONE', 'FULL']).default('NONE'),
});

const catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  ResultPath: path.nullable().default('$'),
  Next: z.string(),
});

const base = {
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  InputPath: path.nullable().default('$'),
  OutputPath: path.nullable().default('$'),
};
const transition = { Next: z.string().optional(), End: z.literal(true).optional() };
const parameters = { Parameters: template.optional() };
const result = { ResultPath: path.nullable().default('$') };
const fallible = {
  ResultSelector: template.optional(),
  Retry: z.array(retrier).default([]),
  Catch: z.array(catcher).default([]),
};

/** What is compared with what: validated by asl-validator, evaluated in choice.ts. */
const choiceRule = z.record(z.string(), json);

/** States with a beginning: an inline Map's processor, a Parallel's branch. */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const machine: z.ZodType<Machine> = z.lazy(() =>
  z.strictObject({
    Comment: z.string().optional(),
    ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
    StartAt: z.string(),
    States: z.record(z.string(), state),
  }),
);

const state = z.discriminatedUnion('Type', [
  z.strictObject({
    Type: z.literal('Pass'),
    ...base,
    ...transition,
    ...parameters,
    ...result,
    Result: json.optional(),
  }),
  z.strictObject({
    Type: z.literal('Task'),
    ...base,
    ...transition,
    ...parameters,
    ...result,
    ...fallible,
    Resource: z
      .string()
      .regex(
        /^arn:[^:]+:states:::lambda:invoke$/,
        'the local cloud runs arn:<partition>:states:::lambda:invoke only',
      ),
    TimeoutSeconds: seconds.optional(),
  }),
  z.strictObject({
    Type: z.literal('Wait'),
    ...base,
    ...transition,
    Seconds: seconds.optional(),
    SecondsPath: path.optional(),
    Timestamp: z.iso.datetime({ offset: true }).optional(),
    TimestampPath: path.optional(),
  }),
  z.strictObject({
    Type: z.literal('Choice'),
    ...base,
    Choices: z.array(choiceRule).min(1),
    Default: z.string().optional(),
  }),
  z.strictObject({ Type: z.literal('Succeed'), ...base }),
  z.strictObject({
    Type: z.literal('Fail'),
    Comment: z.string().optional(),
    QueryLanguage: z.literal('JSONPath').optional(),
    Error: z.string().optional(),
    ErrorPath: expression.optional(),
    Cause: z.string().optional(),
    CausePath: expression.optional(),
  }),
  z.strictObject({
    Type: z.literal('Map'),
    ...base,
    ...transition,
    ...result,
    ...fallible,
    ItemsPath: path.default('$'),
    ItemSelector: template.optional(),
    MaxConcurrency: z.int().nonnegative().default(0),
    ItemProcessor: machine,
  }),
  z.strictObject({
    Type: z.literal('Parallel'),
    ...base,
    ...transition,
    ...parameters,
    ...result,
    ...fallible,
    Branches: z.array(machine).min(1),
  }),
]);

export type State = z.infer<typeof state>;
export type TaskState = Extract<State, { Type: 'Task' }>;
export type MapState = Extract<State, { Type: 'Map' }>;
export type ParallelState = Extract<State, { Type: 'Parallel' }>;
export type WaitState = Extract<State, { Type: 'Wait' }>;
export type FailState = Extract<State, { Type: 'Fail' }>;
export type ChoiceState = Extract<State, { Type: 'Choice' }>;

const definition = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: seconds.optional(),
  StartAt: z.string(),
  States: z.record(z.string(), state),
});

/** A whole state machine, with the States Language's defaults filled in. */
export type Definition = z.infer<typeof definition>;

/**
 * Parses a definition. Throws `InvalidDefinitionError` for every field that the local cloud does not run (JSONata,
 * Assign, Distributed Map, heartbeats, task tokens): nothing is ignored in silence.
 */
export function parseDefinition(text: string): Definition {
  const parsed = definition.safeParse(parseJson(text));
  if (!parsed.success) throw new InvalidDefinitionError(z.prettifyError(parsed.error));
  return parsed.data;
}

/** Throws `InvalidDefinitionError` for what CreateStateMachine refuses, such as a transition to nowhere. */
export function validateDefinition(text: string): void {
  if (validated.has(text)) return;
  const { isValid, errorsText } = validate(parseJson(text), { checkArn: true, checkPaths: true });
  if (!isValid) throw new InvalidDefinitionError(errorsText('\n'));
  validated.add(text);
}

/** The validator takes 80 ms each time, and one process deploys the same program again and again. */
const validated = new Set<string>();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidDefinitionError(`The definition is not JSON: ${String(error)}`);
  }
}

function asIssue<T>(check: (value: T) => void) {
  return (value: T, context: z.RefinementCtx) => {
    try {
      check(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  };
}
