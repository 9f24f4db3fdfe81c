import { isObject, objects, requiredText, text } from './json';
import type { JsonObject, Page, Reading } from './kind';
import { type DomainSource, MalformedAnswerError } from './source';

/** Largest page of Search, SearchTypes, SearchListings, ListProjects and ListProjectMemberships. */
export const pageSize = 50;

/** One raw page: its items, the token of the next one, and how many the API says there are. */
export async function rawPage(
  source: DomainSource,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  nextToken?: string,
): Promise<{ answer: JsonObject; nextToken?: string; total?: number }> {
  const answer = await source.call(operation, {
    ...input,
    maxResults: pageSize,
    ...(nextToken !== undefined && { nextToken }),
  });
  const next = text(answer, 'nextToken');
  const total = answer.totalMatchCount;
  return {
    answer,
    ...(next !== undefined && { nextToken: next }),
    ...(typeof total === 'number' && { total }),
  };
}

/** One page of an operation whose items are a union with one member for the kind. */
export async function searchPage(
  source: DomainSource,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  member: string,
  reading: (item: JsonObject) => Reading,
  cursor?: string,
): Promise<Page> {
  const { answer, nextToken, total } = await rawPage(source, operation, input, cursor);
  const readings = objects(answer, 'items').map((item) => {
    const found = item[member];
    if (!isObject(found)) throw new MalformedAnswerError(`${operation}: item without ${member}`);
    return reading(found);
  });
  return {
    readings,
    ...(nextToken !== undefined && { cursor: nextToken }),
    ...(total !== undefined && { total }),
  };
}

/**
 * One page of a type search, which must be asked twice: for AWS's own types, then for custom ones.
 * The cursor says which of the two it is in, and how many types the first one held.
 */
export async function typesPage(
  source: DomainSource,
  searchScope: 'ASSET_TYPE' | 'FORM_TYPE',
  member: string,
  reading: (item: JsonObject) => Reading,
  cursor?: string,
): Promise<Page> {
  const [phase = 'managed', first = '', ...token] = cursor?.split(':') ?? [];
  const managed = phase === 'managed';
  const page = await searchPage(
    source,
    'SearchTypes',
    { searchScope, managed },
    member,
    reading,
    token.length > 0 && token.join(':') !== '' ? token.join(':') : undefined,
  );
  if (page.cursor !== undefined) return { ...withoutTotal(page), cursor: `${phase}:${first}:${page.cursor}` };
  if (managed) return { ...withoutTotal(page), cursor: `custom:${page.total ?? ''}:` };
  return first !== '' && page.total !== undefined
    ? { ...page, total: page.total + Number(first) }
    : withoutTotal(page);
}

function withoutTotal({ total: _, ...page }: Page): Page {
  return page;
}

/** What the kinds' `identify` has in common. Throws `MalformedAnswerError` where the id is missing. */
export function reading(
  divided: Pick<Reading, 'record' | 'facets'>,
  id: string,
  scope: string,
  changedAt?: number,
): Reading {
  return {
    id: requiredText(divided.record, id),
    scopeId: requiredText(divided.record, scope),
    ...divided,
    ...(changedAt !== undefined && { changedAt }),
  };
}
