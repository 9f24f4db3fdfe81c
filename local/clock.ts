/** Time as a part of the local cloud sees it; tests replace it to let days pass. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves once `milliseconds` of this clock's time have passed, or as soon as `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` fires at once for anything longer. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, signal?.aborted ? 0 : Math.min(milliseconds, LONGEST_TIMER));
      signal?.addEventListener('abort', wake);
    }),
};

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      this.sleepers.push({ until: this.time + milliseconds, wake });
      signal?.addEventListener('abort', () => wake(), { once: true });
    });
  }

  /** Moves time on and wakes, in order, everyone whose time has come. */
  advance(milliseconds: number): void {
    this.time += milliseconds;
    const due = this.sleepers.filter((s) => s.until <= this.time).sort((a, b) => a.until - b.until);
    this.sleepers = this.sleepers.filter((s) => s.until > this.time);
    for (const sleeper of due) sleeper.wake();
  }
}
