import { type Json, writePath } from './json-path';
import { resolvePath } from './payload-template';
import { StateError } from './state-error';

/** AWS's limit of the input or output of a state, in bytes of UTF-8. */
export const DATA_LIMIT = 256 * 1024;

/** InputPath and OutputPath: null means an empty object. */
export function select(path: string | null, value: Json, context: Json): Json {
  return path === null ? {} : resolvePath(path, value, context);
}

/** ResultPath, then OutputPath. */
export function project(
  state: { readonly ResultPath: string | null; readonly OutputPath: string | null },
  raw: Json,
  result: Json,
  context: Json,
): Json {
  const combined = state.ResultPath === null ? raw : writePath(state.ResultPath, raw, result);
  return select(state.OutputPath, combined, context);
}

/** Throws `States.DataLimitExceeded` for a value over AWS's limit; `subject` names whose it is. */
export function limit(value: Json, subject: string): void {
  if (Buffer.byteLength(JSON.stringify(value)) > DATA_LIMIT) {
    throw new StateError(
      'States.DataLimitExceeded',
      `${subject} returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
}

/** Input or output in the details of a history event. */
export function payload(member: 'input' | 'output', value: Json): Record<string, unknown> {
  return { [member]: JSON.stringify(value), [`${member}Details`]: { truncated: false } };
}
