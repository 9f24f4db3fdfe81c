import type { Clock } from '../clock';
import type { Random } from '../random';
import type { TaskState, WaitState } from './definition';
import type { Json } from './json-path';
import { resolvePath } from './payload-template';
import { StateAborted, StateError } from './state-error';

/**
 * The result of a task. `States.Timeout` is thrown if the time runs out before, `StateAborted` once the signal is
 * aborted: in both cases the task goes on unheard. Without a timeout AWS waits for over three years.
 */
export async function within(
  clock: Clock,
  timeoutSeconds: number | undefined,
  task: Promise<Json>,
  signal: AbortSignal,
): Promise<Json> {
  const settled = new AbortController();
  const ends = AbortSignal.any([signal, settled.signal]);
  const racers = [task, rejection(ends)];
  if (timeoutSeconds !== undefined) {
    racers.push(
      clock.sleep(timeoutSeconds * 1000, ends).then(() => {
        throw new StateError('States.Timeout', `The task timed out after ${timeoutSeconds} seconds`);
      }),
    );
  }
  try {
    return await Promise.race(racers);
  } finally {
    settled.abort();
  }
}

/** How long a Wait state waits from `now` on, in milliseconds. */
export function waitMilliseconds(state: WaitState, input: Json, context: Json, now: number): number {
  const resolve = (path: string | undefined, otherwise: Json | undefined) =>
    path === undefined ? otherwise : resolvePath(path, input, context);
  const seconds = resolve(state.SecondsPath, state.Seconds);
  if (typeof seconds === 'number') return seconds * 1000;
  const until = resolve(state.TimestampPath, state.Timestamp);
  const time = Date.parse(String(until));
  if (Number.isNaN(time)) {
    throw StateError.runtime(`A Wait state cannot wait for ${JSON.stringify(until ?? seconds)}`);
  }
  return Math.max(0, time - now);
}

/** How long to wait before a retry, in milliseconds; `attempt` counts from 0. */
export function retryDelay(retrier: TaskState['Retry'][number], attempt: number, random: Random): number {
  const seconds = retrier.IntervalSeconds * retrier.BackoffRate ** attempt;
  const capped = Math.min(seconds, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return capped * 1000 * (retrier.JitterStrategy === 'FULL' ? random.next() : 1);
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new StateAborted());
    signal.addEventListener('abort', () => reject(new StateAborted()), { once: true });
  });
}
