import type { Vault } from '../vault/vault';
import type { Run } from './run';

/** Another Region became the writer while a run was under way: it must not go on. */
export class EpochSupersededError extends Error {
  override readonly name = 'EpochSupersededError';
}

/** Throws EpochSupersededError where the run's Region and epoch are no longer what this Region knows of the writer. */
export async function refuseSuperseded(vault: Vault, { epoch }: Pick<Run, 'epoch'>): Promise<void> {
  const writer = await vault.writer();
  if (writer === undefined || (writer.epoch === epoch && writer.region === vault.table.region)) return;
  throw new EpochSupersededError(
    `Region ${writer.region} has become the writer with epoch ${writer.epoch}: this run of epoch ${epoch} in ${vault.table.region} stops`,
  );
}
