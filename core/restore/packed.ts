import { createHash } from 'node:crypto';

const width = 16;

/**
 * Texts by the first 16 bytes of their SHA-256, numbered in the order of their coming: 16 bytes each, and a slot of 4
 * of which at least half are free. A million of them take about 30 MB, where as many strings in a Set take 100.
 */
export class PackedKeys {
  private hashes = Buffer.alloc(64 * width);
  private slots = new Int32Array(128).fill(-1);
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(text: string): boolean {
    return this.positionOf(text) >= 0;
  }

  /** -1: it is not there. */
  positionOf(text: string): number {
    return this.slots[this.slotOf(hashOf(text), 0)] ?? -1;
  }

  /** Its position, which is the next one where it was not there. */
  add(text: string): number {
    const hash = hashOf(text);
    const slot = this.slotOf(hash, 0);
    const there = this.slots[slot] ?? -1;
    if (there >= 0) return there;
    if (2 * this.count >= this.slots.length) {
      this.grow();
      return this.add(text);
    }
    hash.copy(this.hashes, this.count * width);
    this.slots[slot] = this.count;
    return this.count++;
  }

  private grow(): void {
    this.hashes = Buffer.concat([this.hashes], this.hashes.length * 2);
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    for (let at = 0; at < this.count; at++) this.slots[this.slotOf(this.hashes, at * width)] = at;
  }

  /** Open addressing: the slot that holds the hash, or the free one where it belongs. */
  private slotOf(of: Buffer, from: number): number {
    const mask = this.slots.length - 1;
    let slot = of.readUInt32LE(from) & mask;
    for (;;) {
      const at = this.slots[slot] ?? -1;
      if (at < 0 || this.hashes.compare(of, from, from + width, at * width, (at + 1) * width) === 0)
        return slot;
      slot = (slot + 1) & mask;
    }
  }
}

/** Texts one after the other, by number. */
export class PackedTexts {
  private bytes = Buffer.alloc(1024);
  private ends = new Uint32Array(64);
  private count = 0;

  get(position: number): string {
    return this.bytes.toString('utf8', this.ends[position - 1] ?? 0, this.ends[position]);
  }

  /** Its number. */
  add(text: string): number {
    const from = this.ends[this.count - 1] ?? 0;
    const to = from + Buffer.byteLength(text);
    while (to > this.bytes.length) this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
    if (this.count === this.ends.length) this.ends = longer(this.ends, new Uint32Array(2 * this.count));
    this.bytes.write(text, from);
    this.ends[this.count] = to;
    return this.count++;
  }
}

/** Texts by texts. A value that is replaced keeps its bytes. */
export class PackedMap {
  private readonly keys = new PackedKeys();
  private readonly texts = new PackedTexts();
  private numbers = new Int32Array(64);

  get size(): number {
    return this.keys.size;
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  get(key: string): string | undefined {
    const at = this.keys.positionOf(key);
    return at < 0 ? undefined : this.texts.get(this.numbers[at] ?? 0);
  }

  set(key: string, value: string): void {
    if (this.get(key) === value) return;
    const at = this.keys.add(key);
    if (at >= this.numbers.length) this.numbers = longer(this.numbers, new Int32Array(2 * at));
    this.numbers[at] = this.texts.add(value);
  }
}

/** What was asked for last, and no more than so many. */
export class Recent<T> {
  private readonly values = new Map<string, T>();

  constructor(private readonly most: number) {}

  get(key: string): T | undefined {
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    this.values.delete(key);
    this.values.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size <= this.most) return;
    for (const oldest of this.values.keys()) {
      this.values.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.values.delete(key);
  }
}

/** A bit for each number from 0 to a greatest one. */
export class Bits {
  private readonly bytes: Uint8Array;

  constructor(greatest: number) {
    this.bytes = new Uint8Array((greatest >> 3) + 1);
  }

  has(number: number): boolean {
    return ((this.bytes[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  add(number: number): void {
    this.bytes[number >> 3] = (this.bytes[number >> 3] ?? 0) | (1 << (number & 7));
  }
}

export function longer<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, width);
}
