import { StateError } from './state-error';

/** A JSON value: what states take and give. */
export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/** One step of a path: a member, an index (negative counts from the end), a slice, or everything. */
type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' };

/** A path that the local cloud's Step Functions cannot evaluate: filters, unions and descent are not there. */
export class UnsupportedPathError extends Error {
  override readonly name = 'UnsupportedPathError';

  constructor(path: string) {
    super(`'${path}' is not a path that the local cloud evaluates: members, indexes, slices and [*] are`);
  }
}

const STEP =
  /\.(?<dotted>[\p{L}_][\p{L}\p{N}_-]*)|\['(?<quoted>(?:[^'\\]|\\.)*)'\]|\[(?<index>-?\d+)\]|\[(?<from>-?\d*):(?<to>-?\d*)\]|(?<all>\[\*\]|\.\*)/uy;

/** Parses `$.a['b'][0][*]` (a leading `$$` is the caller's business). Throws `UnsupportedPathError`. */
export function parsePath(path: string): readonly Step[] {
  if (!path.startsWith('$')) throw new UnsupportedPathError(path);
  const steps: Step[] = [];
  for (STEP.lastIndex = 1; STEP.lastIndex < path.length; ) {
    const groups = STEP.exec(path)?.groups;
    if (!groups) throw new UnsupportedPathError(path);
    steps.push(stepOf(groups));
  }
  return steps;
}

/**
 * The value at `path`. A path with `[*]` or a slice gives an array of all that is there, perhaps none; any other
 * must point to a value, else `States.Runtime` is thrown.
 */
export function readPath(path: string, document: Json): Json {
  const steps = parsePath(path);
  const found = steps.reduce<Json[]>(
    (values, step) => values.flatMap((value) => take(step, value)),
    [document],
  );
  if (steps.some(({ kind }) => kind === 'all' || kind === 'slice')) return found;
  const [value] = found;
  if (value === undefined) {
    throw StateError.runtime(
      `Invalid path '${path}': the path could not be found in the input '${JSON.stringify(document).slice(0, 1000)}'`,
    );
  }
  return value;
}

/** Whether a path points to anything. */
export function hasPath(path: string, document: Json): boolean {
  return (
    parsePath(path).reduce<Json[]>((values, step) => values.flatMap((v) => take(step, v)), [document])
      .length > 0
  );
}

/** A copy of `document` with `value` at a reference path; throws `States.ResultPathMatchFailure` where it cannot stand. */
export function writePath(path: string, document: Json, value: Json): Json {
  return put(parsePath(path), document, value, path);
}

function put(steps: readonly Step[], document: Json | undefined, value: Json, path: string): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step.kind === 'member' && (document === undefined || isObject(document))) {
    return { ...document, [step.name]: put(rest, document?.[step.name], value, path) };
  }
  if (step.kind === 'index' && Array.isArray(document) && step.index >= 0 && step.index < document.length) {
    return document.with(step.index, put(rest, document[step.index], value, path));
  }
  throw new StateError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path} to input ${JSON.stringify(document)?.slice(0, 1000)}`,
  );
}

function take(step: Step, value: Json): Json[] {
  switch (step.kind) {
    case 'member': {
      const member = isObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
      return member === undefined ? [] : [member];
    }
    case 'index': {
      const element = Array.isArray(value) ? value.at(step.index) : undefined;
      return element === undefined ? [] : [element];
    }
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case 'all':
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  }
}

function stepOf(groups: Record<string, string | undefined>): Step {
  const { dotted, quoted, index, from, to } = groups;
  if (dotted !== undefined) return { kind: 'member', name: dotted };
  if (quoted !== undefined) return { kind: 'member', name: quoted.replace(/\\(.)/g, '$1') };
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  if (from !== undefined) return { kind: 'slice', from: bound(from), to: bound(to) };
  return { kind: 'all' };
}

function bound(text: string | undefined): number | undefined {
  return text ? Number(text) : undefined;
}

export function isObject(value: Json | undefined): value is { [member: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
