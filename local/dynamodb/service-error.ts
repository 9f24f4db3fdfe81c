import type { BackendAnswer } from './backend';

/** An error that DynamoDB answers to a client. */
export class DynamoDbError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The error's name in a backend's answer, without its namespace; undefined if it succeeded. */
export function errorName({ status, body }: BackendAnswer): string | undefined {
  return status === 200 ? undefined : String(body.__type ?? 'InternalServerError').replace(/^.*#/, '');
}
