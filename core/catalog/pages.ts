import { isObject, objects, requiredText, text } from './json';
import type { JsonObject, Listed, Page, Reading } from './kind';
import { type DomainSource, MalformedAnswerError } from './source';

/** Largest page of Search, SearchTypes, SearchListings, ListProjects and ListProjectMemberships. */
export const pageSize = 50;

/**
 * One raw page: its items, the token of the next one, and how many the API says there are. An operation with smaller
 * pages has its own `maxResults` in `input`.
 */
export async function rawPage(
  source: DomainSource,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  nextToken?: string,
): Promise<{ answer: JsonObject; nextToken?: string; total?: number }> {
  const answer = await source.call(operation, {
    maxResults: pageSize,
    ...input,
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

/** One page of an operation whose items show their resources whole. */
export async function itemsPage(
  source: DomainSource,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  reading: (item: JsonObject) => Reading,
  cursor?: string,
): Promise<Page> {
  const { answer, nextToken } = await rawPage(source, operation, input, cursor);
  return {
    readings: objects(answer, 'items').map(reading),
    ...(nextToken !== undefined && { cursor: nextToken }),
  };
}

/** One page of an operation whose items only name their resources. */
export async function listedPage(
  source: DomainSource,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  listed: (item: JsonObject) => Listed,
  cursor?: string,
): Promise<Page> {
  const { answer, nextToken, total } = await rawPage(source, operation, input, cursor);
  return {
    readings: [],
    listed: objects(answer, 'items').map(listed),
    ...(nextToken !== undefined && { cursor: nextToken }),
    ...(total !== undefined && { total }),
  };
}

/** An item of a list that only names its resource. Throws `MalformedAnswerError` where the id is missing. */
export function listedItem(item: JsonObject, scopeId: string, ...summary: readonly string[]): Listed {
  const told = Object.entries(item).filter(([member, value]) => summary.includes(member) && value !== null);
  return { id: requiredText(item, 'id'), scopeId, summary: Object.fromEntries(told) };
}

/**
 * One page of several lists that are read one after the other, as where a list gives one status at a time: `page`
 * gives a page of the list for one of `turns`.
 */
export async function inTurn<Turn>(
  turns: readonly [Turn, ...Turn[]],
  page: (turn: Turn, cursor?: string) => Promise<Page>,
  cursor?: string,
): Promise<Page> {
  const at: { readonly turn: number; readonly cursor?: string } =
    cursor === undefined ? { turn: 0 } : JSON.parse(cursor);
  const { cursor: more, ...found } = await page(turns[at.turn] ?? turns[0], at.cursor);
  if (more !== undefined) return { ...found, cursor: JSON.stringify({ turn: at.turn, cursor: more }) };
  const next = at.turn + 1;
  return next < turns.length ? { ...found, cursor: JSON.stringify({ turn: next }) } : found;
}

/** Where a type search stands: it must be made twice, for AWS's own types and then for custom ones. */
interface TypesCursor {
  readonly managed: boolean;
  /** How many types of AWS's own there are, once they were read. */
  readonly managedTotal?: number;
  readonly nextToken?: string;
}

/** One page of a type search over both AWS's own types and custom ones; `total` is of both. */
export async function typesPage(
  source: DomainSource,
  searchScope: 'ASSET_TYPE' | 'FORM_TYPE',
  member: string,
  reading: (item: JsonObject) => Reading,
  cursor?: string,
): Promise<Page> {
  const at: TypesCursor = cursor === undefined ? { managed: true } : JSON.parse(cursor);
  const input = { searchScope, managed: at.managed };
  const page = await searchPage(source, 'SearchTypes', input, member, reading, at.nextToken);
  const { readings, total } = page;
  const to = (next: TypesCursor): Page => ({ readings, cursor: JSON.stringify(next) });
  if (page.cursor !== undefined) return to({ ...at, nextToken: page.cursor });
  if (at.managed) return to({ managed: false, ...(total !== undefined && { managedTotal: total }) });
  return total === undefined || at.managedTotal === undefined
    ? { readings }
    : { readings, total: total + at.managedTotal };
}

/** What the kinds' `identify` has in common. Throws `MalformedAnswerError` where the id is missing. */
export function reading(
  divided: Pick<Reading, 'record' | 'facets'>,
  id: string,
  scope: string,
  changedAt?: number,
): Reading {
  return readingOf(divided, requiredText(divided.record, id), requiredText(divided.record, scope), changedAt);
}

/** The same for a record that does not hold its id, or its scope's, in a member. */
export function readingOf(
  divided: Pick<Reading, 'record' | 'facets'>,
  id: string,
  scopeId: string,
  changedAt?: number,
): Reading {
  return { id, scopeId, ...divided, ...(changedAt !== undefined && { changedAt }) };
}
