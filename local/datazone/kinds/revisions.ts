import type { Revised } from '../domain';
import { invalid } from '../faults';
import type { PageInput } from '../pages';

/** What a list of revisions shows of each. */
interface Revision {
  readonly domainId: string;
  readonly id: string;
  readonly revision: string;
  readonly createdBy?: string | undefined;
  readonly createdAt?: Date | undefined;
}

/**
 * One page of revisions, newest first. The cursor names the last one given, and new ones do not move it.
 *
 * @throws Fault `ValidationException` for a cursor that names none.
 */
export function revisionsPage(
  { nextToken, maxResults = 50 }: PageInput,
  { revisions }: Revised<Revision>,
): { items: Revision[]; nextToken: string | undefined } {
  const newestFirst = revisions.toReversed();
  const start = nextToken === undefined ? 0 : startAt(nextToken, newestFirst);
  const end = start + maxResults;
  return {
    items: newestFirst.slice(start, end).map(({ domainId, id, revision, createdBy, createdAt }) => ({
      domainId,
      id,
      revision,
      createdBy,
      createdAt,
    })),
    nextToken: newestFirst[end] && `before-${newestFirst[end - 1]?.revision}`,
  };
}

function startAt(nextToken: string, newestFirst: readonly Revision[]): number {
  const last = /^before-(\d+)$/.exec(nextToken)?.[1];
  const index = newestFirst.findIndex(({ revision }) => revision === last);
  if (index < 0) throw invalid('Invalid nextToken');
  return index + 1;
}
