import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock';
import { invalid } from './faults';
import { type Entry, firstAfter, type Table } from './store';
import type { Unkindness } from './unkindness';

/** What is to be paged: entries of a table, or of one group of it, that match, in some order. */
export interface Selection<R extends object> {
  readonly table: Table<R>;
  readonly group?: string | undefined;
  readonly matches?: ((row: R) => boolean) | undefined;
  /** What `matches` looks at besides the row: another table, or time. */
  readonly dependsOn?: { readonly version: number } | undefined;
  readonly sort?: Sort<R> | undefined;
}

export interface Sort<R> {
  key(row: R): string | number;
  readonly descending: boolean;
}

/** The order that a list asks for, if it asks for one. */
export function sortedBy<R>(
  { sortBy, sortOrder }: { readonly sortBy?: string | undefined; readonly sortOrder?: string | undefined },
  key: (row: R) => string | number,
): Sort<R> | undefined {
  return sortBy === undefined ? undefined : { key, descending: sortOrder === 'DESCENDING' };
}

/** The paging members that all listing inputs share. */
export interface PageInput {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface Page<R> {
  readonly rows: readonly R[];
  readonly nextToken: string | undefined;
  /** All matches, on whatever page. */
  readonly total: number;
}

/** What a nextToken holds; callers may send anything back. */
const positionSchema = z.object({
  /** Digest of the query that the cursor belongs to. */
  query: z.string(),
  issued: z.number(),
  sequence: z.number(),
  key: z.union([z.string(), z.number()]).optional(),
  offset: z.number(),
});

type Position = z.infer<typeof positionSchema>;

interface Matches {
  readonly version: string;
  readonly entries: readonly Entry<object>[];
}

const rememberedQueries = 16;

/** Cuts listings into pages. A cursor names the last entry given, so that writes in between do no harm. */
export class Pager {
  private readonly matches = new Map<string, Matches>();
  private readonly counts = new Map<string, { readonly total: number; readonly until: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly unkind: Unkindness,
  ) {}

  /**
   * @param largest page size where the caller names none; the operation's own limit.
   * @throws Fault `ValidationException` for a cursor that is malformed, too old, or of another query.
   */
  page<R extends object>(
    operation: string,
    input: PageInput,
    selection: Selection<R>,
    largest = 50,
  ): Page<R> {
    const query = digestOf(operation, input);
    const entries = this.selected(query, selection);
    const position = input.nextToken === undefined ? undefined : this.position(input.nextToken, query);
    const start = position ? this.startAfter(position, entries, selection.sort) : 0;
    const end = Math.min(entries.length, start + (input.maxResults ?? largest));
    const last = entries[end - 1];
    return {
      rows: entries.slice(start, end).map((entry) => entry.row),
      nextToken: last && end < entries.length ? this.token(query, last, end, selection.sort) : undefined,
      total: this.count(query, entries.length),
    };
  }

  private selected<R extends object>(query: string, selection: Selection<R>): readonly Entry<R>[] {
    const { table, group, matches, sort, dependsOn } = selection;
    const entries = table.entries(group);
    if (!matches && !sort) return entries;
    const version = `${table.version}/${dependsOn?.version ?? 0}`;
    const known = this.matches.get(query);
    // The digest names operation, domain and query, hence also the table that the entries come from.
    if (known?.version === version) return known.entries as readonly Entry<R>[];
    const found = matches ? entries.filter((entry) => matches(entry.row)) : [...entries];
    if (sort) found.sort((a, b) => compare(sort.key(a.row), a.sequence, sort.key(b.row), b.sequence, sort));
    this.remember(query, { version, entries: found });
    return found;
  }

  private remember(query: string, matches: Matches): void {
    this.matches.delete(query);
    this.matches.set(query, matches);
    const [oldest] = this.matches.keys();
    if (this.matches.size > rememberedQueries && oldest !== undefined) this.matches.delete(oldest);
  }

  private startAfter<R extends object>(
    { sequence, key, offset }: Position,
    entries: readonly Entry<R>[],
    sort: Sort<R> | undefined,
  ): number {
    if (this.unkind.offsetCursors) return Math.min(offset, entries.length);
    if (!sort || key === undefined) return firstAfter(entries, sequence);
    const start = entries.findIndex((e) => compare(sort.key(e.row), e.sequence, key, sequence, sort) > 0);
    return start < 0 ? entries.length : start;
  }

  private token<R extends object>(
    query: string,
    last: Entry<R>,
    offset: number,
    sort: Sort<R> | undefined,
  ): string {
    const position: Position = {
      query,
      issued: this.clock.now(),
      sequence: last.sequence,
      offset,
      ...(sort ? { key: sort.key(last.row) } : {}),
    };
    return Buffer.from(JSON.stringify(position)).toString('base64url');
  }

  private position(token: string, query: string): Position {
    const position = decoded(token);
    if (!position) throw invalid('Invalid nextToken');
    if (position.query !== query) throw invalid('Invalid nextToken: it belongs to another request');
    if (this.clock.now() - position.issued > this.unkind.cursorLifetimeMilliseconds) {
      throw invalid('Invalid nextToken: it has expired');
    }
    return position;
  }

  private count(query: string, total: number): number {
    if (this.unkind.countLagMilliseconds === 0) return total;
    const now = this.clock.now();
    const known = this.counts.get(query);
    if (known && known.until > now) return known.total;
    this.counts.set(query, { total, until: now + this.unkind.countLagMilliseconds });
    return total;
  }
}

function compare<R>(
  keyA: string | number,
  sequenceA: number,
  keyB: string | number,
  sequenceB: number,
  { descending }: Sort<R>,
): number {
  const order = keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
  return (descending ? -order : order) || sequenceA - sequenceB;
}

function decoded(token: string): Position | undefined {
  try {
    return positionSchema.safeParse(JSON.parse(Buffer.from(token, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}

function digestOf(operation: string, input: PageInput): string {
  const { maxResults, nextToken, ...query } = input;
  return createHash('sha1')
    .update(JSON.stringify([operation, query]))
    .digest('base64url')
    .slice(0, 16);
}
