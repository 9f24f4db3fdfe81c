import { isDeepStrictEqual } from 'node:util';
import { isList, isObject, requiredText } from './json';
import type { Json, JsonObject } from './json-value';
import { hiddenSecret } from './shape';
import { type DomainSource, RetryableError } from './source';

/** A domain that is restored: `call` sends what changes it too. Its `domainId` is the target's. */
export interface RestoreTarget extends DomainSource {
  /** Waits; tests replace it. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A resource that is to be made. */
export interface Making {
  /**
   * Its canonical record as the target is to hold it: ids are the target's, and what the service assigns is not in
   * it. What cannot be named yet (`late`) is not in it either.
   */
  readonly wanted: JsonObject;
  /** The same, with everything that the source had: what the service assigns, and what comes late. */
  readonly record: JsonObject;
  readonly facets: Readonly<Record<string, Json>>;
  /** The same for each attempt at this resource in one restore. */
  readonly clientToken: string;
}

/** A resource that is there, but not as it is to be. */
export interface Changing extends Making {
  /** Its id in the target. */
  readonly id: string;
  /** What the target holds, without what the service assigns. */
  readonly current: JsonObject;
}

/** How resources of a kind are found, made and changed in a domain. */
export interface Restoration {
  /** Operations of DataZone that each takes, in the order of their calls; IAM actions and time follow from them. */
  readonly operations: { readonly create?: readonly string[]; readonly update?: readonly string[] };
  /**
   * Members that the service assigns, beside those that it assigns everywhere: neither sent nor compared. `[]` stands
   * for each item of a list, `{}` for each value of a map: `environmentConfigurations[].id`.
   */
  readonly assigned?: readonly string[];
  /** Leaves out what the service assigns and no path tells from what people write: tags whose keys are AWS's own. */
  readonly portable?: (record: JsonObject) => JsonObject;
  /** Members that can be given to a new resource, but never be changed: where they differ, it is a conflict. */
  readonly fixed?: readonly string[];
  /** Members that may name what is made after it: set in a second pass. */
  readonly late?: readonly string[];
  /** Kinds that must be there before, beside those that stand before it in the registry. */
  readonly after?: readonly string[];
  /** Members from which `key` is made: ids in them are the target's. */
  readonly keyMembers: readonly string[];
  /**
   * What tells a resource in a domain that knows nothing of the source's ids: its name and what it belongs to.
   * Undefined: it cannot be told from others of its kind.
   */
  readonly key: (record: JsonObject) => readonly Json[] | undefined;
  /** True where ids are names, the same in every domain. */
  readonly sameId?: true;
  /** Where order matters among resources of the kind: they are made one after the other, the smallest first. */
  readonly rank?: (record: JsonObject) => number;
  /**
   * Number of the revision that a record shows, where others name it by that: while the target has but an earlier
   * one, it is not there yet, even where that holds the same.
   */
  readonly revision?: (record: JsonObject) => number;
  /** Why a resource comes of itself, and is only looked for (`AWS's own type`); undefined for all others. */
  readonly madeByService?: (record: JsonObject) => string | undefined;
  /**
   * Does it come of itself with something else that is made: a request's subscription, a project's own connection? What
   * is found is the service's work, whoever signs it.
   */
  readonly comesByItself?: (record: JsonObject) => boolean;
  /** True where `update` may change even what the service made: the root domain unit's description. */
  readonly updatesMadeByService?: true;
  /** How people call it where `create` is no word for it. @default create */
  readonly verb?: 'publish' | 'subscribe';
  /** Member that names what it shows: where that is updated, it is made once more, though nothing of it differs. */
  readonly shows?: string;
  /**
   * Waits until what was made is up, by this attempt or by one before whose answer was lost. Throws
   * `ResourcePendingError` where that takes long, and `ResourceFailedError`.
   */
  readonly untilUp?: (target: RestoreTarget, id: string, wanted: JsonObject) => Promise<void>;
  /**
   * Profile whose right it is, with the id of what the target has of it: whoever restores leaves its own rights as they
   * are, since it could not go on without them.
   */
  readonly rightOf?: (wanted: JsonObject, id: string | undefined) => string | undefined;
  /**
   * True where making it, or what is made from it by itself, changes more than metadata: it grants access, or starts
   * what costs. A function where that depends on the record.
   */
  readonly actsOutside?: true | ((record: JsonObject) => boolean);
  /** Makes it; answers the id by which the kind reads it. Absent: it can only be matched. */
  readonly create?: (target: RestoreTarget, making: Making) => Promise<string>;
  /**
   * Makes it what it is to be, `late` members included; answers its id where it has another one now. Absent: a
   * difference is a conflict.
   */
  readonly update?: (target: RestoreTarget, changing: Changing) => Promise<void> | Promise<string>;
}

/** Assigned by the service wherever they stand at the top of a record. */
export const assignedEverywhere: readonly string[] = [
  ...['id', 'domainId', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy'],
  ...['lastUpdatedAt', 'lastUpdatedBy'],
];

/** A key of members as they are; undefined where the first of them is not there. */
export function keyOf(record: JsonObject, ...members: readonly string[]): readonly Json[] | undefined {
  const [first = ''] = members;
  if (record[first] === undefined) return undefined;
  return members.map((member) => record[member] ?? null);
}

/** Some members of an object, as far as they are there. */
export function pick(object: JsonObject, ...members: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([member]) => members.includes(member)));
}

/**
 * Members that an update must send: those that differ, and an empty value for those that are to go. `names` are the
 * update's own words where they are not the record's.
 */
export function changed({ wanted, current }: Changing, ...members: readonly string[]): JsonObject {
  return Object.fromEntries(
    members.flatMap((member): [string, Json][] => {
      const to = wanted[member];
      const from = current[member];
      if (isDeepStrictEqual(to, from)) return [];
      return [[member, to ?? emptyOf(from)]];
    }),
  );
}

/** Those that differ and are wanted: of members that nothing can be said instead of, as one of some words. */
export function changedTo(changing: Changing, ...members: readonly string[]): JsonObject {
  const differing = Object.keys(changed(changing, ...members));
  return pick(changing.wanted, ...differing);
}

function emptyOf(value: Json | undefined): Json {
  if (typeof value === 'boolean') return false;
  return isList(value) ? [] : isObject(value) ? {} : '';
}

/** The id in an answer. Throws `MalformedAnswerError`. */
export async function idIn(answer: Promise<JsonObject>, member = 'id'): Promise<string> {
  return requiredText(await answer, member);
}

/** Asks until it is so, with growing pauses. Throws `RetryableError` after about five minutes. */
export async function until(
  target: RestoreTarget,
  what: string,
  isSo: () => Promise<boolean>,
): Promise<void> {
  for (let waited = 0, pause = 250; waited < 300_000; waited += pause, pause = Math.min(2 * pause, 30_000)) {
    if (await isSo()) return;
    await target.sleep(pause);
  }
  throw new RetryableError(`${what} takes longer than five minutes`);
}

/**
 * Asks until what was made is up, a few minutes at most: to try again at once would be to wait for as long again.
 * Throws `ResourcePendingError`.
 */
export async function untilDeployed(
  target: RestoreTarget,
  what: string,
  isUp: () => Promise<boolean>,
): Promise<void> {
  try {
    await until(target, `the deployment of ${what}`, isUp);
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    throw new ResourcePendingError(`${error.message}: go on with the restore to wait for it again`);
  }
}

/** What was made is not up yet: it is waited for again when the restore goes on. */
export class ResourcePendingError extends Error {
  override readonly name = 'ResourcePendingError';
}

/** What was made does not come up, as the service says. */
export class ResourceFailedError extends Error {
  override readonly name = 'ResourceFailedError';
}

/** Without settings whose values never entered the vault: they can be neither sent nor compared. */
export function withoutHiddenSecrets(object: JsonObject): JsonObject {
  const kept = (value: Json): Json =>
    isList(value) ? value.map(kept) : isObject(value) ? withoutHiddenSecrets(value) : value;
  return Object.fromEntries(
    Object.entries(object).flatMap(([member, value]): [string, Json][] =>
      value === hiddenSecret ? [] : [[member, kept(value)]],
    ),
  );
}
