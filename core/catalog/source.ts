import type { JsonObject } from './json-value';

/** The resource does not exist (404), as far as the API says. */
export class ResourceAbsentError extends Error {
  override readonly name = 'ResourceAbsentError';
}

/** The API will not show the resource (403): gone, or no longer permitted; one signal alone does not tell. */
export class ResourceDeniedError extends Error {
  override readonly name = 'ResourceDeniedError';

  /**
   * True where IAM itself refused the action, which says nothing of the resource. DataZone's own refusal reads
   * "User is not permitted to perform operation".
   */
  get byIam(): boolean {
    return this.message.includes('is not authorized to perform');
  }
}

/** The service takes the request for invalid: an entity that it does not know, or a policy that does not fit one. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/** A cursor that the service no longer takes: the enumeration starts again. */
export class CursorRefusedError extends Error {
  override readonly name = 'CursorRefusedError';
}

/** A call failed in a way that a later try may mend: throttling or a service error that outlasted the SDK's retries. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
}

/** An answer that lacks what the API's contract promises: an item without its id or its content. */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';
}

/** The domain, read through its API. */
export interface DomainSource {
  readonly domainId: string;
  /**
   * Sends one operation and returns the raw body of the answer, members included that the SDK does not know.
   * `input` is that of the SDK's command without `domainIdentifier`. Where the body is what somebody posted
   * (GetLineageEvent), it is the text of one member beside those that come in headers.
   */
  call(operation: string, input: Readonly<Record<string, unknown>>): Promise<JsonObject>;
}
