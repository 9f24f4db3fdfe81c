import type { Between, ServiceCall } from './in-process-clients';

/** The process that a run was in is gone: nothing after it happens. */
export class ProcessGoneError extends Error {
  override readonly name = 'ProcessGoneError';
}

export interface LifeOptions {
  /** The process dies at the n-th call (from 1); what that call asks is done or not. */
  readonly dieAt?: number;
  readonly doneBeforeDeath?: boolean;
  /** Stands between the run and the services: faults, delays, what others do meanwhile. */
  readonly between?: Between;
  /** The SDK's attempts per call. @default 1 */
  readonly attempts?: number;
}

/** Counts a process's calls, and ends it at one of them: that call and all after it fail. */
export class Life {
  calls = 0;
  private over = false;

  constructor(private readonly run: LifeOptions) {}

  get options() {
    return {
      between: <T>(call: ServiceCall<T>) => this.between(call),
      ...(this.run.attempts === undefined ? {} : { attempts: this.run.attempts }),
    };
  }

  private async between<T>(call: ServiceCall<T>): Promise<T> {
    if (this.over) throw new ProcessGoneError('after the end');
    const dies = ++this.calls === this.run.dieAt;
    this.over ||= dies;
    if (dies && this.run.doneBeforeDeath !== true) throw new ProcessGoneError('before the call');
    const answer = await (this.run.between?.(call) ?? call.answer());
    if (this.over) throw new ProcessGoneError('before the answer');
    return answer;
  }
}
