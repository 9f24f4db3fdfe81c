import { longer, PackedKeys, PackedTexts } from './packed';

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

const hashBytes = 32;
/** The place of what was read by itself. */
const nowhere = -1;
/** A row that counts; without it, what was read before is not known any more. */
const there = 1;
const byService = 2;

/** What the target has of one kind, packed: about 150 bytes each, and the id. */
export class Presents {
  private readonly ids = new PackedKeys();
  private readonly keys = new PackedKeys();
  private readonly texts = new PackedTexts();
  private readonly creators = new PackedKeys();
  private readonly creatorNames: string[] = [];
  private rows = 0;
  private hashes = Buffer.alloc(64 * hashBytes);
  private flags = new Uint8Array(64);
  private places = new Int32Array(64);
  private revisions = new Float64Array(64);
  private createdBy = new Int32Array(64);
  /** Newest row by the position of an id, from 1. */
  private rowOfId = new Int32Array(64);
  /** What answers to a key: entries, each with the position of an id and the entry before it, from 1. */
  private entries = 0;
  private idOfEntry = new Int32Array(64);
  private entryBefore = new Int32Array(64);
  private entryOfKey = new Int32Array(64);

  get(id: string): Present | undefined {
    const row = this.rowOf(id);
    return row < 0 ? undefined : this.at(row);
  }

  /** What was read in a place, with its key there. What is known by itself is newer, and stays. */
  add(present: Present, place: number, key: string | undefined): void {
    if (this.rowOf(present.id) < 0) this.put(present, place);
    if (key === undefined) return;
    const at = this.keys.add(`${place} ${key}`);
    const entry = this.entries++;
    this.idOfEntry = withRoom(this.idOfEntry, entry);
    this.entryBefore = withRoom(this.entryBefore, entry);
    this.entryOfKey = withRoom(this.entryOfKey, at);
    this.idOfEntry[entry] = this.ids.positionOf(present.id);
    this.entryBefore[entry] = this.entryOfKey[at] ?? 0;
    this.entryOfKey[at] = entry + 1;
  }

  /** What was read by itself. */
  settle(present: Present): void {
    this.drop(present.id);
    this.put(present, nowhere);
  }

  /** What has a key in a place, in the order in which it was read. */
  answering(place: number, key: string): Present[] {
    const rows = new Set<number>();
    const at = this.keys.positionOf(`${place} ${key}`);
    let entry = at < 0 ? 0 : (this.entryOfKey[at] ?? 0);
    for (; entry > 0; entry = this.entryBefore[entry - 1] ?? 0) {
      const row = (this.rowOfId[this.idOfEntry[entry - 1] ?? 0] ?? 0) - 1;
      if (this.isThere(row)) rows.add(row);
    }
    return [...rows].reverse().map((row) => this.at(row));
  }

  drop(id: string): void {
    const row = this.rowOf(id);
    if (row >= 0) this.flags[row] = 0;
  }

  dropPlace(place: number): void {
    for (let row = 0; row < this.rows; row++) if (this.places[row] === place) this.flags[row] = 0;
  }

  *all(): Generator<Present> {
    for (let row = 0; row < this.rows; row++) if (this.isThere(row)) yield this.at(row);
  }

  private isThere(row: number): boolean {
    return ((this.flags[row] ?? 0) & there) !== 0;
  }

  private rowOf(id: string): number {
    const at = this.ids.positionOf(id);
    const row = at < 0 ? -1 : (this.rowOfId[at] ?? 0) - 1;
    return row >= 0 && this.isThere(row) ? row : -1;
  }

  private put({ id, hash, madeByService, revision, createdBy }: Present, place: number): number {
    if (this.rows === this.flags.length) this.grow();
    const row = this.rows++;
    const at = this.ids.add(id);
    this.rowOfId = withRoom(this.rowOfId, at);
    this.rowOfId[at] = row + 1;
    this.texts.add(id);
    this.hashes.write(hash, row * hashBytes, 'hex');
    this.flags[row] = there | (madeByService ? byService : 0);
    this.places[row] = place;
    this.revisions[row] = revision ?? Number.NaN;
    this.createdBy[row] = createdBy === undefined ? 0 : this.creator(createdBy) + 1;
    return row;
  }

  private at(row: number): Present {
    const revision = this.revisions[row] ?? Number.NaN;
    return {
      id: this.texts.get(row),
      hash: this.hashes.toString('hex', row * hashBytes, (row + 1) * hashBytes),
      madeByService: ((this.flags[row] ?? 0) & byService) !== 0,
      revision: Number.isNaN(revision) ? undefined : revision,
      createdBy: this.creatorNames[(this.createdBy[row] ?? 0) - 1],
    };
  }

  private creator(name: string): number {
    const at = this.creators.add(name);
    this.creatorNames[at] = name;
    return at;
  }

  private grow(): void {
    const length = 2 * this.rows;
    this.hashes = Buffer.concat([this.hashes], length * hashBytes);
    this.flags = longer(this.flags, new Uint8Array(length));
    this.places = longer(this.places, new Int32Array(length));
    this.revisions = longer(this.revisions, new Float64Array(length));
    this.createdBy = longer(this.createdBy, new Int32Array(length));
  }
}

function withRoom(numbers: Int32Array<ArrayBuffer>, position: number): Int32Array<ArrayBuffer> {
  return position < numbers.length ? numbers : longer(numbers, new Int32Array(2 * position));
}
