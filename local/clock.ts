/** Time as a part of the local cloud sees it; tests replace it to let days pass. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves once `milliseconds` of this clock's time have passed. */
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.sleepers.push({ until: this.time + milliseconds, wake });
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
