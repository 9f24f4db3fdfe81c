import pMap from 'p-map';
import type { Json, JsonObject, Kind, Parent, Reading } from '../catalog/kind';
import { type DomainSource, ResourceAbsentError } from '../catalog/source';
import { hashOf } from '../vault/canonical';
import { portable } from './portable';

/** A resource that the target has. */
export interface Present {
  readonly id: string;
  /** Of its portable record. */
  readonly hash: string;
  readonly madeByService: boolean;
  /** Of a kind whose revisions others name by number. */
  readonly revision: number | undefined;
  /** Profile that made it, where the kind tells. */
  readonly createdBy: string | undefined;
}

/** What the target has of a kind in one place. */
export interface Inventory {
  readonly byId: ReadonlyMap<string, Present>;
  readonly byKey: ReadonlyMap<string, readonly Present[]>;
}

/** A place in the target: a scope, or one parent in it. */
export interface Place {
  readonly scopeId: string;
  readonly parent?: { readonly kind: Kind; readonly id: string };
}

const concurrency = 8;

/** What the target has, read once for each place; of each resource its id, key and hash stay in memory. */
export class TargetInventory {
  private readonly places = new Map<string, Promise<Inventory>>();

  constructor(readonly target: DomainSource) {}

  /** Throws the errors of `source.ts`. */
  at(kind: Kind, place: Place): Promise<Inventory> {
    const key = placeText(kind, place);
    const known = this.places.get(key) ?? this.read(kind, place);
    this.places.set(key, known);
    known.catch(() => this.places.delete(key));
    return known;
  }

  /** Makes the next look a new one. */
  forget(kind: Kind, place: Place): void {
    this.places.delete(placeText(kind, place));
  }

  /** Everything that was read of a kind. */
  async all(kind: Kind): Promise<Present[]> {
    const read = [...this.places].filter(([key]) => key.startsWith(`${kind.name}@`));
    const inventories = await Promise.all(read.map(([, inventory]) => inventory));
    return inventories.flatMap(({ byId }) => [...byId.values()]);
  }

  /** A resource of the target by itself; undefined where it is not there. Throws the errors of `source.ts`. */
  async one(kind: Kind, id: string): Promise<Reading | undefined> {
    try {
      return await kind.read(this.target, id);
    } catch (error) {
      if (error instanceof ResourceAbsentError) return undefined;
      throw error;
    }
  }

  private async read(kind: Kind, { scopeId, parent }: Place): Promise<Inventory> {
    const byId = new Map<string, Present>();
    const byKey = new Map<string, Present[]>();
    const under = parent && this.parentOf(parent.kind, parent.id);
    let cursor: string | undefined;
    do {
      const page = await kind.enumerate(this.target, scopeId, cursor, under);
      const read = await pMap(page.listed ?? [], ({ id }) => this.one(kind, id), { concurrency });
      for (const reading of [...page.readings, ...read]) {
        if (reading === undefined || byId.has(reading.id)) continue;
        const present = presentOf(kind, reading);
        byId.set(reading.id, present);
        const key = keyText(kind, reading.record);
        if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), present]);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return { byId, byKey };
  }

  private parentOf(kind: Kind, id: string): Parent {
    return { kind: kind.name, id, content: () => kind.read(this.target, id) };
  }
}

export function presentOf(kind: Kind, { id, record }: Reading): Present {
  const { createdBy } = record;
  return {
    id,
    hash: hashOf(portable(kind, record)),
    madeByService: kind.restore?.madeByService?.(record) !== undefined,
    revision: kind.restore?.revision?.(record),
    createdBy: typeof createdBy === 'string' ? createdBy : undefined,
  };
}

/** The natural key of a record with the target's ids, as text. */
export function keyText(kind: Kind, record: JsonObject): string | undefined {
  const key = kind.restore?.key(record);
  return key === undefined ? undefined : hashOf(key as Json);
}

function placeText(kind: Kind, { scopeId, parent }: Place): string {
  return `${kind.name}@${scopeId} ${parent?.kind.name ?? ''} ${parent?.id ?? ''}`;
}
