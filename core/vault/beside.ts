import * as z from 'zod';
import { type Json, sha256 } from './canonical';
import { CorruptItemError, checked, MissingItemError, verified } from './items';
import type { Key } from './keys';
import { decodeJson, encodeJson, slices } from './payload';
import type { Vault } from './vault';

/** What a manifest says of something that may not fit an item, and so stands beside it in slices. */
export const besideSchema = z.object({ slices: z.number().int().positive(), hash: z.string() });
export type Beside = z.infer<typeof besideSchema>;

type Name = 'counts' | 'work';

const sliceSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  slice: z.instanceof(Uint8Array),
});

/** Writes something beside a manifest that is not closed yet. */
export async function writeBeside(
  vault: Vault,
  startedAt: string,
  name: Name,
  content: Json,
): Promise<Beside> {
  const bytes = encodeJson(content);
  const hash = sha256(bytes);
  const parts = slices(bytes);
  for (const [index, slice] of parts.entries()) {
    await vault.table.put(checked({ ...besideKey(vault, startedAt, name, hash, index), slice }));
  }
  return { slices: parts.length, hash };
}

/** Throws MissingItemError where replication has not brought it yet, CorruptItemError. */
export async function readBeside(
  vault: Vault,
  startedAt: string,
  name: Name,
  beside: Beside,
): Promise<unknown> {
  const parts: Uint8Array[] = [];
  for (let index = 0; index < beside.slices; index++) {
    const key = besideKey(vault, startedAt, name, beside.hash, index);
    const item = await vault.table.get(key);
    if (item === undefined) throw new MissingItemError(key);
    parts.push(verified(sliceSchema, item).slice);
  }
  const bytes = Buffer.concat(parts);
  if (sha256(bytes) !== beside.hash) {
    throw new CorruptItemError(`The ${name} of snapshot ${startedAt} do not match their hash`);
  }
  return decodeJson(bytes);
}

/** The hash is in the key, so that what a task died over stands in nobody's way. */
export function besideKey(vault: Vault, startedAt: string, name: Name, hash: string, slice: number): Key {
  const detail = `${name}#${hash.slice(0, 16)}#${String(slice).padStart(4, '0')}`;
  return vault.keys.manifestDetail(startedAt, detail);
}
