import * as z from 'zod';
import { checked, verified } from './items';
import type { Vault } from './vault';

/** When a worker restored into the domain that the vault protects. One that died ends by itself, at `until`. */
const windowSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  runId: z.string(),
  beganAt: z.string(),
  /** Renewed while it works. */
  until: z.string(),
});
export type RestoreWindow = z.infer<typeof windowSchema>;

/** Says that a worker writes to the domain, until a time that it moves on; called before its first write. */
export async function putRestoreWindow(
  vault: Vault,
  worker: string,
  window: Pick<RestoreWindow, 'runId' | 'beganAt' | 'until'>,
): Promise<void> {
  const { runId, beganAt, until } = window;
  await vault.table.put(
    checked({ ...vault.keys.restoreWindow(`${beganAt}~${worker}`), runId, beganAt, until }),
  );
}

/** Ids of the restores that wrote to the domain while a snapshot was made, each once, in order. */
export async function overlappingRestores(vault: Vault, startedAt: string, cutAt: string): Promise<string[]> {
  const found = new Set<string>();
  for await (const item of vault.table.query(vault.keys.restoreWindows(), { upTo: `${cutAt}~~` })) {
    const { runId, beganAt, until } = verified(windowSchema, item);
    if (beganAt <= cutAt && until >= startedAt) found.add(runId);
  }
  return [...found].sort();
}
