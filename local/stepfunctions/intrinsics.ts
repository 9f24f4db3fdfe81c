import { createHash, randomInt, randomUUID } from 'node:crypto';
import { isObject, type Json } from './json-path';
import { StateError } from './state-error';

/** An argument of an intrinsic function before it is evaluated. */
export type IntrinsicArgument =
  | { readonly path: string }
  | { readonly literal: Json }
  | { readonly call: IntrinsicCall };

/** `States.Format('{}', $.a)`, parsed. */
export interface IntrinsicCall {
  readonly name: string;
  readonly arguments: readonly IntrinsicArgument[];
}

const TOKEN =
  /\s*(?:(?<call>States\.\w+)\(|(?<path>\$[^,()\s]*)|'(?<text>(?:[^'\\]|\\.)*)'|(?<number>-?\d+(?:\.\d+)?)|(?<word>true|false|null)|(?<mark>[,)]))\s*/uy;

/** Parses an intrinsic function; throws `SyntaxError` for what is none, or one that does not exist. */
export function parseIntrinsic(text: string): IntrinsicCall {
  const tokens = tokensOf(text);
  const argument = (): IntrinsicArgument => {
    const token = tokens.shift();
    if (token?.path !== undefined) return { path: token.path };
    if (token?.text !== undefined) return { literal: token.text.replace(/\\([\\'{}])/g, keepBraces) };
    if (token?.number !== undefined) return { literal: Number(token.number) };
    if (token?.word !== undefined) return { literal: JSON.parse(token.word) };
    if (token?.call !== undefined) return { call: call(token.call) };
    throw new SyntaxError(`'${text}' is not an intrinsic function`);
  };
  const call = (name: string): IntrinsicCall => {
    if (!Object.hasOwn(FUNCTIONS, name)) throw new SyntaxError(`${name} is not an intrinsic function`);
    const found: IntrinsicArgument[] = [];
    let mark = tokens[0]?.mark === ')' ? tokens.shift()?.mark : ',';
    while (mark === ',') {
      found.push(argument());
      mark = tokens.shift()?.mark;
    }
    if (mark !== ')') throw new SyntaxError(`'${text}' is not an intrinsic function`);
    return { name, arguments: found };
  };
  const top = argument();
  if (!('call' in top) || tokens.length > 0) throw new SyntaxError(`'${text}' is not an intrinsic function`);
  return top.call;
}

/** Evaluates a call; `resolve` gives the value of a path. Throws `States.IntrinsicFailure`. */
export function callIntrinsic(call: IntrinsicCall, resolve: (path: string) => Json): Json {
  const values = call.arguments.map((argument) => {
    if ('path' in argument) return resolve(argument.path);
    return 'literal' in argument ? argument.literal : callIntrinsic(argument.call, resolve);
  });
  try {
    return FUNCTIONS[call.name]?.(...values) ?? null;
  } catch (error) {
    throw new StateError(
      'States.IntrinsicFailure',
      `${call.name} failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** See https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
const FUNCTIONS: Readonly<Record<string, (...values: Json[]) => Json>> = {
  'States.Array': (...values) => values,
  'States.ArrayContains': (array, value) =>
    list(array).some((v) => JSON.stringify(v) === JSON.stringify(value)),
  'States.ArrayGetItem': (array, index) => list(array)[int(index)] ?? fail(`there is no element ${index}`),
  'States.ArrayLength': (array) => list(array).length,
  'States.ArrayPartition': (array, size) => {
    const step = int(size);
    if (step < 1) fail('the chunk size must be positive');
    const all = list(array);
    return Array.from({ length: Math.ceil(all.length / step) }, (_, i) =>
      all.slice(i * step, (i + 1) * step),
    );
  },
  'States.ArrayRange': (first, last, step) => {
    const by = int(step);
    const length = Math.floor((int(last) - int(first)) / by) + 1;
    if (!(by !== 0 && length <= 1000)) fail('a range has at most 1000 elements');
    return Array.from({ length: Math.max(0, length) }, (_, i) => int(first) + i * by);
  },
  'States.ArrayUnique': (array) => [...new Map(list(array).map((v) => [JSON.stringify(v), v])).values()],
  'States.Base64Decode': (value) => Buffer.from(string(value), 'base64').toString('utf8'),
  'States.Base64Encode': (value) => Buffer.from(string(value)).toString('base64'),
  'States.Format': (template, ...values) => {
    const rest = [...values];
    return string(template).replace(/\\([{}\\'])|\{\}/g, (match, escaped: string | undefined) => {
      if (escaped !== undefined) return escaped;
      const value = rest.length > 0 ? (rest.shift() ?? null) : fail(`no value for ${match}`);
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
  },
  'States.Hash': (value, algorithm) =>
    createHash(string(algorithm).replace('-', '').toLowerCase())
      .update(typeof value === 'string' ? value : JSON.stringify(value))
      .digest('hex'),
  'States.JsonMerge': (left, right, deep) =>
    deep === false && isObject(left) && isObject(right)
      ? { ...left, ...right }
      : fail('two objects and false (shallow) are expected'),
  'States.JsonToString': (value) => JSON.stringify(value),
  'States.MathAdd': (left, right) => int(left) + int(right),
  'States.MathRandom': (from, to) => randomInt(int(from), int(to)),
  'States.StringSplit': (text, delimiters) => {
    const marks = string(delimiters).replace(/[\\\]^-]/g, '\\$&');
    return string(text)
      .split(new RegExp(`[${marks}]`))
      .filter((part) => part !== '');
  },
  'States.StringToJson': (text) => JSON.parse(string(text)),
  'States.UUID': () => randomUUID(),
};

function tokensOf(
  text: string,
): Partial<Record<'call' | 'path' | 'text' | 'number' | 'word' | 'mark', string>>[] {
  const tokens = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) throw new SyntaxError(`'${text}' is not an intrinsic function`);
    tokens.push(groups);
  }
  return tokens;
}

/** States.Format must still tell an escaped brace from a placeholder. */
function keepBraces(match: string, escaped: string): string {
  return escaped === '{' || escaped === '}' ? match : escaped;
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : fail('an array is expected');
}

function string(value: Json | undefined): string {
  return typeof value === 'string' ? value : fail('a string is expected');
}

function int(value: Json | undefined): number {
  return typeof value === 'number' ? Math.round(value) : fail('a number is expected');
}

function fail(message: string): never {
  throw new Error(message);
}
