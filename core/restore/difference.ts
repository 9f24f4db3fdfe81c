import { isList, isObject } from '../catalog/json';
import type { Json, JsonObject } from '../catalog/kind';
import { canonicalize } from '../vault/canonical';

/** A member that differs: what the target has, and what it is to have. */
export interface Difference {
  readonly path: string;
  readonly from?: Json;
  readonly to?: Json;
}

/** Where two records differ, by the paths of members; lists are compared as wholes. */
export function differences(from: JsonObject, to: JsonObject, at = ''): Difference[] {
  const members = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return members.flatMap((member): Difference[] => {
    const path = at === '' ? member : `${at}.${member}`;
    const [before, after] = [from[member], to[member]];
    if (isObject(before) && isObject(after)) return differences(before, after, path);
    if (isSame(before, after)) return [];
    return [
      { path, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) },
    ];
  });
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalize(one) === canonicalize(other);
}

/** A value as one line that people can read; long ones are cut. */
export function brief(value: Json | undefined, longest = 60): string {
  if (value === undefined) return 'nothing';
  const text = isList(value) || isObject(value) ? JSON.stringify(value) : String(value);
  const line = text.replace(/\s+/g, ' ');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
