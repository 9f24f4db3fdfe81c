import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Authorize, authorizeService } from './authorize';
import { type Clock, systemClock } from './clock';
import type { InvokeResult, LambdaRuntime } from './lambda/runtime';
import type { Execution } from './stepfunctions/execution';
import type { StepFunctionsService } from './stepfunctions/service';

/** A captured `aws:scheduler/schedule:Schedule`. */
export interface CapturedSchedule {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The provider's outputs: name and ARN, which may have been made by auto-naming. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** A schedule that the local cloud cannot fire: its target is neither state machine nor function, or its expression no schedule's. */
export class UnsupportedScheduleError extends Error {
  override readonly name = 'UnsupportedScheduleError';
}

/** An invocation that did not reach its target: what AWS puts into the schedule's dead-letter queue. */
export interface DeadLetter {
  readonly schedule: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly error: Error;
}

export interface SchedulerArgs {
  readonly states: StepFunctionsService;
  readonly lambda: LambdaRuntime;
  readonly authorize: Authorize;
  /** @default the system's */
  readonly clock?: Clock;
}

const UNIT_MILLISECONDS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

const identity = z.object({ name: z.string(), arn: z.string() });
const inputs = z.object({
  scheduleExpression: z.string().regex(/^(rate|cron|at)\(.+\)$/),
  state: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  target: z.object({ arn: z.string(), roleArn: z.string(), input: z.string().default('{}') }),
});

type Schedule = z.infer<typeof identity> & z.infer<typeof inputs>;

/** EventBridge Scheduler for schedules that start state machines or invoke functions. */
export class Scheduler {
  readonly deadLetters: DeadLetter[] = [];
  private readonly schedules = new Map<string, Schedule>();
  private readonly stopped = new AbortController();
  private readonly clock: Clock;

  constructor(private readonly args: SchedulerArgs) {
    this.clock = args.clock ?? systemClock;
  }

  /** Creates a schedule and returns its name. Throws `UnsupportedScheduleError`. */
  register(captured: CapturedSchedule): string {
    const parsed = inputs.safeParse(captured.inputs);
    const named = identity.safeParse(captured.state);
    if (!parsed.success || !named.success) {
      throw new UnsupportedScheduleError(z.prettifyError(parsed.error ?? named.error ?? new z.ZodError([])));
    }
    const schedule = { ...named.data, ...parsed.data };
    if (!isStateMachine(schedule) && !/^arn:[^:]+:lambda:[^:]+:[^:]+:function:/.test(schedule.target.arn)) {
      throw new UnsupportedScheduleError(
        `The target of ${schedule.name} is neither state machine nor function: ${schedule.target.arn}`,
      );
    }
    this.schedules.set(schedule.name, schedule);
    return schedule.name;
  }

  /** Names of the schedules that invoke a function, by the function's Region. */
  functionSchedules(): ReadonlyMap<string, string> {
    const invoking = [...this.schedules.values()].filter((schedule) => !isStateMachine(schedule));
    return new Map(invoking.map(({ name, target }) => [target.arn.split(':')[3] ?? '', name]));
  }

  /**
   * Fires a schedule's state machine now, as the scheduler would: with its input, as its role. Throws what `authorize`
   * throws if the role does not trust the scheduler or may not start the state machine, and `ServiceFault`.
   */
  runNow(name: string): Execution {
    const schedule = this.assumed(name);
    const { target } = schedule;
    this.args.authorize(target.roleArn, 'states:StartExecution', target.arn);
    return this.args.states.start(target.arn, this.fillIn(schedule), randomUUID());
  }

  /** Fires a schedule's function now, and gives its answer. Throws as `runNow` does, and `LambdaServiceError`. */
  async invokeNow(name: string): Promise<InvokeResult> {
    const schedule = this.assumed(name);
    const { target } = schedule;
    return this.args.lambda.invoke(target.roleArn, target.arn, JSON.parse(this.fillIn(schedule)));
  }

  /**
   * Begins to fire the enabled schedules whose expression is a rate: at once, as AWS does without a start date, and
   * then after each interval of the clock, until `shutdown`. What fails lands in `deadLetters`.
   */
  start(): void {
    for (const schedule of this.schedules.values()) {
      const interval = intervalOf(schedule.scheduleExpression);
      if (interval !== undefined && schedule.state === 'ENABLED') void this.repeat(schedule, interval);
    }
  }

  shutdown(): void {
    this.stopped.abort();
  }

  private async repeat(schedule: Schedule, interval: number): Promise<void> {
    const { name } = schedule;
    while (!this.stopped.signal.aborted) {
      try {
        if (isStateMachine(schedule)) this.runNow(name);
        else await this.invokeNow(name);
      } catch (error) {
        this.deadLetters.push({
          schedule: name,
          at: this.clock.now(),
          error: error instanceof Error ? error : new Error(String(error)),
        });
      }
      await this.clock.sleep(interval, this.stopped.signal);
    }
  }

  /** The schedule, after the scheduler has taken its role. */
  private assumed(name: string): Schedule {
    const schedule = this.schedules.get(name);
    if (!schedule) throw new UnsupportedScheduleError(`There is no schedule ${name}`);
    const { target, arn } = schedule;
    authorizeService(this.args.authorize, 'scheduler.amazonaws.com', target.roleArn, groupArn(arn));
    return schedule;
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
  private fillIn({ arn, target }: Schedule): string {
    return target.input
      .replaceAll('<aws.scheduler.schedule-arn>', arn)
      .replaceAll('<aws.scheduler.scheduled-time>', new Date(this.clock.now()).toISOString())
      .replaceAll('<aws.scheduler.execution-id>', randomUUID())
      .replaceAll('<aws.scheduler.attempt-number>', '1');
  }
}

function isStateMachine({ target }: Schedule): boolean {
  return /^arn:[^:]+:states:[^:]+:[^:]+:stateMachine:/.test(target.arn);
}

/**
 * What the scheduler gives as aws:SourceArn when it assumes a role: the schedule group, not the schedule
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
 */
function groupArn(scheduleArn: string): string {
  return scheduleArn.replace(':schedule/', ':schedule-group/').replace(/\/[^/]+$/, '');
}

/** Milliseconds between two firings of a rate expression; undefined for cron and at. */
function intervalOf(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return unit === undefined
    ? undefined
    : Number(count) * UNIT_MILLISECONDS[unit as keyof typeof UNIT_MILLISECONDS];
}
