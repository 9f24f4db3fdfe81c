import type { Json, JsonObject } from './json-value';
import { MalformedAnswerError } from './source';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A string member, or undefined where it is absent, empty or of another type. */
export function text(object: JsonObject, member: string): string | undefined {
  const value = object[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A string member that the API's contract promises. Throws `MalformedAnswerError`. */
export function requiredText(object: JsonObject, member: string): string {
  const value = text(object, member);
  if (value === undefined) throw new MalformedAnswerError(`answer without ${member}`);
  return value;
}

/** The objects in a list member; none where it is absent. */
export function objects(object: JsonObject, member: string): readonly JsonObject[] {
  const value = object[member];
  return isList(value) ? value.filter(isObject) : [];
}

/** An object under other member names: `{ identifier: 'id' }` calls `identifier` `id`. */
export function renamed(object: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([member, value]) => [names[member] ?? member, value]),
  );
}

/** An object without some of its members. */
export function without(object: JsonObject, ...members: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([member]) => !members.includes(member)));
}
