import { requiredText, text } from './json';
import type { JsonObject } from './json-value';
import { isManagedType } from './references';
import { keyOf, type Making, type Restoration, type RestoreTarget, until } from './restoration';
import { revisionId } from './revisions';
import { InvalidRequestError, MalformedAnswerError, ResourceAbsentError } from './source';

/** Form types or asset types: to make one of a name that is there makes its next revision. */
export interface TypeSort {
  readonly create: string;
  readonly get: string;
  /** The Get's word for the name. */
  readonly identifier: string;
  /** What the service assigns, but for the revision. */
  readonly assigned: readonly string[];
  /** Members that come after everything that may use the type. */
  readonly late?: readonly string[];
  /** What makes a record's content, in an order of its own: equal texts of it are equal content. */
  readonly input: (record: JsonObject) => Readonly<Record<string, unknown>>;
}

/** How types are restored in their latest revision, once the older ones are there. */
export function latestRestoration(sort: TypeSort, olderRevisions: string): Restoration {
  const { create, get, assigned, late } = sort;
  return {
    operations: { create: [get, create, get], update: [create, get] },
    // Each change makes a revision: one that goes back to what was is a new one.
    assigned: ['revision', ...assigned],
    fixed: ['owningProjectId'],
    ...(late && { late }),
    after: [olderRevisions],
    keyMembers: ['name'],
    key: (record) => keyOf(record, 'name'),
    sameId: true,
    revision: neededRevision,
    madeByService: (record) => (isManaged(record) ? "AWS's own type" : undefined),
    create: async (target, { wanted, record }) => {
      const name = requiredText(wanted, 'name');
      const latest = await found(target, sort, name);
      const isDone =
        latest !== undefined && numberOf(latest) >= neededRevision(record) && isSame(sort, latest, wanted);
      if (!isDone) await makeRevision(target, sort, wanted, neededRevision(record));
      return name;
    },
    update: async (target, { wanted, record }) => {
      await makeRevision(target, sort, wanted, numberOf(record));
    },
  };
}

/** How the revisions before the latest are restored: each under its number, by which assets and types name it. */
export function olderRestoration(sort: TypeSort): Restoration {
  const { create, get, assigned } = sort;
  return {
    operations: { create: [get, create, get] },
    assigned,
    keyMembers: ['name', 'revision'],
    key: (record) => keyOf(record, 'name', 'revision'),
    sameId: true,
    rank: numberOf,
    create: async (target, { wanted }: Making) => {
      const name = requiredText(wanted, 'name');
      const revision = requiredText(wanted, 'revision');
      const latest = await found(target, sort, name);
      if (latest !== undefined && numberOf(latest) >= numberOf(wanted)) {
        const there = await found(target, sort, name, revision);
        if (there === undefined || !isSame(sort, there, wanted)) {
          throw new InvalidRequestError(`${name} is past revision ${revision}, and had something else in it`);
        }
      } else await makeRevision(target, sort, wanted, numberOf(wanted));
      return revisionId(name, revision);
    },
  };
}

/**
 * Makes a revision of at least this number. Numbers count by themselves: where earlier ones are missing, since the
 * vault does not hold them, the same content stands in for each.
 */
async function makeRevision(
  target: RestoreTarget,
  sort: TypeSort,
  wanted: JsonObject,
  number: number,
): Promise<void> {
  const name = requiredText(wanted, 'name');
  let made = 0;
  do {
    const next = numberOf(await target.call(sort.create, sort.input(wanted)));
    if (!(next > made)) throw new MalformedAnswerError(`${sort.create}: ${name} stays at revision ${made}`);
    made = next;
  } while (made < number);
  // Types lag behind: what is made next may need to see it.
  await until(
    target,
    `revision ${made} of ${name}`,
    async () => (await found(target, sort, name, String(made))) !== undefined,
  );
}

async function found(
  target: RestoreTarget,
  { get, identifier }: TypeSort,
  name: string,
  revision?: string,
): Promise<JsonObject | undefined> {
  try {
    return await target.call(get, { [identifier]: name, ...(revision !== undefined && { revision }) });
  } catch (error) {
    if (error instanceof ResourceAbsentError) return undefined;
    throw error;
  }
}

/**
 * The revision that others may name. What is disabled, nothing was made with: its own number is named by none, and
 * comes last. AWS moves its own types on by itself, and not everywhere at once.
 */
function neededRevision(record: JsonObject): number {
  if (isManaged(record)) return 0;
  return numberOf(record) - (record.status === 'DISABLED' ? 1 : 0);
}

function isManaged(record: JsonObject): boolean {
  return isManagedType(text(record, 'name') ?? '');
}

function isSame({ input }: TypeSort, one: JsonObject, other: JsonObject): boolean {
  return JSON.stringify(input(one)) === JSON.stringify(input(other));
}

function numberOf(record: JsonObject): number {
  return Number(requiredText(record, 'revision'));
}
