import pMap from 'p-map';
import type { Clock } from '../clock';
import type { Random } from '../random';
import { choose } from './choice';
import { limit, payload, project, select } from './data-flow';
import type {
  ChoiceState,
  FailState,
  Machine,
  MapState,
  ParallelState,
  State,
  TaskState,
} from './definition';
import type { Thread } from './history';
import { type Json, writePath } from './json-path';
import { evaluate, fillTemplate, resolvePath } from './payload-template';
import { StateAborted, StateError } from './state-error';
import { retryDelay, waitMilliseconds, within } from './timing';

/** How the interpreter reaches the world. */
export interface InterpreterArgs {
  readonly clock: Clock;
  /** Draws the jitter of retries. */
  readonly random: Random;
  /** `shortened`: no Wait state and no wait before a retry lasts longer than `SHORTENED_WAIT`. */
  readonly waits: 'real' | 'shortened';
  /** Runs a Task: gives its raw result or throws `StateError`. */
  readonly task: (resource: string, parameters: Json) => Promise<Json>;
}

/** Longest wait in milliseconds of an interpreter whose waits are shortened. */
export const SHORTENED_WAIT = 20;

/** How many iterations of an inline Map AWS runs at once where the definition sets no limit. */
const INLINE_CONCURRENCY = 40;

/** Where a state runs. */
export interface Scope {
  /** The context object, `$$`. */
  readonly context: { readonly [member: string]: Json };
  readonly thread: Thread;
  readonly signal: AbortSignal;
}

interface Outcome {
  readonly output: Json;
  /** Undefined at the machine's end. */
  readonly next: string | undefined;
}

type FallibleState = TaskState | MapState | ParallelState;

/**
 * Runs JSONPath state machines as AWS does (https://states-language.net), on the local cloud's clock. Our own,
 * since no library on npm keeps the context object right inside a Map, waits on another clock, enforces AWS's
 * limits, and tells its events apart where iterations interleave.
 */
export class Interpreter {
  constructor(private readonly args: InterpreterArgs) {}

  /** Runs a machine to its end and gives its output; throws `StateError`, or `StateAborted` once the signal is aborted. */
  async run(machine: Machine, input: Json, scope: Scope): Promise<Json> {
    let name: string | undefined = machine.StartAt;
    let data = input;
    while (name !== undefined) {
      const state: State | undefined = machine.States[name];
      if (!state) throw StateError.runtime(`There is no state '${name}'`);
      const outcome = await this.enter(name, state, data, scope);
      data = outcome.output;
      name = outcome.next;
    }
    return data;
  }

  private async enter(name: string, state: State, input: Json, outer: Scope): Promise<Outcome> {
    halt(outer.signal);
    const scope = { ...outer, context: this.contextOf(name, outer.context, 0) };
    outer.thread.record(`${state.Type}StateEntered`, { name, ...payload('input', input) });
    if (state.Type === 'Fail') throw failure(state, input, scope.context);
    const outcome = await this.execute(name, state, input, scope);
    halt(outer.signal);
    limit(outcome.output, `The state '${name}'`);
    outer.thread.record(`${state.Type}StateExited`, { name, ...payload('output', outcome.output) });
    return outcome;
  }

  private async execute(
    name: string,
    state: Exclude<State, FailState>,
    raw: Json,
    scope: Scope,
  ): Promise<Outcome> {
    if (state.Type === 'Task' || state.Type === 'Map' || state.Type === 'Parallel') {
      return this.executeFallible(name, state, raw, scope);
    }
    const { context } = scope;
    const input = select(state.InputPath, raw, context);
    switch (state.Type) {
      case 'Pass': {
        const filled = state.Parameters ? fillTemplate(state.Parameters, input, context) : input;
        const result = state.Result === undefined ? filled : state.Result;
        return { output: project(state, raw, result, context), next: state.Next };
      }
      case 'Wait':
        await this.sleep(waitMilliseconds(state, input, context, this.args.clock.now()), scope.signal);
        return { output: select(state.OutputPath, input, context), next: state.Next };
      case 'Choice':
        return {
          output: select(state.OutputPath, input, context),
          next: nextOf(name, state, input, context),
        };
      case 'Succeed':
        return { output: select(state.OutputPath, input, context), next: undefined };
    }
  }

  /** Runs a state with its Retry and Catch. */
  private async executeFallible(
    name: string,
    state: FallibleState,
    raw: Json,
    outer: Scope,
  ): Promise<Outcome> {
    const attempts = state.Retry.map(() => 0);
    for (let retryCount = 0; ; retryCount += 1) {
      const scope = { ...outer, context: this.contextOf(name, outer.context, retryCount) };
      try {
        const input = select(state.InputPath, raw, scope.context);
        const result = await this.attempt(name, state, input, scope);
        const selected = state.ResultSelector
          ? fillTemplate(state.ResultSelector, result, scope.context)
          : result;
        return { output: project(state, raw, selected, scope.context), next: state.Next };
      } catch (error) {
        halt(scope.signal);
        if (!(error instanceof StateError)) throw error;
        const index = state.Retry.findIndex((retrier) => error.matches(retrier.ErrorEquals));
        const retrier = state.Retry[index];
        const attempt = attempts[index] ?? 0;
        if (retrier && attempt < retrier.MaxAttempts) {
          attempts[index] = attempt + 1;
          await this.sleep(retryDelay(retrier, attempt, this.args.random), scope.signal);
          halt(scope.signal);
          continue;
        }
        const catcher = state.Catch.find(({ ErrorEquals }) => error.matches(ErrorEquals));
        if (!catcher) throw error;
        const caught = { Error: error.error, Cause: error.causeText };
        return {
          output: catcher.ResultPath === null ? raw : writePath(catcher.ResultPath, raw, caught),
          next: catcher.Next,
        };
      }
    }
  }

  private attempt(name: string, state: FallibleState, input: Json, scope: Scope): Promise<Json> {
    switch (state.Type) {
      case 'Task':
        return this.attemptTask(name, state, input, scope);
      case 'Map':
        return this.attemptMap(name, state, input, scope);
      case 'Parallel':
        return this.attemptParallel(state, input, scope);
    }
  }

  private async attemptTask(name: string, state: TaskState, input: Json, scope: Scope): Promise<Json> {
    const { thread } = scope;
    const parameters = state.Parameters ? fillTemplate(state.Parameters, input, scope.context) : input;
    limit(parameters, `The task '${name}'`);
    const task = { resourceType: 'lambda', resource: 'invoke' };
    thread.record('TaskScheduled', {
      ...task,
      region: state.Resource.split(':')[3] ?? '',
      parameters: JSON.stringify(parameters),
      ...(state.TimeoutSeconds !== undefined && { timeoutInSeconds: state.TimeoutSeconds }),
    });
    thread.record('TaskStarted', task);
    try {
      const running = this.args.task(state.Resource, parameters);
      const result = await within(this.args.clock, state.TimeoutSeconds, running, scope.signal);
      limit(result, `The task '${name}'`);
      thread.record('TaskSucceeded', { ...task, ...payload('output', result) });
      return result;
    } catch (error) {
      if (error instanceof StateError) {
        const type = error.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed';
        thread.record(type, { ...task, error: error.error, cause: error.causeText });
      }
      throw error;
    }
  }

  private async attemptMap(name: string, state: MapState, input: Json, scope: Scope): Promise<Json> {
    const { thread, context } = scope;
    const items = resolvePath(state.ItemsPath, input, context);
    if (!Array.isArray(items))
      throw StateError.runtime(`ItemsPath ${state.ItemsPath} of '${name}' is not an array`);
    thread.record('MapStateStarted', { length: items.length });
    const concurrency = state.MaxConcurrency || INLINE_CONCURRENCY;
    const results = await this.together('Map', items, concurrency, scope, async (value, index, branch) => {
      const itemContext = { ...context, Map: { Item: { Index: index, Value: value } } };
      const item = state.ItemSelector ? fillTemplate(state.ItemSelector, input, itemContext) : value;
      branch.thread.record('MapIterationStarted', { name, index });
      try {
        const result = await this.run(state.ItemProcessor, item, { ...branch, context: itemContext });
        branch.thread.record('MapIterationSucceeded', { name, index });
        return result;
      } catch (error) {
        const type = error instanceof StateAborted ? 'MapIterationAborted' : 'MapIterationFailed';
        branch.thread.record(type, { name, index });
        throw error;
      }
    });
    thread.record('MapStateSucceeded');
    return results;
  }

  private async attemptParallel(state: ParallelState, input: Json, scope: Scope): Promise<Json> {
    const { thread, context } = scope;
    const branchInput = state.Parameters ? fillTemplate(state.Parameters, input, context) : input;
    thread.record('ParallelStateStarted');
    const results = await this.together(
      'Parallel',
      state.Branches,
      state.Branches.length,
      scope,
      (machine, _, branch) => this.run(machine, branchInput, branch),
    );
    thread.record('ParallelStateSucceeded');
    return results;
  }

  /** Runs all parts side by side; the first failure aborts the others and is thrown. */
  private async together<T>(
    type: 'Map' | 'Parallel',
    parts: readonly T[],
    concurrency: number,
    scope: Scope,
    run: (part: T, index: number, branch: Scope) => Promise<Json>,
  ): Promise<Json[]> {
    const failed = new AbortController();
    const signal = AbortSignal.any([scope.signal, failed.signal]);
    const fork = scope.thread.fork();
    let first: unknown;
    const results = await pMap(
      parts,
      async (part, index) => {
        if (signal.aborted) return null;
        const branch = { ...scope, signal, thread: fork.fork() };
        try {
          return await run(part, index, branch);
        } catch (error) {
          first ??= error;
          failed.abort();
          return null;
        } finally {
          scope.thread.join(branch.thread);
        }
      },
      { concurrency },
    );
    halt(scope.signal);
    if (first === undefined) return results;
    scope.thread.record(`${type}StateFailed`);
    throw first;
  }

  private contextOf(name: string, context: Scope['context'], retryCount: number): Scope['context'] {
    const enteredTime = new Date(this.args.clock.now()).toISOString();
    return { ...context, State: { EnteredTime: enteredTime, Name: name, RetryCount: retryCount } };
  }

  private sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { clock, waits } = this.args;
    return clock.sleep(waits === 'shortened' ? Math.min(milliseconds, SHORTENED_WAIT) : milliseconds, signal);
  }
}

function nextOf(name: string, state: ChoiceState, input: Json, context: Json): string {
  const next = choose(state.Choices, input, context) ?? state.Default;
  if (next === undefined) {
    throw new StateError('States.NoChoiceMatched', `No choice of '${name}' matched and it has no Default`);
  }
  return next;
}

function failure(state: FailState, input: Json, context: Json): StateError {
  const text = (expression: string) => {
    const value = evaluate(expression, input, context);
    if (typeof value !== 'string')
      throw StateError.runtime(`'${expression}' is not a string: ${JSON.stringify(value)}`);
    return value;
  };
  return new StateError(
    state.ErrorPath ? text(state.ErrorPath) : (state.Error ?? ''),
    state.CausePath ? text(state.CausePath) : (state.Cause ?? ''),
  );
}

function halt(signal: AbortSignal): void {
  if (signal.aborted) throw new StateAborted();
}
