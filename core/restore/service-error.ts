import { InvalidRequestError, ResourceDeniedError, RetryableError } from '../catalog/source';

/** Did the service refuse or fail one request? All else is of the vault or of this code. */
export function isOfService(error: unknown): error is Error {
  return (
    error instanceof RetryableError ||
    error instanceof ResourceDeniedError ||
    error instanceof InvalidRequestError ||
    (error instanceof Error && '$metadata' in error) ||
    (error instanceof Error && /^Resource|^MalformedAnswer/.test(error.name))
  );
}

/** Something is there already, or was done by an attempt before. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConflictException';
}
