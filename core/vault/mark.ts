import * as z from 'zod';
import { checked } from './items';
import type { Key } from './keys';
import { ConditionFailedError } from './table';
import type { Vault } from './vault';

/** Says of an item that nothing else names that it was written: each of the two names the other. */
export const markSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  /** False: it is about to be, and may never have been. */
  written: z.boolean(),
  markedAt: z.string(),
});

/**
 * Writes an item together with its mark: the mark, which only says what is to come, then the item, to which `put`
 * gives `markedAt`, then that it was written. Wherever a crash falls, neither says of the other what is not so, and
 * the next writing makes up for it. An item that has a mark is never removed.
 */
export async function putMarked<T>(
  vault: Vault,
  key: Key,
  put: (markedAt: string) => Promise<T>,
): Promise<T> {
  const markedAt = new Date(vault.now()).toISOString();
  const mark = { ...vault.keys.mark(key), markedAt };
  // Unchecked: a damaged mark is no reason to write nothing.
  if ((await vault.table.get(mark))?.written === true) return put(markedAt);
  try {
    await vault.putOnce(checked({ ...mark, written: false }));
  } catch (error) {
    // Of an earlier writing, or of one that came to its end meanwhile: that is not taken back.
    if (!(error instanceof ConditionFailedError)) throw error;
  }
  const result = await put(markedAt);
  await vault.table.put(checked({ ...mark, written: true }));
  return result;
}
