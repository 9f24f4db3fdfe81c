import { compositeId, partsOf } from './composite-id';
import { objects, requiredText, text } from './json';
import type { JsonObject, Listed, Page, Parent } from './kind';
import { rawPage } from './pages';
import { isManagedType } from './references';
import type { DomainSource } from './source';
import { time } from './times';

/** Id of a revision: its resource's, then its number. */
export function revisionId(id: string, revision: string): string {
  return compositeId(id, revision);
}

/** The resource and the revision that a revision's id names. */
export function revisionParts(id: string): { id: string; revision: string } {
  const [of = '', revision = ''] = partsOf(id);
  return { id: of, revision };
}

/**
 * One page of the revisions of a resource before its latest, which the resource itself is. A revision never changes:
 * its number is all that tells it.
 */
export async function revisionsPage(
  source: DomainSource,
  operation: 'ListAssetRevisions' | 'ListDataProductRevisions',
  scopeId: string,
  parentId: string,
  cursor?: string,
): Promise<Page> {
  const { answer, nextToken } = await rawPage(source, operation, { identifier: parentId }, cursor);
  const items = objects(answer, 'items');
  // Only a list of one page shows which is the latest; of a longer one it is read too.
  const latest = cursor === undefined && nextToken === undefined ? latestOf(items) : undefined;
  return {
    readings: [],
    listed: items
      .filter((item) => item !== latest)
      .map((item) => listed(parentId, requiredText(item, 'revision'), scopeId)),
    ...(nextToken !== undefined && { cursor: nextToken }),
  };
}

/** The revision that was made last; of several at one time, the one of the largest number. Undefined in doubt. */
function latestOf(items: readonly JsonObject[]): JsonObject | undefined {
  const newestFirst = items
    .map((item) => ({ item, rank: [madeAt(item), Number(item.revision)] as const }))
    .sort((one, other) => order(other.rank, one.rank));
  const [first, second] = newestFirst;
  const isAlone = first !== undefined && (second === undefined || order(first.rank, second.rank) > 0);
  return isAlone ? first.item : undefined;
}

function madeAt(item: JsonObject): number {
  return time(item, 'createdAt') ?? Number.POSITIVE_INFINITY;
}

/** What is no number is neither before nor after another. */
function order(one: readonly [number, number], other: readonly [number, number]): number {
  if (one[0] !== other[0]) return one[0] < other[0] ? -1 : 1;
  return one[1] < other[1] ? -1 : one[1] > other[1] ? 1 : 0;
}

/**
 * The revisions of a type before its latest. No operation lists them: they count from 1, and the type tells the
 * latest. One that was deleted answers 404 and is absent. AWS's own types have theirs in every domain.
 */
export async function typeRevisions(scopeId: string, { id, content }: Parent): Promise<Page> {
  if (isManagedType(id)) return { readings: [] };
  const latest = Number(text((await content()).record, 'revision'));
  const older = Number.isInteger(latest) ? Math.max(0, latest - 1) : 0;
  const numbers = Array.from({ length: older }, (_, n) => String(n + 1));
  return { readings: [], listed: numbers.map((revision) => listed(id, revision, scopeId)) };
}

function listed(id: string, revision: string, scopeId: string): Listed {
  return { id: revisionId(id, revision), scopeId, summary: { revision } };
}
