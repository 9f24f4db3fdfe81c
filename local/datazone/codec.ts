import { enumValuesOf, type Limit, limitOf } from './constraints';
import { invalid } from './faults';
import type { Member, Shape, Structure, Union } from './schema';

type Reader = (value: unknown, path: string, problems: Problems) => unknown;
type Writer = (value: unknown) => unknown;
type Check = (value: unknown, path: string, problems: Problems) => void;

/** AWS's own limit is not published; it only has to come before the stack overflows. */
const deepestNesting = 200;

/** An output that the schemas do not allow: a mistake of the handler, never of the caller. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** What is wrong with an input, collected over the whole of it as AWS does. */
export class Problems {
  private readonly lines: string[] = [];
  private depth = 0;

  add(path: string, constraint: string, value?: unknown): void {
    const what = value === undefined ? 'Value' : `Value '${String(value)}'`;
    this.lines.push(`${what} at '${path}' failed to satisfy constraint: ${constraint}`);
  }

  nested<T>(path: string, read: () => T): T | undefined {
    if (this.depth >= deepestNesting) {
      this.add(path.slice(0, 64), `Member must not be nested deeper than ${deepestNesting} levels`);
      return undefined;
    }
    this.depth++;
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  /** @throws Fault `ValidationException` that lists every problem, if there is any. */
  throwIfAny(): void {
    const count = this.lines.length;
    if (count === 0) return;
    throw invalid(`${count} validation error${count > 1 ? 's' : ''} detected: ${this.lines.join('; ')}`);
  }
}

/** Turns the JSON of one shape into the SDK's values and back. */
export interface Codec {
  readonly read: Reader;
  readonly write: Writer;
}

const codecs = new Map<Shape, Codec>();

/** The codec of a shape; made once, when first asked for. */
export function codecOf(shape: Shape): Codec {
  const known = codecs.get(shape);
  if (known) return known;
  const codec = compile(shape);
  codecs.set(shape, codec);
  return codec;
}

/** A member's codec with the limits that hold for it; null and absent count as missing. */
export function readMember(
  structure: Structure | Union,
  member: Member,
): (value: unknown, path: string, problems: Problems) => unknown {
  let read: Reader | undefined;
  const check = checkOf(structure.name, member);
  return (value, path, problems) => {
    if (value === undefined || value === null) {
      if (member.required) problems.add(path, 'Member must not be null');
      return undefined;
    }
    // Compiled on first use, which lets a structure contain itself.
    read ??= codecOf(member.shape).read;
    const result = read(value, path, problems);
    if (result !== undefined) check?.(result, path, problems);
    return result;
  };
}

function compile(shape: Shape): Codec {
  switch (shape.kind) {
    case 'string':
      return scalar('string');
    case 'number':
      return scalar('number');
    case 'boolean':
      return scalar('boolean');
    case 'blob':
      return { read: (value) => value, write: (value) => value };
    case 'timestamp':
      return shape.format === 'epoch' ? epochTimestamp : isoTimestamp;
    case 'list':
      return listCodec(shape.of);
    case 'map':
      return mapCodec(shape.of);
    case 'structure':
      return structureCodec(shape);
    case 'union':
      return unionCodec(shape);
  }
}

function scalar(type: 'string' | 'number' | 'boolean'): Codec {
  return {
    read(value, path, problems) {
      if (typeof value === type) return value;
      problems.add(path, `Member must be a ${type}`);
      return undefined;
    },
    write(value) {
      if (typeof value !== type) throw new OutputError(`Expected a ${type}, got ${typeof value}`);
      return value;
    },
  };
}

const epochTimestamp: Codec = {
  read(value, path, problems) {
    if (value instanceof Date) return value;
    if (typeof value === 'number') return new Date(Math.round(value * 1000));
    problems.add(path, 'Member must be a timestamp in epoch seconds');
    return undefined;
  },
  write: (value) => dateOf(value).getTime() / 1000,
};

const isoTimestamp: Codec = {
  read(value, path, problems) {
    const date = value instanceof Date ? value : new Date(typeof value === 'string' ? value : Number.NaN);
    if (!Number.isNaN(date.getTime())) return date;
    problems.add(path, 'Member must be an ISO 8601 timestamp');
    return undefined;
  },
  write: (value) => dateOf(value).toISOString(),
};

function dateOf(value: unknown): Date {
  if (value instanceof Date) return value;
  throw new OutputError(`Expected a Date, got ${typeof value}`);
}

function listCodec(of: Shape): Codec {
  const element = codecOf(of);
  return {
    read(value, path, problems) {
      if (!Array.isArray(value)) {
        problems.add(path, 'Member must be a list');
        return undefined;
      }
      return value.map((item: unknown, i) => {
        const at = `${path}.${i + 1}.member`;
        if (item === null) problems.add(at, 'Member must not be null');
        return item === null ? undefined : element.read(item, at, problems);
      });
    },
    write(value) {
      if (!Array.isArray(value)) throw new OutputError('Expected a list');
      return value.map((item) => element.write(item));
    },
  };
}

function mapCodec(of: Shape): Codec {
  const element = codecOf(of);
  return {
    read(value, path, problems) {
      if (!isObject(value)) {
        problems.add(path, 'Member must be a map');
        return undefined;
      }
      const entries = Object.entries(value).filter(([, item]) => item !== null);
      return Object.fromEntries(
        entries.map(([k, v]) => [k, element.read(v, `${path}.${k}.member`, problems)]),
      );
    },
    write(value) {
      if (!isObject(value)) throw new OutputError('Expected a map');
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, element.write(v)]));
    },
  };
}

function structureCodec(shape: Structure): Codec {
  const readers = shape.members.map((member) => ({ name: member.name, read: readMember(shape, member) }));
  return {
    read(value, path, problems) {
      if (!isObject(value)) {
        problems.add(path, 'Member must be a structure');
        return undefined;
      }
      return problems.nested(path, () => {
        const result: Record<string, unknown> = {};
        for (const { name, read } of readers) {
          const member = read(value[name], `${path}.${name}`, problems);
          if (member !== undefined) result[name] = member;
        }
        return result;
      });
    },
    write: (value) => writeMembers(shape, shape.members, value),
  };
}

/** The JSON members of a structure's value. @throws OutputError where a required one is missing. */
export function writeMembers(
  shape: Structure,
  members: readonly Member[],
  value: unknown,
): Record<string, unknown> {
  if (!isObject(value)) throw new OutputError(`Expected a ${shape.name}`);
  const result: Record<string, unknown> = {};
  for (const member of members) {
    const item = value[member.name];
    if (item !== undefined && item !== null) result[member.key] = codecOf(member.shape).write(item);
    else if (member.required) throw new OutputError(`${shape.name}.${member.name} is required`);
  }
  return result;
}

function unionCodec(shape: Union): Codec {
  const readers = new Map(shape.members.map((member) => [member.name, readMember(shape, member)]));
  const members = new Map(shape.members.map((member) => [member.name, member]));
  return {
    read(value, path, problems) {
      const given = isObject(value) ? Object.entries(value).filter(([, item]) => item !== null) : [];
      const [only] = given;
      const read = only && readers.get(only[0]);
      if (!read || given.length !== 1) {
        problems.add(path, `Member must have exactly one of [${[...readers.keys()].join(', ')}]`);
        return undefined;
      }
      return problems.nested(path, () => ({ [only[0]]: read(only[1], `${path}.${only[0]}`, problems) }));
    },
    write(value) {
      const given = isObject(value) ? Object.entries(value).filter(([, item]) => item !== undefined) : [];
      const [only] = given;
      if (!only || given.length !== 1) throw new OutputError(`${shape.name} needs exactly one member`);
      // The SDK's own notation for a member that a newer service has: lets a test be that newer service.
      if (only[0] === '$unknown' && Array.isArray(only[1])) return { [String(only[1][0])]: only[1][1] };
      const member = members.get(only[0]);
      if (!member) throw new OutputError(`${shape.name} has no member ${only[0]}`);
      return { [member.key]: codecOf(member.shape).write(only[1]) };
    },
  };
}

function checkOf(structure: string, member: Member): Check | undefined {
  const limit = limitOf(structure, member.name);
  const values = enumValuesOf(structure, member.name);
  if (!limit && !values) return undefined;
  const each: Limit | undefined = limit?.each;
  return (value, path, problems) => {
    if (limit) checkLimit(limit, value, path, problems);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    items.forEach((item, i) => {
      const at = Array.isArray(value) ? `${path}.${i + 1}.member` : path;
      if (each) checkLimit(each, item, at, problems);
      if (values && typeof item === 'string' && !values.includes(item)) {
        problems.add(at, `Member must satisfy enum value set: [${values.join(', ')}]`, item);
      }
    });
  };
}

function checkLimit(limit: Limit, value: unknown, path: string, problems: Problems): void {
  const { min, max, pattern } = limit;
  const [size, what] = typeof value === 'number' ? [value, 'value'] : [lengthOf(value), 'length'];
  const shown = typeof value === 'object' ? undefined : value;
  if (min !== undefined && size < min) {
    problems.add(path, `Member must have ${what} greater than or equal to ${min}`, shown);
  }
  if (max !== undefined && size > max) {
    // The content of a form may be a third of a megabyte: it is not repeated to the caller.
    problems.add(
      path,
      `Member must have ${what} less than or equal to ${max}`,
      what === 'value' ? shown : undefined,
    );
  }
  if (limit.integer && !Number.isInteger(value)) problems.add(path, 'Member must be an integer', shown);
  if (pattern && typeof value === 'string' && !pattern.test(value)) {
    problems.add(path, `Member must satisfy regular expression pattern: ${pattern.source}`, shown);
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
