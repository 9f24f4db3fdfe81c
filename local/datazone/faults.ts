import { errorStatuses } from './schema';

/** Errors that the service answers although no operation declares them. */
const undeclaredStatuses: Readonly<Record<string, number>> = {
  SerializationException: 400,
  UnknownOperationException: 404,
  // Not a 5xx: the SDK would try such a call again.
  OperationNotEmulatedException: 400,
};

export type FaultName =
  | 'AccessDeniedException'
  | 'ConflictException'
  | 'InternalServerException'
  | 'OperationNotEmulatedException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'ServiceQuotaExceededException'
  | 'ThrottlingException'
  | 'UnauthorizedException'
  | 'UnknownOperationException'
  | 'ValidationException';

/** An error as DataZone answers it. */
export class Fault extends Error {
  readonly status: number;

  constructor(
    override readonly name: FaultName,
    message: string,
  ) {
    super(message);
    this.status = errorStatuses.get(name) ?? undeclaredStatuses[name] ?? 500;
  }
}

export const invalid = (message: string): Fault => new Fault('ValidationException', message);

export const conflict = (message: string): Fault => new Fault('ConflictException', message);

export const notFound = (what: string, id: string): Fault =>
  new Fault('ResourceNotFoundException', `${what} ${id} does not exist`);

/** DataZone's own refusal: IAM allows the call, but membership or policy is missing. */
export const notPermitted = (operation: string): Fault =>
  new Fault('AccessDeniedException', `User is not permitted to perform operation: ${operation}`);
