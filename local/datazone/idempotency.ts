import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import { conflict } from './faults';

/** AWS does not say how long DataZone remembers a token; this covers the retries of one client. */
const lifetimeMilliseconds = 60 * 60_000;

interface Remembered {
  readonly input: string;
  readonly output: object;
  readonly until: number;
}

/** Remembers client tokens, so that a repeated call answers as the first one did and does nothing. */
export class Idempotency {
  private readonly answers = new Map<string, Remembered>();

  constructor(private readonly clock: Clock) {}

  /** @throws Fault `ConflictException` if the token came with another input before. */
  once<T extends object>(operation: string, token: string, input: object, run: () => T): T {
    this.forget();
    const key = `${operation} ${token}`;
    const digest = createHash('sha1').update(JSON.stringify(input)).digest('base64');
    const known = this.answers.get(key);
    if (!known) {
      const output = run();
      this.answers.set(key, { input: digest, output, until: this.clock.now() + lifetimeMilliseconds });
      return output;
    }
    if (known.input !== digest) throw conflict('The client token was used with other parameters before');
    return known.output as T;
  }

  private forget(): void {
    const now = this.clock.now();
    for (const [key, { until }] of this.answers) {
      // Tokens stand in the order of their expiry.
      if (until > now) return;
      this.answers.delete(key);
    }
  }
}
