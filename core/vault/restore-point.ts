import { type CompleteManifest, completeSnapshots, isProven, proofOf } from './proof';
import type { Vault } from './vault';

/** What an instant can be restored to, of one kind, from this Region. */
export interface KindRestorePoint {
  /** Start of the newest snapshot at or before the instant whose proof of this kind holds here. */
  readonly snapshot: string;
  /** Its cut: up to here the kind is proven. */
  readonly provenTo: string;
  /** `proven`, or `proven to <cut>, best effort after`. */
  readonly label: string;
}

export interface RestorePoint {
  /** The instant that was asked for, or the cut of the newest snapshot of which anything is proven here. */
  readonly instant: string;
  /** Undefined for a kind of which nothing at or before the instant is proven here. */
  readonly kinds: Readonly<Record<string, KindRestorePoint | undefined>>;
}

/**
 * What this Region can prove of an instant: per kind, the newest snapshot at or before it whose counts and digests
 * were computed again here. Without an instant: the newest such snapshot, each kind falling back to one before it
 * where need be. Undefined where nothing is proven here.
 */
export async function restorePoint(vault: Vault, instant?: string): Promise<RestorePoint | undefined> {
  const kinds: Record<string, KindRestorePoint | undefined> = {};
  let at = instant;
  for await (const manifest of completeSnapshots(vault)) {
    if (at !== undefined && manifest.cutAt > at) continue;
    const proven = await provenKinds(vault, manifest);
    if (at === undefined && proven.length === 0) continue;
    at ??= manifest.cutAt;
    for (const kind of Object.keys(manifest.kinds)) kinds[kind] ??= undefined;
    for (const kind of proven) kinds[kind] ??= pointOf(manifest, at);
    if (Object.values(kinds).every((point) => point !== undefined)) break;
  }
  return at === undefined ? undefined : { instant: at, kinds };
}

async function provenKinds(vault: Vault, manifest: CompleteManifest): Promise<string[]> {
  const proof = await proofOf(vault, manifest.startedAt);
  return Object.keys(manifest.kinds).filter((kind) => isProven(manifest, proof, kind));
}

function pointOf(
  { startedAt: snapshot, cutAt: provenTo }: CompleteManifest,
  instant: string,
): KindRestorePoint {
  const label = provenTo === instant ? 'proven' : `proven to ${provenTo}, best effort after`;
  return { snapshot, provenTo, label };
}
