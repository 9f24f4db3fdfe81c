import {
  CursorRefusedError,
  InvalidRequestError,
  ResourceAbsentError,
  ResourceDeniedError,
  RetryableError,
} from './source';

/** An answer of status 200 that cannot be read: cut short, or by something that is not DataZone. */
export class BrokenAnswerError extends Error {
  override readonly name = 'BrokenAnswerError';
  /** Tells the SDK's retry strategy that a further try may mend it. */
  readonly $retryable = {};
}

/** The error of `source.ts` for a failed call, or the error itself where none fits. */
export function typedError(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  error: unknown,
): unknown {
  if (!(error instanceof Error)) return error;
  const message = `${operation}: ${error.message}`;
  const options = { cause: error };
  switch (error.name) {
    case 'ResourceNotFoundException':
      return new ResourceAbsentError(message, options);
    // By name, not by status 403: expired or unknown credentials say nothing about the resource.
    case 'AccessDeniedException':
    case 'UnauthorizedException':
      return new ResourceDeniedError(message, options);
    case 'ValidationException':
      return input.nextToken === undefined
        ? new InvalidRequestError(message, options)
        : new CursorRefusedError(message, options);
    default:
      return isRetryable(error) ? new RetryableError(message, options) : error;
  }
}

/** What the SDK retried in vain: throttling, service errors, timeouts, and a connection that broke. */
function isRetryable(error: Error): boolean {
  const { $retryable, $metadata, code } = error as Error & {
    readonly $retryable?: object;
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly code?: unknown;
  };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    $retryable !== undefined ||
    status === 429 ||
    status >= 500 ||
    error.name === 'TimeoutError' ||
    (typeof code === 'string' && connectionErrors.has(code))
  );
}

/** Codes of Node.js for a connection that could not be made or broke. */
const connectionErrors = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
