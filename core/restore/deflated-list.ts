import { deflateRawSync, inflateRawSync } from 'node:zlib';

const pageSize = 200;

/**
 * Values as JSON keeps them, appended one by one and read in order any number of times: deflated, but for the last 200
 * and those that are just read. Not to be appended to while it is read.
 */
export class DeflatedList<T extends object> implements Iterable<T> {
  private readonly pages: Buffer[] = [];
  private open: string[] = [];

  get length(): number {
    return this.pages.length * pageSize + this.open.length;
  }

  push(value: T): void {
    this.open.push(JSON.stringify(value));
    if (this.open.length < pageSize) return;
    // A copy: what zlib gives is a view of a buffer that may be much longer.
    this.pages.push(Buffer.from(deflateRawSync(arrayOf(this.open))));
    this.open = [];
  }

  *[Symbol.iterator](): Generator<T, void> {
    for (const page of this.pages) yield* JSON.parse(inflateRawSync(page).toString()) as T[];
    yield* JSON.parse(arrayOf(this.open)) as T[];
  }
}

function arrayOf(texts: readonly string[]): string {
  return `[${texts.join()}]`;
}
