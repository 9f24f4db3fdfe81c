import { CorruptItemError, leaseSchema, verified } from '../vault/items';
import { type Manifest, manifestSchema } from '../vault/manifest';
import { recount, recountOf } from '../vault/recount';
import type { RestorePoint } from '../vault/restore-point';
import type { Vault } from '../vault/vault';

/** The vault in this Region is not what the snapshot says that is to be restored: nothing was written. */
export class UnsoundVaultError extends Error {
  override readonly name = 'UnsoundVaultError';
}

/**
 * Computes the snapshot whose cut is restored once more from this Region's table, so that what was dropped or
 * damaged since is found before the first write, and not as a resource that is silently missing. An instant that is
 * the cut of none has nothing to be compared with; where it may be that of one whose manifest is lost, it is refused.
 *
 * @throws UnsoundVaultError that names each kind with what was signed and what is there, or what is lost.
 */
export async function refuseUnsound(vault: Vault, instant: string): Promise<void> {
  const { sound, damaged } = await manifestsOf(vault, instant);
  const manifest = sound.find(({ cutAt }) => cutAt === instant);
  if (manifest === undefined) return refuseLost(vault, instant, sound, damaged);
  if (manifest.kinds === undefined) return;
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
  if (wrong.length > 0) throw unsound(vault, `is not as signed at ${instant} (${wrong.join('; ')})`);
}

type Facts = Pick<Manifest, 'startedAt' | 'cutAt' | 'previous' | 'kinds'>;

/** A damaged manifest of another snapshot is no hindrance. */
async function manifestsOf(
  vault: Vault,
  instant: string,
): Promise<{ readonly sound: Facts[]; readonly damaged: string[] }> {
  const sound: Facts[] = [];
  const damaged: string[] = [];
  for await (const item of vault.table.query(vault.keys.manifests())) {
    try {
      const { startedAt, cutAt, previous, kinds } = verified(manifestSchema, item);
      sound.push({ startedAt, cutAt, previous, ...(cutAt === instant && { kinds }) });
    } catch (error) {
      if (!(error instanceof CorruptItemError) || item.cutAt === instant) throw error;
      damaged.push(String(item.sk));
    }
  }
  return { sound, damaged };
}

/** The cut of a lost manifest lies between the start of its snapshot and the next cut that is known. */
async function refuseLost(
  vault: Vault,
  instant: string,
  sound: readonly Facts[],
  damaged: readonly string[],
): Promise<void> {
  const there = new Set(sound.map(({ startedAt }) => startedAt));
  const named = [
    ...damaged,
    ...sound.flatMap(({ previous }) => previous ?? []),
    ...(await namedBeside(vault)),
  ];
  const lost = named.find((startedAt) => {
    if (there.has(startedAt) || startedAt > instant) return false;
    return !sound.some((one) => one.startedAt > startedAt && one.cutAt !== undefined && one.cutAt <= instant);
  });
  if (lost === undefined) return;
  throw unsound(
    vault,
    `has lost the manifest of the snapshot ${lost}, and with it what was signed at ${instant}`,
  );
}

/** Starts of snapshots that something else than a manifest tells of: the newest one has no successor. */
async function namedBeside(vault: Vault): Promise<string[]> {
  const { keys, table } = vault;
  const named: string[] = [];
  for (const pk of [keys.proofs(table.region), keys.pins(), keys.decisions()]) {
    for await (const { sk } of table.query(pk)) named.push(String(sk));
  }
  // Of the newest run, whether it has ended or not, there is the lease from its very beginning.
  const lease = leaseSchema.safeParse(await table.get(keys.control('lease')));
  return lease.success ? [...named, lease.data.startedAt] : named;
}

/**
 * Where the newest snapshot that is proven here is asked for, it must not be an older one because the manifest of the
 * newest is lost: its proof is still there.
 *
 * @param found the newest that is proven, as far as manifests tell; undefined: none
 * @throws UnsoundVaultError
 */
export async function refuseLostNewest(vault: Vault, found: RestorePoint | undefined): Promise<void> {
  const { keys, table } = vault;
  const after = Object.values(found?.kinds ?? {}).flatMap((kind) => kind?.snapshot ?? []);
  const newer = after.length === 0 ? {} : { after: after.sort().at(-1) ?? '' };
  for await (const { sk } of table.query(keys.proofs(table.region), { ...newer, attributes: ['sk'] })) {
    const startedAt = String(sk);
    if ((await table.get(keys.manifest(startedAt))) !== undefined) continue;
    throw unsound(vault, `has lost the manifest of the snapshot ${startedAt}, which was computed again here`);
  }
}

function unsound({ table }: Vault, what: string): UnsoundVaultError {
  return new UnsoundVaultError(
    `The vault in ${table.region} ${what}: see dzr verify --deep, restore from the other Region or an earlier snapshot, or accept that it is incomplete`,
  );
}
