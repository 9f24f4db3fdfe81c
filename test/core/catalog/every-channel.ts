import type { Json, JsonObject, Kind, Listed, Parent, Reading } from '../../../core/catalog/kind';
import { kindByName } from '../../../core/catalog/registry';
import { domainId, ScriptedSource } from './fixture';
import { type FullAnswer, fullAnswer, variantsOf } from './full-answer';

/** What a kind made of full answers, and which they were. */
export interface Driven {
  readonly answers: ReadonlyMap<string, FullAnswer>;
  /** Operations that were sent. */
  readonly asked: ReadonlySet<string>;
  readonly paged: readonly Reading[];
  readonly read: readonly Reading[];
  readonly readings: readonly Reading[];
  readonly listed: readonly Listed[];
}

/** No kind asks more often than this for one page of everything. */
const mostPages = 60;

/** How many drives show a kind every member of every union. */
export function drivesOf(kind: Kind): number {
  return Math.max(...operationsOf(kind).map(variantsOf));
}

export function operationsOf(kind: Kind): string[] {
  return kind.actions.map((action) => action.slice('datazone:'.length));
}

/** Enumerates a kind, and reads what it finds, where each operation gives a full answer. */
export async function drive(kind: Kind, variant: number): Promise<Driven> {
  const answers = new Map(
    operationsOf(kind).map((operation) => [operation, fullAnswer(operation, kind.name, variant)]),
  );
  const source = new ScriptedSource(
    Object.fromEntries([...answers].map(([operation, { answer }]) => [operation, () => answer])),
  );
  const paged: Reading[] = [];
  const listed: Listed[] = [];
  for (const parent of await parentsOf(kind, variant)) {
    let cursor: string | undefined;
    for (let pages = 0; pages === 0 || cursor !== undefined; pages++) {
      if (pages > mostPages) throw new Error(`${kind.name} never ends`);
      const page = await kind.enumerate(source, domainId, cursor, parent);
      paged.push(...page.readings);
      listed.push(...(page.listed ?? []));
      cursor = page.cursor;
    }
  }
  const read: Reading[] = [];
  const found = distinctById<Pick<Listed, 'id' | 'scopeId'>>([...paged, ...listed]);
  // What is listed only where there are several, or by number, is read all the same.
  if (found.length === 0) found.push({ id: 'any', scopeId: domainId });
  for (const { id, scopeId } of found) read.push(await kind.read(source, id, scopeId));
  const asked = new Set(source.asked.map(({ operation }) => operation));
  return { answers, asked, paged, read, readings: [...paged, ...read], listed };
}

function distinctById<R extends { readonly id: string }>(found: readonly R[]): R[] {
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

/** Parents of a kind as drives of theirs find them; an absent one for a kind that has none. */
export async function parentsOf(kind: Kind, variant: number): Promise<(Parent | undefined)[]> {
  const { parentage } = kind;
  if (parentage === undefined) return [undefined];
  const parents: Parent[] = [];
  for (const name of parentage.kinds) {
    if (name === kind.name) continue;
    const { readings } = await drive(kindByName(name), variant);
    parents.push(
      ...readings.map(({ id, record, facets }) => ({
        kind: name,
        id,
        content: async () => ({ record, facets }),
      })),
    );
  }
  return parents;
}

/** What of a drive would be kept, but for what the kind does not know. */
export function keptOf({ readings, listed }: Driven): Json {
  return [
    ...readings.map(({ id, scopeId, record, facets }) => ({ id, scopeId, record, facets: known(facets) })),
    ...listed.map(({ id, scopeId, summary }) => ({ id, scopeId, summary })),
  ];
}

/** Members of a drive's answers that the kind does not know. */
export function unknownOf({ readings }: Driven): Json {
  return readings.map(({ facets }) =>
    Object.fromEntries(Object.entries(facets).filter(([name]) => name.endsWith('.unknown'))),
  );
}

function known(facets: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(facets).filter(([name]) => !name.endsWith('.unknown')));
}
