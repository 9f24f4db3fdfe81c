import * as z from 'zod';
import { type Beside, readBeside, writeBeside } from './beside';
import type { Manifest } from './manifest';
import type { Vault } from './vault';

/**
 * How many resources of a kind a snapshot shows, in one scope or, with null, in all of them; and how many it showed
 * at most since an operator last accepted a HELD snapshot.
 */
const countSchema = z.tuple([z.string(), z.string().nullable(), z.number().int(), z.number().int()]);
export type Count = z.infer<typeof countSchema>;

/** Writes counts beside a manifest that is not closed yet, since those of ten thousand scopes fit no item. */
export function writeCounts(vault: Vault, startedAt: string, counts: readonly Count[]): Promise<Beside> {
  return writeBeside(vault, startedAt, 'counts', counts);
}

/** The counts beside a manifest. Throws MissingItemError where replication has not brought them yet, CorruptItemError. */
export async function readCounts(
  vault: Vault,
  { startedAt, counts }: Pick<Manifest, 'startedAt' | 'counts'>,
): Promise<Count[]> {
  if (counts === undefined) return [];
  return z.array(countSchema).parse(await readBeside(vault, startedAt, 'counts', counts));
}
