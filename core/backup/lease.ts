import type { Lease } from '../vault/items';
import { failManifest } from '../vault/manifest';
import { ConditionFailedError, type Expectation } from '../vault/table';
import type { Vault } from '../vault/vault';
import { runIdOf } from './run';

/** What begin asks of Step Functions. */
export interface Executions {
  /** False also for an execution that is not known any more. */
  isRunning(execution: string): Promise<boolean>;
}

export type Acquired =
  | { readonly taken: true; readonly lease: Lease }
  | { readonly taken: false; readonly held: Lease };

/**
 * Takes the domain's lease for one execution. A holder that no longer runs is taken over, and its manifest marked
 * FAILED; one that runs keeps it. The same execution asking again gets what it holds.
 */
export async function acquireLease(
  vault: Vault,
  execution: string,
  executions: Executions,
  now: () => number,
): Promise<Acquired> {
  for (;;) {
    const held = await vault.lease();
    if (held?.execution === execution) return { taken: true, lease: held };
    if (held !== undefined && held.execution !== '') {
      if (await executions.isRunning(held.execution)) return { taken: false, held };
      const reason = `The execution ended without closing its snapshot; its lease was taken over by ${execution}`;
      await failManifest(vault, held, reason, new Date(now()).toISOString());
    }
    // A run must not share its start with an earlier one: it names the snapshot.
    const startedAt = new Date(
      Math.max(now(), held === undefined ? 0 : Date.parse(held.startedAt) + 1),
    ).toISOString();
    const lease: Lease = { ...vault.keys.control('lease'), execution, startedAt, runId: runIdOf(execution) };
    // Every lease starts later than the one before: who reads the same start finds nobody in between.
    const expected: Expectation =
      held === undefined ? { absent: true } : { attribute: 'startedAt', equals: held.startedAt };
    try {
      await vault.table.put(lease, expected);
      return { taken: true, lease };
    } catch (error) {
      // Somebody else took it in between, or our own put was repeated: look again.
      if (!(error instanceof ConditionFailedError)) throw error;
    }
  }
}

/** Gives the lease back; harmless for an execution that does not hold it. */
export async function releaseLease(vault: Vault, execution: string): Promise<void> {
  const held = await vault.lease();
  if (held?.execution !== execution) return;
  try {
    await vault.table.put({ ...held, execution: '' }, { attribute: 'execution', equals: execution });
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
  }
}
