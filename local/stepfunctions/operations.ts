import { z } from 'zod';
import { ServiceFault } from '../aws-json';
import type { Execution, StateMachine } from './execution';
import type { HistoryEvent } from './history';
import type { StepFunctionsService } from './service';

/** What one operation of the API takes and gives; dates are seconds since the epoch, as on the wire. */
interface Operation<I> {
  readonly input: z.ZodType<I>;
  /** Member of the input that names the resource in IAM's eyes; undefined: `*`. */
  readonly resource: 'stateMachineArn' | 'executionArn' | undefined;
  run(service: StepFunctionsService, input: I): unknown;
}

const paging = { maxResults: z.int().min(0).max(1000).default(0), nextToken: z.string().optional() };
const ofExecution = z.object({ executionArn: z.string() });
const ofStateMachine = z.object({ stateMachineArn: z.string() });

/** Every operation that the local cloud's Step Functions has. */
export const OPERATIONS = {
  StartExecution: operation({
    input: z.object({
      stateMachineArn: z.string(),
      name: z.string().optional(),
      input: z.string().optional(),
    }),
    resource: 'stateMachineArn',
    run: (service, { stateMachineArn, name, input }) => {
      const execution = service.start(stateMachineArn, input, name);
      return { executionArn: execution.args.arn, startDate: execution.startedAt / 1000 };
    },
  }),
  StopExecution: operation({
    input: z.object({ executionArn: z.string(), error: z.string().optional(), cause: z.string().optional() }),
    resource: 'executionArn',
    run: async (service, { executionArn, error, cause }) => {
      const execution = service.execution(executionArn);
      execution.stop(error, cause);
      await execution.finished;
      return { stopDate: (execution.stoppedAt ?? service.clock.now()) / 1000 };
    },
  }),
  DescribeExecution: operation({
    input: ofExecution,
    resource: 'executionArn',
    run: (service, { executionArn }) => describe(service.execution(executionArn)),
  }),
  ListExecutions: operation({
    input: z.object({
      stateMachineArn: z.string(),
      statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
      ...paging,
    }),
    resource: 'stateMachineArn',
    run: (service, { stateMachineArn, statusFilter, ...page }) => {
      service.machine(stateMachineArn);
      const all = service
        .executions(stateMachineArn)
        .filter(({ result }) => statusFilter === undefined || result.status === statusFilter);
      const { items, nextToken } = pageOf(all, ({ args }) => args.arn, page);
      return { executions: items.map(summarise), ...nextToken };
    },
  }),
  GetExecutionHistory: operation({
    input: z.object({
      executionArn: z.string(),
      reverseOrder: z.boolean().default(false),
      includeExecutionData: z.boolean().default(true),
      ...paging,
    }),
    resource: 'executionArn',
    run: (service, { executionArn, reverseOrder, includeExecutionData, ...page }) => {
      const { events } = service.execution(executionArn);
      const { items, nextToken } = pageOf(
        reverseOrder ? [...events].reverse() : events,
        ({ id }) => id,
        page,
      );
      return { events: includeExecutionData ? items : items.map(withoutData), ...nextToken };
    },
  }),
  DescribeStateMachine: operation({
    input: ofStateMachine,
    resource: 'stateMachineArn',
    run: (service, { stateMachineArn }) => {
      const machine = service.machine(stateMachineArn);
      return {
        ...definitionOf(machine),
        status: 'ACTIVE',
        type: 'STANDARD',
        creationDate: machine.createdAt / 1000,
      };
    },
  }),
  DescribeStateMachineForExecution: operation({
    input: ofExecution,
    resource: 'executionArn',
    run: (service, { executionArn }) => {
      const { machine } = service.execution(executionArn).args;
      return { ...definitionOf(machine), updateDate: service.machine(machine.arn).createdAt / 1000 };
    },
  }),
  ListStateMachines: operation({
    input: z.object(paging),
    resource: undefined,
    run: (service, page) => {
      const { items, nextToken } = pageOf(service.stateMachines(), ({ arn }) => arn, page);
      const stateMachines = items.map(({ arn, name, createdAt }) => ({
        stateMachineArn: arn,
        name,
        type: 'STANDARD',
        creationDate: createdAt / 1000,
      }));
      return { stateMachines, ...nextToken };
    },
  }),
};

export type OperationName = keyof typeof OPERATIONS;

/** Closes over the input's type, so that all operations can stand in one table. */
function operation<I>(definition: Operation<I>): Operation<unknown> {
  return { ...definition, run: (service, input) => definition.run(service, definition.input.parse(input)) };
}

function describe(execution: Execution): Record<string, unknown> {
  const { input } = execution.args;
  const { output, error, cause, status } = execution.result;
  return {
    ...summarise(execution),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: `Execution is ${status} and cannot be redriven`,
  };
}

function summarise({ args, result, startedAt, stoppedAt }: Execution): Record<string, unknown> {
  return {
    executionArn: args.arn,
    stateMachineArn: args.machine.arn,
    name: args.name,
    status: result.status,
    startDate: startedAt / 1000,
    ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1000 }),
    redriveCount: 0,
  };
}

function definitionOf(machine: StateMachine): Record<string, unknown> {
  const { arn, name, definition, roleArn, loggingConfiguration, tracingConfiguration } = machine;
  return { stateMachineArn: arn, name, definition, roleArn, loggingConfiguration, tracingConfiguration };
}

/** A page that goes on after the element its token names, whatever was added before it since. */
function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string | number,
  { maxResults, nextToken }: { readonly maxResults: number; readonly nextToken?: string | undefined },
): { readonly items: readonly T[]; readonly nextToken: { readonly nextToken?: string } } {
  const tokenOf = (item: T) => Buffer.from(String(keyOf(item))).toString('base64url');
  const start = nextToken === undefined ? 0 : all.findIndex((item) => tokenOf(item) === nextToken) + 1;
  if (nextToken !== undefined && start === 0)
    throw new ServiceFault('InvalidToken', `Invalid Token: '${nextToken}'`);
  const items = all.slice(start, start + (maxResults || 100));
  const last = items.at(-1);
  const more = last !== undefined && start + items.length < all.length;
  return { items, nextToken: more ? { nextToken: tokenOf(last) } : {} };
}

function withoutData(event: HistoryEvent): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).map(([member, details]) => {
      if (!member.endsWith('EventDetails')) return [member, details];
      const { input: _, output: __, parameters: ___, ...rest } = details as Record<string, unknown>;
      return [member, rest];
    }),
  );
}
