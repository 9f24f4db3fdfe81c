import { z } from 'zod';
import type { Authorize } from '../authorize';
import type { Clock } from '../clock';
import type { DynamoDbService } from '../dynamodb/service';
import { tableDefinition } from '../dynamodb/table-definition';
import type { EventRules } from '../event-rules';
import type { KeyPolicies } from '../iam/key-policies';
import type { PolicyStore } from '../iam/policy-store';
import { EventSourceMapping } from '../lambda/event-source-mapping';
import type { LambdaRuntime } from '../lambda/runtime';
import type { ResourceGraph } from '../program/graph';
import type { Scheduler } from '../scheduler';
import type { SqsService } from '../sqs/service';
import type { StepFunctionsService } from '../stepfunctions/service';
import { installQueues, installRules, ofType } from './install-events';

/** The emulators that a captured graph is deployed to. */
export interface Emulators {
  readonly policies: PolicyStore;
  readonly dynamodb: DynamoDbService;
  readonly lambda: LambdaRuntime;
  readonly states: StepFunctionsService;
  readonly scheduler: Scheduler;
  readonly sqs: SqsService;
  readonly rules: EventRules;
  readonly keys: KeyPolicies;
  readonly authorize: Authorize;
  readonly clock: Clock;
}

const named = z.object({ name: z.string(), arn: z.string() });
const functionInputs = z.object({
  region: z.string().optional(),
  role: z.string(),
  handler: z.string(),
  runtime: z.string(),
  timeout: z.number(),
  memorySize: z.number(),
  environment: z.object({ variables: z.record(z.string(), z.string()) }).optional(),
  loggingConfig: z.object({ logGroup: z.string() }),
  code: z.unknown(),
});
const stateMachineInputs = z.object({
  roleArn: z.string(),
  definition: z.string(),
});

/**
 * Deploys a captured graph: roles and policies first, since trust is asked at every later step, then tables,
 * queues, functions, state machines, schedules, rules, and the mappings of queues to functions, which are given back.
 * `region` is where resources stand that name no Region of their own.
 */
export async function install(
  graph: ResourceGraph,
  emulators: Emulators,
  region: string,
): Promise<readonly EventSourceMapping[]> {
  for (const resource of graph.resources) {
    emulators.policies.register(resource);
    emulators.keys.register(resource);
  }
  for (const { inputs, state } of ofType(graph, 'aws:dynamodb/table:Table')) {
    await emulators.dynamodb.createGlobalTable(
      tableDefinition(inputs, { name: named.parse(state).name, region }),
    );
  }
  installQueues(graph, emulators.sqs);
  for (const { inputs, state } of ofType(graph, 'aws:lambda/function:Function')) {
    const { code, ...configured } = functionInputs.parse(inputs);
    await emulators.lambda.deploy(
      {
        ...named.parse(state),
        region: configured.region ?? region,
        roleArn: configured.role,
        handler: configured.handler,
        runtime: configured.runtime,
        environment: configured.environment?.variables ?? {},
        timeoutSeconds: configured.timeout,
        memoryMegabytes: configured.memorySize,
        logGroup: configured.loggingConfig.logGroup,
      },
      code,
    );
  }
  for (const { inputs, state } of ofType(graph, 'aws:sfn/stateMachine:StateMachine')) {
    emulators.states.create({ ...named.parse(state), ...stateMachineInputs.parse(inputs) });
  }
  for (const schedule of ofType(graph, 'aws:scheduler/schedule:Schedule')) {
    emulators.scheduler.register(schedule);
  }
  installRules(graph, emulators.rules, region);
  return ofType(graph, 'aws:lambda/eventSourceMapping:EventSourceMapping').map(
    (mapping) => new EventSourceMapping(mapping, emulators),
  );
}
