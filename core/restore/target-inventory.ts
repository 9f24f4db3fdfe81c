import pMap from 'p-map';
import type { Json, JsonObject, Kind, Parent, Reading } from '../catalog/kind';
import { type DomainSource, ResourceAbsentError } from '../catalog/source';
import { hashOf } from '../vault/canonical';
import { longer, PackedKeys } from './packed';
import { portable } from './portable';
import { type Present, Presents } from './presents';

/** What the target has of a kind in one place. */
export interface Inventory {
  readonly byId: { get(id: string): Present | undefined };
  readonly byKey: { get(key: string): readonly Present[] };
}

/** A place in the target: a scope, or one parent in it. */
export interface Place {
  readonly scopeId: string;
  readonly parent?: { readonly kind: Kind; readonly id: string };
}

const concurrency = 8;

/** What the target has, read once for each place; of each resource its id, key and hash stay in memory, packed. */
export class TargetInventory {
  private readonly places = new PackedKeys();
  /** How often a place was forgotten: what is read of it then is another one's. */
  private readonly renewals = new Map<string, number>();
  /** By the number of a place: 1 once it was read. */
  private isRead = new Uint8Array(64);
  private readonly reading = new Map<number, Promise<void>>();
  private readonly presents = new Map<string, Presents>();

  constructor(readonly target: DomainSource) {}

  /** Throws the errors of `source.ts`. */
  async at(kind: Kind, place: Place): Promise<Inventory> {
    const number = this.places.add(this.textOf(kind, place));
    if (number >= this.isRead.length) this.isRead = longer(this.isRead, new Uint8Array(2 * number));
    if (this.isRead[number] !== 1) {
      const reading = this.reading.get(number) ?? this.readOnce(kind, place, number);
      this.reading.set(number, reading);
      await reading;
    }
    const presents = this.of(kind);
    return {
      byId: presents,
      byKey: { get: (key) => presents.answering(number, key) },
    };
  }

  /** Makes the next look a new one; of these ids too, however they were read. */
  forget(kind: Kind, place: Place | undefined, ids: readonly string[]): void {
    for (const id of ids) this.of(kind).drop(id);
    if (place === undefined) return;
    const number = this.places.positionOf(this.textOf(kind, place));
    if (number < 0) return;
    this.of(kind).dropPlace(number);
    const text = placeText(kind, place);
    this.renewals.set(text, (this.renewals.get(text) ?? 0) + 1);
  }

  /** What was just made or read by itself. */
  settle(kind: Kind, present: Present): void {
    this.of(kind).settle(present);
  }

  /** Everything that is known of a kind. */
  all(kind: Kind): Generator<Present> {
    return this.of(kind).all();
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

  private async readOnce(kind: Kind, place: Place, number: number): Promise<void> {
    try {
      await this.read(kind, place, number);
      this.isRead[number] = 1;
    } finally {
      this.reading.delete(number);
    }
  }

  private async read(kind: Kind, { scopeId, parent }: Place, number: number): Promise<void> {
    const presents = this.of(kind);
    const under = parent && this.parentOf(parent.kind, parent.id);
    let cursor: string | undefined;
    do {
      const page = await kind.enumerate(this.target, scopeId, cursor, under);
      const read = await pMap(page.listed ?? [], ({ id }) => this.one(kind, id), { concurrency });
      for (const reading of [...page.readings, ...read]) {
        if (reading === undefined) continue;
        presents.add(presentOf(kind, reading), number, keyText(kind, reading.record));
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  private textOf(kind: Kind, place: Place): string {
    const text = placeText(kind, place);
    return `${text} ${this.renewals.get(text) ?? 0}`;
  }

  private of(kind: Kind): Presents {
    const known = this.presents.get(kind.name) ?? new Presents();
    this.presents.set(kind.name, known);
    return known;
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
