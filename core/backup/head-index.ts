import { createHash } from 'node:crypto';
import type { Head } from '../vault/items';

const width = 16;

/**
 * The heads of one scope, packed: 16 bytes of id hash and 16 of content hash each, so that a million resources
 * fit in 40 MB. What a sweep has seen is a bit per head that was there when the run began, in order of sort keys;
 * a head that came since is seen by its being there.
 */
export class HeadIndex {
  private ids = Buffer.alloc(1024 * width);
  private contents = Buffer.alloc(1024 * width);
  private live = Buffer.alloc(1024);
  /** Position among the heads that were there before the run, or -1. */
  private positions = new Int32Array(1024);
  /** By facet name: the first bytes of each head's facet hash as a number; 0 where it was never read. */
  private readonly facets = new Map<string, Float64Array>();
  private slots = new Int32Array(2048).fill(-1);
  private size = 0;
  private before = 0;
  private seenOfBefore = 0;
  private fingerprintHash = createHash('sha256');
  private seenBits: Uint8Array = new Uint8Array(128);

  private constructor(private readonly startedAt: string) {}

  static async of(heads: AsyncIterable<Head>, startedAt: string): Promise<HeadIndex> {
    const index = new HeadIndex(startedAt);
    for await (const head of heads) index.add(head);
    return index;
  }

  /** Changes when the heads from before the run are not the same, or not in the same order. */
  get fingerprint(): string {
    return this.fingerprintHash.copy().digest('hex').slice(0, 32);
  }

  /** At least one byte: DynamoDB-compatible stores differ on empty binaries. */
  get seen(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.seenBits.subarray(0, Math.max(1, Math.ceil(this.before / 8))));
  }

  /** Takes up the bits of an earlier worker. */
  restore(seen: Uint8Array): void {
    this.seenBits.set(seen.subarray(0, this.seenBits.length));
    this.seenOfBefore = 0;
    for (const byte of this.seen) {
      for (let bits = byte; bits !== 0; bits &= bits - 1) this.seenOfBefore++;
    }
  }

  has(id: string): boolean {
    return this.find(idHash(id)) >= 0;
  }

  /** What the vault says of this id: does it hold exactly this content, live, and these facets where it has them? */
  holds(id: string, hash: string, facets: Readonly<Record<string, string>>): boolean {
    const at = this.find(idHash(id));
    if (at < 0 || this.live[at] !== 1) return false;
    for (const [name, facet] of Object.entries(facets)) {
      const kept = this.facets.get(name)?.[at] ?? 0;
      if (kept !== 0 && kept !== facetNumber(facet)) return false;
    }
    return this.contents.compare(contentHash(hash), 0, width, at * width, (at + 1) * width) === 0;
  }

  /** Does the vault hold this id live, and this facet of it with this hash? */
  holdsFacet(id: string, name: string, hash: string): boolean {
    const at = this.find(idHash(id));
    return at >= 0 && this.live[at] === 1 && this.facets.get(name)?.[at] === facetNumber(hash);
  }

  markSeen(id: string): void {
    const at = this.find(idHash(id));
    const position = at < 0 ? -1 : (this.positions[at] ?? -1);
    if (position < 0 || this.isSeen(position)) return;
    this.seenBits[position >> 3] = (this.seenBits[position >> 3] ?? 0) | (1 << (position & 7));
    this.seenOfBefore++;
  }

  wasSeen(id: string): boolean {
    const at = this.find(idHash(id));
    if (at < 0) return false;
    const position = this.positions[at] ?? -1;
    return position < 0 || this.isSeen(position);
  }

  /** Distinct resources that the sweep has met, those included whose heads came since the run began. */
  get seenCount(): number {
    return this.size - this.before + this.seenOfBefore;
  }

  /** Is there a live head from before the run that the sweep has not met? */
  get someLiveUnseen(): boolean {
    for (let at = 0; at < this.size; at++) {
      const position = this.positions[at] ?? -1;
      if (position >= 0 && this.live[at] === 1 && !this.isSeen(position)) return true;
    }
    return false;
  }

  /** A resource that has just got its first head; `note` says with what. */
  addNew(id: string): void {
    if (this.find(idHash(id)) < 0) this.insert(idHash(id), Buffer.alloc(width), true, -1);
  }

  /** What the vault holds of this id from now on, so that a further sweep need not look it up. */
  note(id: string, hash: string, facets: Readonly<Record<string, string>>): void {
    this.addNew(id);
    const at = this.find(idHash(id));
    this.live[at] = 1;
    contentHash(hash).copy(this.contents, at * width);
    this.setFacets(at, facets);
  }

  private add(head: Head): void {
    const id = idHash(head.id);
    const old = head.firstSeenAt < this.startedAt;
    if (old) this.fingerprintHash.update(id);
    const position = old ? this.before++ : -1;
    if (this.before > this.seenBits.length * 8) this.seenBits = grown(this.seenBits);
    this.insert(id, contentHash(head.hash), head.state === 'LIVE', position);
    this.setFacets(this.size - 1, head.facets);
  }

  private isSeen(position: number): boolean {
    return ((this.seenBits[position >> 3] ?? 0) & (1 << (position & 7))) !== 0;
  }

  private setFacets(at: number, facets: Readonly<Record<string, string>>): void {
    for (const [name, hash] of Object.entries(facets)) {
      const numbers = this.facets.get(name) ?? new Float64Array(this.positions.length);
      this.facets.set(name, numbers);
      numbers[at] = facetNumber(hash);
    }
  }

  private insert(id: Buffer, content: Buffer, live: boolean, position: number): void {
    if (this.size === this.positions.length) this.grow();
    id.copy(this.ids, this.size * width);
    content.copy(this.contents, this.size * width);
    this.live[this.size] = live ? 1 : 0;
    this.positions[this.size] = position;
    this.slots[this.slotOf(id)] = this.size++;
  }

  private grow(): void {
    this.ids = Buffer.concat([this.ids, Buffer.alloc(this.ids.length)]);
    this.contents = Buffer.concat([this.contents, Buffer.alloc(this.contents.length)]);
    this.live = Buffer.concat([this.live, Buffer.alloc(this.live.length)]);
    const positions = new Int32Array(this.positions.length * 2);
    positions.set(this.positions);
    this.positions = positions;
    for (const [name, numbers] of this.facets) {
      const larger = new Float64Array(numbers.length * 2);
      larger.set(numbers);
      this.facets.set(name, larger);
    }
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    for (let at = 0; at < this.size; at++) {
      this.slots[this.slotOf(this.ids.subarray(at * width, (at + 1) * width))] = at;
    }
  }

  private find(id: Buffer): number {
    return this.slots[this.slotOf(id)] ?? -1;
  }

  /** Open addressing: the slot that holds this id, or the free one where it belongs. */
  private slotOf(id: Buffer): number {
    const mask = this.slots.length - 1;
    let slot = id.readUInt32LE(0) & mask;
    for (;;) {
      const at = this.slots[slot] ?? -1;
      if (at < 0 || this.ids.compare(id, 0, width, at * width, (at + 1) * width) === 0) return slot;
      slot = (slot + 1) & mask;
    }
  }
}

function idHash(id: string): Buffer {
  return createHash('sha256').update(id).digest().subarray(0, width);
}

function contentHash(hash: string): Buffer {
  return Buffer.from(hash.slice(0, width * 2), 'hex');
}

/** 52 bits of a hash, and never 0. */
function facetNumber(hash: string): number {
  return Number.parseInt(hash.slice(0, 13), 16) + 1;
}

function grown(bits: Uint8Array): Uint8Array {
  const next = new Uint8Array(bits.length * 2);
  next.set(bits);
  return next;
}
