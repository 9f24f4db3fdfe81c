import { randomUUID } from 'node:crypto';
import { type Authorize, authorizeService } from '../authorize';
import { AwsJsonProtocol, ServiceFault } from '../aws-json';
import { type Clock, systemClock } from '../clock';
import type { LambdaRuntime } from '../lambda/runtime';
import { Random } from '../random';
import type { Caller, RequestedAction, ServiceEmulator, WireRequest, WireResponse } from '../wire';
import { DATA_LIMIT } from './data-flow';
import { type Definition, parseDefinition, validateDefinition } from './definition';
import { Execution, type StateMachine } from './execution';
import type { HistoryEvent } from './history';
import { Interpreter, type InterpreterArgs } from './interpreter';
import { invokeLambda } from './lambda-task';
import { OPERATIONS, type OperationName } from './operations';

export interface StepFunctionsArgs {
  readonly lambda: LambdaRuntime;
  readonly authorize: Authorize;
  /** @default the system's */
  readonly clock?: Clock;
  /** Draws the jitter of retries. @default seeded with 1 */
  readonly random?: Random;
  /** @default 'real' */
  readonly waits?: InterpreterArgs['waits'];
  /** Hears every event of every execution as it happens: what AWS would deliver to the log group at level ALL. */
  readonly onEvent?: (executionArn: string, event: HistoryEvent) => void;
}

interface CreatedMachine extends StateMachine {
  readonly parsed: Definition;
  readonly createdAt: number;
}

/** AWS Step Functions with Standard state machines that invoke Lambda functions. */
export class StepFunctionsService implements ServiceEmulator {
  readonly service = 'states';
  readonly clock: Clock;
  private readonly protocol = new AwsJsonProtocol('AWSStepFunctions', '1.0');
  private readonly random: Random;
  private readonly machines = new Map<string, CreatedMachine>();
  private readonly executionsByArn = new Map<string, Execution>();

  constructor(private readonly args: StepFunctionsArgs) {
    this.clock = args.clock ?? systemClock;
    this.random = args.random ?? new Random(1);
  }

  /** Creates a state machine; throws `InvalidDefinitionError`, and what `authorize` throws if its role does not trust AWS. */
  create(machine: StateMachine): void {
    authorizeService(this.args.authorize, 'states.amazonaws.com', machine.roleArn, machine.arn);
    const parsed = parseDefinition(machine.definition);
    validateDefinition(machine.definition);
    this.machines.set(machine.arn, { ...machine, parsed, createdAt: this.clock.now() });
  }

  /**
   * Starts an execution as StartExecution does, IAM left to the caller. `input` is JSON text. A name that runs with
   * the same input gives that execution. Throws `ServiceFault`.
   */
  start(stateMachineArn: string, input = '{}', name: string = randomUUID()): Execution {
    const machine = this.machine(stateMachineArn);
    checkStart(name, input);
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.executionsByArn.get(arn);
    if (existing) {
      if (existing.result.status === 'RUNNING' && existing.args.input === input) return existing;
      throw new ServiceFault('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = new Execution({
      machine,
      definition: machine.parsed,
      arn,
      name,
      input,
      clock: this.clock,
      interpreter: new Interpreter({
        clock: this.clock,
        random: this.random,
        waits: this.args.waits ?? 'real',
        task: (_, parameters) => invokeLambda(this.args.lambda, machine.roleArn, parameters),
      }),
      onEvent: (event) => this.args.onEvent?.(arn, event),
    });
    this.executionsByArn.set(arn, execution);
    return execution;
  }

  /** Throws `StateMachineDoesNotExist`. */
  machine(arn: string): CreatedMachine {
    const machine = this.machines.get(arn);
    if (!machine)
      throw new ServiceFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** Throws `ExecutionDoesNotExist`. */
  execution(arn: string): Execution {
    const execution = this.executionsByArn.get(arn);
    if (!execution) throw new ServiceFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  stateMachines(): readonly CreatedMachine[] {
    return [...this.machines.values()];
  }

  /** The executions of a machine, the newest first. */
  executions(stateMachineArn: string): readonly Execution[] {
    return [...this.executionsByArn.values()]
      .filter(({ args }) => args.machine.arn === stateMachineArn)
      .reverse();
  }

  /** Stops what runs and waits for its end; the Lambda runtime is closed by its own shutdown. */
  async shutdown(): Promise<void> {
    const executions = [...this.executionsByArn.values()];
    for (const execution of executions) execution.stop();
    await Promise.all(executions.map(({ finished }) => finished));
  }

  operation(request: WireRequest): OperationName | undefined {
    const name = this.protocol.operation(request);
    return name !== undefined && Object.hasOwn(OPERATIONS, name) ? (name as OperationName) : undefined;
  }

  requestedActions(request: WireRequest): readonly RequestedAction[] {
    const name = this.operation(request);
    if (!name) return [];
    const { resource } = OPERATIONS[name];
    const arn = resource === undefined ? undefined : this.protocol.member(request, resource);
    return [{ action: `states:${name}`, resource: arn ?? '*' }];
  }

  async handle(request: WireRequest, _caller: Caller): Promise<WireResponse> {
    const name = this.operation(request);
    if (!name)
      return this.fault(
        'UnknownOperationException',
        400,
        'Step Functions of the local cloud has no such operation',
      );
    try {
      const { input, run } = OPERATIONS[name];
      return this.protocol.response(await run(this, this.protocol.input(input, request)));
    } catch (error) {
      if (error instanceof ServiceFault) return this.fault(error.name, error.status, error.message);
      throw error;
    }
  }

  fault(name: string, status: number, message: string): WireResponse {
    return this.protocol.fault(name, status, message);
  }
}

function checkStart(name: string, input: string): void {
  if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) {
    throw new ServiceFault('InvalidName', `Invalid Name: '${name}'`);
  }
  if (Buffer.byteLength(input) > DATA_LIMIT) {
    throw new ServiceFault(
      'ValidationException',
      `1 validation error detected: 'input' is longer than ${DATA_LIMIT}`,
    );
  }
  try {
    JSON.parse(input);
  } catch {
    throw new ServiceFault(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${input}' is not JSON`,
    );
  }
}
