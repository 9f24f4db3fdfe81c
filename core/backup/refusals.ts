import * as z from 'zod';
import type { Parent } from '../catalog/kind';
import { InvalidRequestError, MalformedAnswerError, ResourceDeniedError } from '../catalog/source';
import { UnconfirmedAbsenceError } from './live-reading';
import { IncompleteSweepError } from './sweep';

/** After so many refused lists of one scope, the others are not asked for. */
const mostRefused = 20;

/** Lists of a scope that could not be read to their end: the first by its error, the others by their number. */
export const refusalsSchema = z.object({
  name: z.string(),
  message: z.string(),
  count: z.number().int(),
});
export type Refusals = z.infer<typeof refusalsSchema>;

/** What hangs on some parents could not be read; all else of the scope is captured. It has the first error's name. */
export class RefusedListsError extends Error {
  constructor({ name, message, count }: Refusals) {
    super(count === 1 ? message : `${message}, and ${count - 1} more`);
    this.name = name;
  }
}

/** The refusals with one more. Throws the error where it is of no single list, or where too many were refused. */
export function withRefusal(before: Refusals | undefined, { kind, id }: Parent, error: unknown): Refusals {
  if (!(error instanceof Error) || !isOfOneList(error)) throw error;
  const { name, message } = error;
  const refusals =
    before === undefined
      ? { name, message: `${message} (under ${kind} ${id})`, count: 1 }
      : { ...before, count: before.count + 1 };
  if (refusals.count === mostRefused) throw new RefusedListsError(refusals);
  return refusals;
}

/** What IAM refuses, it refuses for each; and a failing API fails the next list too. */
function isOfOneList(error: Error): boolean {
  if (error instanceof ResourceDeniedError) return !error.byIam;
  return [InvalidRequestError, MalformedAnswerError, IncompleteSweepError, UnconfirmedAbsenceError].some(
    (type) => error instanceof type,
  );
}
