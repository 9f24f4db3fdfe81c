import { failManifest, type SnapshotStatus } from '../vault/manifest';
import type { Vault } from '../vault/vault';
import { failureText } from './captured';
import { releaseLease } from './lease';

/**
 * Ends a run that cannot go on: its manifest says FAILED and why, and the lease is free for the next. A snapshot that
 * had ended before, since only its collection failed, stays what it is: `status` says so.
 */
export async function fail(
  vault: Vault,
  execution: string,
  failure: { readonly Error: string; readonly Cause: string },
  now: () => number,
): Promise<{ status: SnapshotStatus; reason: string }> {
  const reason = failureText({ ...failure });
  const lease = await vault.lease();
  if (lease?.execution !== execution) return { status: 'FAILED', reason };
  const { status } = await failManifest(vault, lease, reason, new Date(now()).toISOString());
  await releaseLease(vault, execution);
  return { status, reason };
}
