import { isList, isObject } from './json';
import type { Json, JsonObject } from './json-value';

/**
 * What this code knows of a value: enough to sort what is unordered and to tell known members from new ones.
 * `value` stands for anything that is kept as it came.
 */
export type Shape =
  | { readonly is: 'value' }
  | Omitted
  | Structure
  | { readonly is: 'list'; readonly of: Shape }
  | { readonly is: 'map'; readonly of: Shape; readonly hidesSecrets?: true }
  | { readonly is: 'set'; readonly of: Shape; readonly by?: string };

/** Something that never enters the vault. */
export interface Omitted {
  readonly is: 'omitted';
  readonly reason: string;
}

export interface Structure {
  readonly is: 'structure';
  readonly members: Readonly<Record<string, Shape>>;
  /** One member is filled, and kept even if it is empty: its name alone tells what was chosen. */
  readonly union?: true;
}

export const value: Shape = { is: 'value' };
/** Strings in no order. */
export const strings: Shape = { is: 'set', of: value };

export const structure = (members: Readonly<Record<string, Shape>>): Structure => ({
  is: 'structure',
  members,
});
export const union = (members: Readonly<Record<string, Shape>>): Structure => ({
  ...structure(members),
  union: true,
});
export const omitted = (reason: string): Omitted => ({ is: 'omitted', reason });
export const list = (of: Shape): Shape => ({ is: 'list', of });
export const mapOf = (of: Shape): Shape => ({ is: 'map', of });
/** Text by names that people choose: what a name gives away as a secret is left out. */
export const settings: Shape = { is: 'map', of: value, hidesSecrets: true };
/** Structures in no order, told apart by one member. */
export const setBy = (by: string, of: Structure): Shape => ({ is: 'set', of, by });

/** Shorthand for a structure's members that are kept as they came. */
export function values<Name extends string>(...members: readonly Name[]): Record<Name, Shape> {
  return Object.fromEntries(members.map((member) => [member, value])) as Record<Name, Shape>;
}

/** One way to read a kind, and what it gives beyond the canonical record. */
export interface Channel {
  readonly operation: string;
  /** Members that only this channel gives: each is a facet of its own name. */
  readonly facets?: Readonly<Record<string, Shape>>;
  /** Members left out of the backup, each with the reason. */
  readonly omitted?: Readonly<Record<string, string>>;
}

/** Divides what a channel gave into the canonical record and facets. */
export function divide(
  raw: JsonObject,
  known: Structure,
  channel: Channel,
): { record: JsonObject; facets: Record<string, Json> } {
  const unknown: Record<string, Json> = {};
  const expected = { ...known.members, ...channel.facets };
  const kept = Object.entries(raw).filter(([member]) => !Object.hasOwn(channel.omitted ?? {}, member));
  const settled = settleMembers(Object.fromEntries(kept), expected, '', unknown);
  const facets: Record<string, Json> = {
    [`${channel.operation}.unknown`]: Object.keys(unknown).length > 0 ? unknown : null,
  };
  for (const facet of Object.keys(channel.facets ?? {})) facets[facet] = settled[facet] ?? null;
  return { record: pick(settled, known), facets };
}

/** The canonical form of a record that an earlier revision of a kind's normaliser made. */
export function canonical(record: JsonObject, known: Structure): JsonObject {
  return settleMembers(pick(record, known), known.members, '', {});
}

function pick(object: JsonObject, known: Structure): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([member]) => Object.hasOwn(known.members, member)),
  );
}

/** Absent, null and empty mean the same to the API, and which one is sent differs between its channels. */
function settleMembers(
  object: JsonObject,
  members: Readonly<Record<string, Shape>>,
  path: string,
  unknown: Record<string, Json>,
  keepsEmpty = false,
): JsonObject {
  const settled: Record<string, Json> = {};
  for (const [member, raw] of Object.entries(object)) {
    const at = path === '' ? member : `${path}.${member}`;
    const shape = Object.hasOwn(members, member) ? members[member] : undefined;
    if (shape === undefined) unknown[at] = isSecretName(member) ? hiddenSecret : withoutSecrets(raw);
    else if (raw !== null && shape.is !== 'omitted') {
      const value = settle(raw, shape, at, unknown);
      if (keepsEmpty || shape.is === 'value' || !isEmpty(value)) settled[member] = value;
    }
  }
  return settled;
}

function settle(raw: Json, shape: Shape, path: string, unknown: Record<string, Json>): Json {
  switch (shape.is) {
    case 'value':
      return raw;
    case 'omitted':
      return null;
    case 'structure':
      return isObject(raw) ? settleMembers(raw, shape.members, path, unknown, shape.union) : raw;
    case 'map':
      return isObject(raw)
        ? Object.fromEntries(
            Object.entries(raw).map(([key, item]) => [
              key,
              shape.hidesSecrets && isSecretName(key)
                ? hiddenSecret
                : settle(item, shape.of, `${path}[${key}]`, unknown),
            ]),
          )
        : raw;
    case 'list':
      return isList(raw) ? raw.map((item, n) => settle(item, shape.of, `${path}[${n}]`, unknown)) : raw;
    case 'set': {
      if (!isList(raw)) return raw;
      const keyed = raw.map((item) => {
        const key = shape.by !== undefined && isObject(item) ? String(item[shape.by]) : '';
        const settled = settle(item, shape.of, `${path}[${key}]`, unknown);
        return { settled, rank: [key, JSON.stringify(settled)] as const };
      });
      return keyed
        .sort((a, b) => order(a.rank[0], b.rank[0]) || order(a.rank[1], b.rank[1]))
        .map((k) => k.settled);
    }
  }
}

/** By UTF-16 code unit: the same on every machine, whatever its locale. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isEmpty(value: Json): boolean {
  return isList(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** What stands for the value of a member that this code does not know and whose name says that it is a secret. */
export const hiddenSecret = 'left out: its name says that it is a secret';

/** An ARN or an id of a secret is a reference, and no secret. */
function isSecretName(member: string): boolean {
  return (
    /password|passphrase|secret|token|credential|private_?key|access_?key/i.test(member) &&
    !/(arn|secret_?id)$/i.test(member)
  );
}

/** What AWS adds tomorrow is kept as it comes, but for what its name gives away as a secret. */
function withoutSecrets(raw: Json): Json {
  if (isList(raw)) return raw.map(withoutSecrets);
  if (!isObject(raw)) return raw;
  return Object.fromEntries(
    Object.entries(raw).map(([member, value]) => [
      member,
      isSecretName(member) ? hiddenSecret : withoutSecrets(value),
    ]),
  );
}
