import * as z from 'zod';
import { checked, verified } from './items';
import { ConditionFailedError } from './table';
import type { Vault } from './vault';

/** How far back a vault is whole, and which cuts before that are protected. */
const reach = {
  /** Every instant from here on reads as it was. */
  at: z.string(),
  /** Cuts before `at` that do so too: of pinned snapshots and of the newest COMPLETE ones. */
  cuts: z.array(z.string()),
};

export const horizonSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  ...reach,
  retentionDays: z.number().int().positive(),
  keepSnapshots: z.number().int().positive(),
  /** What the last pass that came to its end has collected by. */
  collected: z.object(reach).optional(),
});
export type Horizon = z.infer<typeof horizonSchema>;
export type HorizonContent = Omit<Horizon, 'pk' | 'sk' | 'check'>;

/** An instant is before the horizon, and no protected cut: the vault may not be whole there. */
export class BeyondHorizonError extends Error {
  override readonly name = 'BeyondHorizonError';
}

/** As it stands now; undefined: nothing was ever collected. */
export async function readHorizon(vault: Vault): Promise<Horizon | undefined> {
  const item = await vault.table.get(vault.keys.control('horizon'));
  return item === undefined ? undefined : verified(horizonSchema, item);
}

/** Moves the horizon on, in place of the one that was read. Throws ConditionFailedError if somebody else did. */
export async function putHorizon(
  vault: Vault,
  content: HorizonContent,
  read: Horizon | undefined,
): Promise<Horizon> {
  const item = checked({ ...vault.keys.control('horizon'), ...content });
  try {
    await vault.table.put(
      item,
      read === undefined ? { absent: true } : { attribute: 'check', equals: read.check },
    );
  } catch (error) {
    // The answer to our own put may have been lost.
    if (!(error instanceof ConditionFailedError) || (await readHorizon(vault))?.check !== item.check)
      throw error;
  }
  return item;
}

/** Is the vault whole at an instant, in ISO 8601? From the horizon on it is, and at protected cuts. */
export async function readableAt(vault: Vault, instant: string): Promise<boolean> {
  return isWhole(await vault.horizon(), instant);
}

/** Throws BeyondHorizonError. */
export async function refuseBeyondHorizon(vault: Vault, instant: string): Promise<void> {
  const horizon = await vault.horizon();
  if (isWhole(horizon, instant)) return;
  throw new BeyondHorizonError(
    `The vault is whole from ${horizon?.at} on, and at ${horizon?.cuts.length} protected cuts before: not at ${instant}`,
  );
}

export function isWhole(horizon: Horizon | undefined, instant: string): boolean {
  return horizon === undefined || instant >= horizon.at || horizon.cuts.includes(instant);
}
