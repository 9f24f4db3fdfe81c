/** A failure of a state: what Retry and Catch match, and what an execution ends with. */
export class StateError extends Error {
  override readonly name = 'StateError';

  constructor(
    /** Error name of the States Language or of the task: `States.Timeout`, `RetryableError`. */
    readonly error: string,
    /** The Cause: for a Lambda function's error its JSON text. */
    readonly causeText: string,
  ) {
    super(`${error}: ${causeText}`);
  }

  /** An error of the definition or its data, which nothing can catch. */
  static runtime(cause: string): StateError {
    return new StateError('States.Runtime', cause);
  }

  /**
   * Whether one of `ErrorEquals` names this error. `States.ALL` leaves out the two terminal errors, and
   * `States.TaskFailed` the timeouts too; `States.Runtime` is never matched.
   * See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
   */
  matches(errorEquals: readonly string[]): boolean {
    if (this.error === 'States.Runtime') return false;
    if (errorEquals.includes(this.error)) return true;
    if (this.error === 'States.DataLimitExceeded') return false;
    return (
      errorEquals.includes('States.ALL') ||
      (errorEquals.includes('States.TaskFailed') && this.error !== 'States.Timeout')
    );
  }
}

/** The execution was stopped, or the Map or Parallel state around has failed: nothing matches it. */
export class StateAborted extends Error {
  override readonly name = 'StateAborted';
}
