import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { canonicalize, type Json, type JsonObject } from './canonical';

/** What a version holds of a resource. */
export interface Payload {
  /** Canonical record: the same through every channel of the API. */
  readonly record: JsonObject;
  /** What single channels gave, by facet name. */
  readonly facets: Readonly<Record<string, Json>>;
}

/** A payload above this many bytes is kept in parts, below DynamoDB's 400 KB for a whole item. */
export const largestInlinePayload = 350_000;

/** A window of 2^18 bytes holds most records whole; the default of 4 MB costs more to set up than to compress. */
const window = 18;

/**
 * Canonical JSON, brotli-compressed (RFC 7932). Quality 5: a third of the time of 11 for a few per cent of size. In
 * this thread: most records are so small that handing them to another one takes longer than packing them.
 */
export function encodeJson(value: Json): Buffer {
  const text = Buffer.from(canonicalize(value));
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_LGWIN]: window,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
}

export function decodeJson(bytes: Uint8Array): unknown {
  return JSON.parse(brotliDecompressSync(bytes).toString('utf8'));
}

/** The slices in which bytes are kept when they do not fit one item. */
export function slices(bytes: Uint8Array, size = largestInlinePayload): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(bytes.subarray(at, at + size));
  return out;
}
