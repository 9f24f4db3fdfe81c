/** The program or its provider failed in several ways at once. */
export class ProgramError extends AggregateError {
  override readonly name = 'ProgramError';

  constructor(errors: readonly Error[]) {
    super(errors, errors.map((error) => error.message).join('\n'));
  }
}

/** What went wrong in one run of the program; the same error often arrives by several ways. */
export class Failures {
  private readonly errors = new Map<string, Error>();
  private signal: () => void = () => undefined;
  /** Resolves at the first failure. */
  readonly first = new Promise<void>((resolve) => {
    this.signal = resolve;
  });

  get none(): boolean {
    return this.errors.size === 0;
  }

  readonly add = (reason: unknown): void => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    if (!this.errors.has(error.message)) this.errors.set(error.message, error);
    this.signal();
  };

  /** @throws the failure itself; ProgramError if there are several. */
  throwAny(): void {
    const [first, ...others] = this.errors.values();
    if (first === undefined) return;
    throw others.length === 0 ? first : new ProgramError([first, ...others]);
  }
}
