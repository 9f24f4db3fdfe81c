import { createHash } from 'node:crypto';
import type { ItemStates } from './item-states';
import type { ItemWriter } from './item-writer';
import type { TableDefinition } from './table-definition';

/** AWS leaves items alone whose time lies further back: a value in milliseconds, say, read as seconds. */
const MAX_AGE_MS = 5 * 365 * 24 * 60 * 60 * 1000;

/**
 * Deletes what has expired by now. Each item goes late by a delay of its own, in a Region of its own, and the
 * deletion is replicated from there; the same seed draws the same. Returns how many were deleted.
 */
export async function sweepExpired(
  tables: readonly TableDefinition[],
  {
    states,
    writer,
    now,
    maxDelayMs,
    seed,
  }: { states: ItemStates; writer: ItemWriter; now: number; maxDelayMs: number; seed: number },
): Promise<number> {
  const expiries: Promise<void>[] = [];
  for (const table of tables) {
    table.replicas.forEach(({ region }, regionIndex) => {
      for (const [keyText, { expiresAt }] of states.entries(region, table.name)) {
        if (expiresAt === undefined || expiresAt * 1000 > now || now - expiresAt * 1000 > MAX_AGE_MS)
          continue;
        const drawn = createHash('sha256').update(`${seed} ${table.name} ${keyText} ${expiresAt}`).digest();
        const delay = (drawn.readUInt32BE(0) / 2 ** 32) * maxDelayMs;
        const home = drawn.readUInt8(4) % table.replicas.length;
        if (home !== regionIndex || expiresAt * 1000 + delay > now) continue;
        expiries.push(writer.expire(region, table, keyText, expiresAt));
      }
    });
  }
  await Promise.all(expiries);
  return expiries.length;
}
