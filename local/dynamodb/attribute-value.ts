import { z } from 'zod';

/** A value as DynamoDB's JSON protocol writes it: one member, named by its type. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

export const itemSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The largest item, names and values together: 400 KB. */
export const MAX_ITEM_BYTES = 400 * 1024;

/**
 * An item's size by AWS's rules: UTF-8 bytes of names and strings, raw bytes of binaries, about one byte per two
 * digits of a number plus one, 3 bytes for a list or map plus one per element.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + valueSize(value), 0);
}

/** Write units of an item (of the larger one, where a write replaces it): one per started KB, at least one. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

/** Read units of an item: one per started 4 KB, half of it when the read is eventually consistent. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / 4096)) / (consistent ? 1 : 2);
}

/** Malformed values have some size, too: refusing them is the backend's part. */
function valueSize(value: unknown): number {
  const [[type, content] = ['NULL', true]] = Object.entries(Object(value));
  switch (type) {
    case 'S':
      return utf8(String(content));
    case 'B':
      return base64Bytes(String(content));
    case 'N':
      return numberSize(String(content));
    case 'SS':
      return sum(content, (text) => utf8(String(text)));
    case 'BS':
      return sum(content, (text) => base64Bytes(String(text)));
    case 'NS':
      return sum(content, (text) => numberSize(String(text)));
    case 'L':
      return 3 + sum(content, (element) => 1 + valueSize(element));
    case 'M':
      return (
        3 +
        sum(
          Object.entries(Object(content)),
          ([name, element]: [string, unknown]) => 1 + utf8(name) + valueSize(element),
        )
      );
    default:
      return 1;
  }
}

function numberSize(text: string): number {
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[^0-9]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function base64Bytes(text: string): number {
  return Buffer.byteLength(text, 'base64');
}

function utf8(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function sum<T>(content: unknown, size: (element: T) => number): number {
  return Array.isArray(content) ? content.reduce((total: number, element: T) => total + size(element), 0) : 0;
}
