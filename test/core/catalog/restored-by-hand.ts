import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { without } from '../../../core/catalog/json';
import type { JsonObject, Kind, Listed, Parent, Reading, Reference } from '../../../core/catalog/kind';
import { modelsOf, ReferenceFinder } from '../../../core/catalog/reference-finder';
import { kindByName } from '../../../core/catalog/registry';
import type { Making, Restoration, RestoreTarget } from '../../../core/catalog/restoration';
import type { DomainSource } from '../../../core/catalog/source';
import { portable } from '../../../core/restore/portable';
import { remap } from '../../../core/restore/remap';

/** What a domain has of some kinds, each parent's before what is listed under it. */
export async function readingsOf(
  source: DomainSource,
  projectIds: readonly string[],
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly Reading[]>> {
  const found = new Map<string, readonly Reading[]>();
  for (const name of names) {
    const kind = kindByName(name);
    const readings: Reading[] = [];
    for (const scopeId of kind.scope === 'domain' ? [source.domainId] : projectIds) {
      for (const parent of parentsOf(kind, scopeId, found)) {
        readings.push(...(await under(kind, source, scopeId, parent)));
      }
    }
    found.set(name, readings);
  }
  return found;
}

function parentsOf(
  { parentage }: Kind,
  scopeId: string,
  found: ReadonlyMap<string, readonly Reading[]>,
): readonly (Parent | undefined)[] {
  if (parentage === undefined) return [undefined];
  return parentage.kinds.flatMap((kind) =>
    (found.get(kind) ?? [])
      .filter((reading) => reading.scopeId === scopeId)
      .map(({ id, record, facets }) => ({ kind, id, content: async () => ({ record, facets }) })),
  );
}

async function under(
  kind: Kind,
  source: DomainSource,
  scopeId: string,
  parent: Parent | undefined,
): Promise<Reading[]> {
  const found: Reading[] = [];
  let cursor: string | undefined;
  do {
    const page = await kind.enumerate(source, scopeId, cursor, parent);
    const listed = (page.listed ?? []).map(({ id }: Listed) => kind.read(source, id, scopeId));
    // What a list shows whole is read too: only a Get gives all facets.
    const whole = page.readings.map(({ id }) => kind.read(source, id, scopeId));
    found.push(...(await Promise.all([...listed, ...whole])));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

/** Makes resources of one domain in another, one by one, without the engine. */
export class ByHand {
  private readonly ids = new Map<string, string>();
  private readonly finder: ReferenceFinder;
  private made = 0;

  constructor(
    source: DomainSource,
    readonly target: RestoreTarget,
  ) {
    this.finder = new ReferenceFinder(modelsOf(source));
  }

  /** Says what stands for a resource in the target. */
  map(kind: string, id: string, targetId: string): void {
    this.ids.set(`${kind} ${id}`, targetId);
  }

  async making(kind: Kind, reading: Reading): Promise<Making> {
    const references = await this.finder.referencesOf(kind, reading);
    const { record } = remap(reading.record, references, (reference) => this.resolve(reference));
    const clientToken = `token-${kind.name}-${++this.made}`;
    return { wanted: portable(kind, record), record, facets: reading.facets, clientToken };
  }

  /** The id under which the target has it, which is then what the source has. */
  async make(kind: Kind, reading: Reading): Promise<string> {
    const making = await this.making(kind, reading);
    const { create, late = [] } = restorationOf(kind);
    assert.ok(create);
    const id = await create(this.target, { ...making, wanted: without(making.wanted, ...late) });
    this.map(kind.name, reading.id, id);
    await this.change(kind, id, making);
    return id;
  }

  /** Makes it what it is to be, and sees that it is. */
  async change(kind: Kind, id: string, making: Making): Promise<void> {
    const current = await this.current(kind, id);
    if (!isDeepStrictEqual(current, making.wanted)) {
      await restorationOf(kind).update?.(this.target, { ...making, id, current });
    }
    assert.deepEqual(await this.current(kind, id), making.wanted, `${kind.name} ${id}`);
  }

  async current(kind: Kind, id: string): Promise<JsonObject> {
    return portable(kind, (await kind.read(this.target, id)).record);
  }

  private resolve({ kind, id }: Reference): string | undefined {
    if (kind === 'domain') return this.target.domainId;
    if (kindByName(kind).restore?.sameId === true) return id;
    return this.ids.get(`${kind} ${id}`);
  }
}

export function restorationOf({ name, restore }: Kind): Restoration {
  assert.ok(restore, `${name} is not restored`);
  return restore;
}
