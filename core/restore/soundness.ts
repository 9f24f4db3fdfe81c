import { CorruptItemError, verified } from '../vault/items';
import { type Manifest, manifestSchema } from '../vault/manifest';
import { recount, recountOf } from '../vault/recount';
import type { Vault } from '../vault/vault';

/** The vault in this Region is not what the snapshot says that is to be restored: nothing was written. */
export class UnsoundVaultError extends Error {
  override readonly name = 'UnsoundVaultError';
}

/**
 * Computes the snapshot whose cut is restored once more from this Region's table, so that what was dropped or
 * damaged since is found before the first write, and not as a resource that is silently missing. An instant that is
 * the cut of none has nothing to be compared with.
 *
 * @throws UnsoundVaultError that names each kind with what was signed and what is there.
 */
export async function refuseUnsound(vault: Vault, instant: string): Promise<void> {
  const manifest = await manifestAt(vault, instant);
  if (manifest?.kinds === undefined) return;
  const { kinds } = await recount(vault, instant);
  const wrong = [...new Set([...Object.keys(manifest.kinds), ...Object.keys(kinds)])]
    .sort()
    .flatMap((kind) => {
      const said = manifest.kinds?.[kind] ?? recountOf({}, kind);
      const is = recountOf(kinds, kind);
      if (is.damaged > 0) return [`${kind}: ${is.damaged} damaged`];
      if (said.count !== is.count) return [`${kind}: ${is.count} of ${said.count}`];
      return said.digest === is.digest ? [] : [`${kind}: other contents than were signed`];
    });
  if (wrong.length === 0) return;
  throw new UnsoundVaultError(
    `The vault in ${vault.table.region} is not as signed at ${instant} (${wrong.join('; ')}): see dzr verify --deep, restore from the other Region or an earlier snapshot, or accept that it is incomplete`,
  );
}

/** A damaged manifest of another snapshot is no hindrance. */
async function manifestAt(vault: Vault, instant: string): Promise<Manifest | undefined> {
  for await (const item of vault.table.query(vault.keys.manifests(), { descending: true })) {
    try {
      const manifest = verified(manifestSchema, item);
      if (manifest.cutAt === instant) return manifest;
    } catch (error) {
      if (!(error instanceof CorruptItemError) || item.cutAt === instant) throw error;
    }
  }
  return undefined;
}
