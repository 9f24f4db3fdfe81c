import type { Clock } from '../clock';
import { payload } from './data-flow';
import type { Definition, Machine } from './definition';
import { History, type HistoryEvent, Thread } from './history';
import type { Interpreter } from './interpreter';
import type { Json } from './json-path';
import { StateAborted, StateError } from './state-error';

export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
export type ExecutionStatus = 'RUNNING' | EndStatus;

/** A state machine as it was created. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** The Amazon States Language, as text. */
  readonly definition: string;
  /** As in AWS's API, given back by DescribeStateMachine. */
  readonly loggingConfiguration?: Readonly<Record<string, unknown>> | undefined;
  readonly tracingConfiguration?: Readonly<Record<string, unknown>> | undefined;
}

/** How an execution stands, or how it ended. */
export interface ExecutionResult<S extends ExecutionStatus = ExecutionStatus> {
  readonly status: S;
  /** JSON text; only of SUCCEEDED. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionArgs {
  readonly machine: StateMachine;
  readonly definition: Definition;
  readonly arn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly interpreter: Interpreter;
  readonly clock: Clock;
  readonly onEvent: (event: HistoryEvent) => void;
}

/** One execution of a state machine: begins at once, and keeps its history when it has ended. */
export class Execution {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Resolves when the execution has ended, however it did. */
  readonly finished: Promise<ExecutionResult<EndStatus>>;
  private readonly history: History;
  private readonly thread: Thread;
  private readonly aborted = new AbortController();
  private ended: { readonly result: ExecutionResult; readonly at: number } | undefined;
  private abortedWith: { readonly error?: string; readonly cause?: string } = {};

  constructor(readonly args: ExecutionArgs) {
    this.startedAt = args.clock.now();
    this.history = new History(args.clock, args.onEvent);
    this.thread = new Thread(this.history, 0);
    this.thread.record('ExecutionStarted', {
      ...payload('input', JSON.parse(args.input)),
      roleArn: args.machine.roleArn,
    });
    this.finished = this.run();
  }

  get result(): ExecutionResult {
    return this.ended?.result ?? { status: 'RUNNING' };
  }

  /** Milliseconds since the epoch, or undefined while it runs. */
  get stoppedAt(): number | undefined {
    return this.ended?.at;
  }

  get events(): readonly HistoryEvent[] {
    return this.history.events;
  }

  /** Ends the execution as ABORTED; a Lambda function at work is not stopped by it, as in AWS. */
  stop(error?: string, cause?: string): void {
    this.abortedWith = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    this.aborted.abort();
  }

  private async run(): Promise<ExecutionResult<EndStatus>> {
    const result = await this.interpret();
    const { status, ...details } = result;
    this.ended = { result, at: this.args.clock.now() };
    this.history.end(this.thread.position, EVENT_OF[status], {
      ...details,
      ...(details.output !== undefined && { outputDetails: { truncated: false } }),
    });
    return result;
  }

  private async interpret(): Promise<ExecutionResult<EndStatus>> {
    const { clock, definition, interpreter } = this.args;
    const timedOut = new AbortController();
    const settled = new AbortController();
    if (definition.TimeoutSeconds !== undefined) {
      const timeout = clock.sleep(definition.TimeoutSeconds * 1000, settled.signal);
      void timeout.then(() => settled.signal.aborted || timedOut.abort());
    }
    try {
      const output = await interpreter.run(definition satisfies Machine, JSON.parse(this.args.input), {
        context: this.context(),
        thread: this.thread,
        signal: AbortSignal.any([this.aborted.signal, timedOut.signal]),
      });
      return { status: 'SUCCEEDED', output: JSON.stringify(output) };
    } catch (error) {
      if (error instanceof StateAborted) {
        return this.aborted.signal.aborted
          ? { status: 'ABORTED', ...this.abortedWith }
          : { status: 'TIMED_OUT' };
      }
      const { error: name, causeText } =
        error instanceof StateError ? error : StateError.runtime(String(error));
      return { status: 'FAILED', ...(name && { error: name }), ...(causeText && { cause: causeText }) };
    } finally {
      settled.abort();
    }
  }

  private context(): { [member: string]: Json } {
    const { arn, name, input, machine } = this.args;
    return {
      Execution: {
        Id: arn,
        Input: JSON.parse(input),
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: new Date(this.startedAt).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
  }
}

const EVENT_OF: Readonly<Record<EndStatus, string>> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};
