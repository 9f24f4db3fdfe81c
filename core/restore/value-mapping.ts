import * as z from 'zod';
import { isList, isObject } from '../catalog/json';
import type { Json, JsonObject } from '../catalog/kind';

/** What may stand inside any text, JSON and Smithy included, without changing what that text is. */
const plain = /^[\w.:/@+=,*-]+$/;

/**
 * What is called otherwise where the target is: account ids, Regions, ARNs of roles and keys, names of databases, ids
 * of an identity centre. From what the source says, to what the target is to say.
 */
export const valueMappingSchema = z.record(
  z.string().regex(plain, 'letters, digits and . : / @ + = , * - only'),
  z.string().regex(plain, 'letters, digits and . : / @ + = , * - only'),
);
export type ValueMappingRules = z.infer<typeof valueMappingSchema>;

/** Rewrites values on their way to the target: wherever one of them stands by itself in a text, the longest first. */
export class ValueMapping {
  static readonly none = new ValueMapping({});
  private readonly pattern: RegExp | undefined;

  constructor(private readonly rules: ValueMappingRules) {
    const from = Object.keys(rules).sort((one, other) => other.length - one.length);
    this.pattern = from.length === 0 ? undefined : alone(from);
  }

  apply(record: JsonObject): JsonObject {
    const { pattern } = this;
    if (pattern === undefined) return record;
    const rewritten = (value: Json): Json => {
      if (typeof value === 'string') return value.replace(pattern, (found) => this.rules[found] ?? found);
      if (isList(value)) return value.map(rewritten);
      if (!isObject(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rewritten(inner)]));
    };
    return rewritten(record) as JsonObject;
  }
}

/** Paths of the texts in which a value stands by itself. */
export function pathsNaming(record: JsonObject, value: string): string[] {
  const pattern = alone([value]);
  const found: string[] = [];
  const look = (inner: Json, path: string): void => {
    if (typeof inner === 'string') {
      if (inner.search(pattern) >= 0) found.push(path);
    } else if (isList(inner)) for (const [n, item] of inner.entries()) look(item, `${path}[${n}]`);
    else if (isObject(inner))
      for (const [name, item] of Object.entries(inner)) look(item, path === '' ? name : `${path}.${name}`);
  };
  look(record, '');
  return found;
}

function alone(values: readonly string[]): RegExp {
  const escaped = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![A-Za-z0-9_-])(?:${escaped.join('|')})(?![A-Za-z0-9_-])`, 'g');
}
