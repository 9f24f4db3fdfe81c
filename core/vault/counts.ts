import * as z from 'zod';
import { sha256 } from './canonical';
import { CorruptItemError, checked, MissingItemError, verified } from './items';
import type { Key } from './keys';
import type { Manifest } from './manifest';
import { decodeJson, encodeJson, slices } from './payload';
import type { Vault } from './vault';

/**
 * How many resources of a kind a snapshot shows, in one scope or, with null, in all of them; and how many it showed
 * at most since an operator last accepted a HELD snapshot.
 */
const countSchema = z.tuple([z.string(), z.string().nullable(), z.number().int(), z.number().int()]);
export type Count = z.infer<typeof countSchema>;

const sliceSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  slice: z.instanceof(Uint8Array),
});

/** Writes counts beside a manifest that is not closed yet, since those of ten thousand scopes fit no item. */
export async function writeCounts(
  vault: Vault,
  startedAt: string,
  counts: readonly Count[],
): Promise<NonNullable<Manifest['counts']>> {
  const bytes = await encodeJson(counts);
  const hash = sha256(bytes);
  const parts = slices(bytes);
  for (const [index, slice] of parts.entries()) {
    await vault.table.put(checked({ ...countsKey(vault, startedAt, hash, index), slice }));
  }
  return { slices: parts.length, hash };
}

/** The counts beside a manifest. Throws MissingItemError where replication has not brought them yet, CorruptItemError. */
export async function readCounts(
  vault: Vault,
  { startedAt, counts }: Pick<Manifest, 'startedAt' | 'counts'>,
): Promise<Count[]> {
  if (counts === undefined) return [];
  const parts: Uint8Array[] = [];
  for (let index = 0; index < counts.slices; index++) {
    const key = countsKey(vault, startedAt, counts.hash, index);
    const item = await vault.table.get(key);
    if (item === undefined) throw new MissingItemError(key);
    parts.push(verified(sliceSchema, item).slice);
  }
  const bytes = Buffer.concat(parts);
  if (sha256(bytes) !== counts.hash) {
    throw new CorruptItemError(`The counts of snapshot ${startedAt} do not match their hash`);
  }
  return z.array(countSchema).parse(await decodeJson(bytes));
}

/** The hash is in the key, so that what a task died over stands in nobody's way. */
export function countsKey(vault: Vault, startedAt: string, hash: string, slice: number): Key {
  const detail = `counts#${hash.slice(0, 16)}#${String(slice).padStart(4, '0')}`;
  return vault.keys.manifestDetail(startedAt, detail);
}
