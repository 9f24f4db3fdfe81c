import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

/** SHA-256 of text or bytes, in lower-case hexadecimal (64 characters). */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Hash of a JSON value: SHA-256 over its RFC 8785 (JCS) form, so that equal content has an equal hash. */
export function hashOf(value: Json): string {
  return sha256(canonicalize(value));
}

export { canonicalize };
