import { type Snapshot, snapshots } from '../core/vault/decisions';
import type { Manifest } from '../core/vault/manifest';
import { isOvertaken, type Proof, proofOf } from '../core/vault/proof';
import type { Vault } from '../core/vault/vault';
import { NoSuchSnapshotError } from '../core/vault/verify';
import type { Vaults } from './vaults';

/** The snapshot that starts at `startedAt`, or `newest`. Throws NoSuchSnapshotError. */
export async function snapshotOf(vault: Vault, startedAt: string): Promise<Snapshot> {
  for await (const snapshot of snapshots(vault)) {
    if (startedAt === 'newest' || snapshot.manifest.startedAt === startedAt) return snapshot;
  }
  throw new NoSuchSnapshotError(
    startedAt === 'newest'
      ? `The vault in ${vault.table.region} has no snapshot yet: take a backup first`
      : `The vault in ${vault.table.region} has no snapshot ${startedAt}: dzr snapshots lists them`,
  );
}

/** What each Region says of a snapshot, by Region, as far as it has reached the one that is read. */
export async function proofsOf(
  { here, peer }: Vaults,
  startedAt: string,
): Promise<Readonly<Record<string, Proof | undefined>>> {
  const regions = [here.table.region, peer.table.region].sort();
  return Object.fromEntries(
    await Promise.all(
      regions.map(async (region) => [region, await proofOf(here, startedAt, region)] as const),
    ),
  );
}

/** A snapshot's status with what takes away from it. */
export async function standing(vault: Vault, manifest: Manifest, status: string): Promise<string> {
  if (isOvertaken(manifest, await vault.writer())) return `${status} (overtaken)`;
  return manifest.overlapsRestore === undefined ? status : `${status} (overlaps a restore)`;
}
