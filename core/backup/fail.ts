import { closeManifest, readManifest } from '../vault/manifest';
import { ConditionFailedError } from '../vault/table';
import type { Vault } from '../vault/vault';
import { failureText } from './captured';
import { releaseLease } from './lease';

/** Ends a run that cannot go on: its manifest says FAILED and why, and the lease is free for the next. */
export async function fail(
  vault: Vault,
  execution: string,
  failure: { readonly Error: string; readonly Cause: string },
  now: () => number,
): Promise<{ status: 'FAILED'; reason: string }> {
  const reason = failureText({ ...failure });
  const lease = await vault.lease();
  if (lease?.execution === execution) {
    const manifest = await readManifest(vault, lease.startedAt);
    if (manifest !== undefined && manifest.status === 'RUNNING') {
      const { pk: _pk, sk: _sk, check: _check, ...content } = manifest;
      try {
        await closeManifest(vault, {
          ...content,
          status: 'FAILED',
          finishedAt: new Date(now()).toISOString(),
          reason,
        });
      } catch (error) {
        // A later run has taken over and marked it already.
        if (!(error instanceof ConditionFailedError)) throw error;
      }
    }
    await releaseLease(vault, execution);
  }
  return { status: 'FAILED', reason };
}
