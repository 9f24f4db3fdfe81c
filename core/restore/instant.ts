import { readManifest } from '../vault/manifest';
import { restorePoint } from '../vault/restore-point';
import type { Vault } from '../vault/vault';

/** No instant was given, and of no snapshot is anything proven in this Region. */
export class NothingProvenError extends Error {
  override readonly name = 'NothingProvenError';
}

/** The instant is still to come: what it will have been, nobody knows. */
export class InstantAheadError extends Error {
  override readonly name = 'InstantAheadError';
}

export interface Instant {
  readonly instant: string;
  /** Kinds that are not proven at that instant in this Region, and up to when they are. */
  readonly notProven: Readonly<Record<string, string>>;
}

/**
 * The time that is restored: the one given (the start of a snapshot stands for its cut), or the cut of the newest
 * snapshot that is proven in the vault's Region. Throws NothingProvenError, InstantAheadError.
 */
export async function instantOf(vault: Vault, asked?: string): Promise<Instant> {
  const given = asked === undefined ? undefined : ((await readManifest(vault, asked))?.cutAt ?? asked);
  const now = new Date(vault.now()).toISOString();
  if (given !== undefined && given > now) {
    throw new InstantAheadError(`The instant ${given} is still to come: it is ${now}`);
  }
  const point = await restorePoint(vault, given);
  const instant = given ?? point?.instant;
  if (instant === undefined) {
    throw new NothingProvenError(
      `No snapshot is proven in ${vault.table.region} yet: give an instant, or wait for the next proof`,
    );
  }
  const kinds = Object.entries(point?.kinds ?? {}).map(([kind, at]) => [kind, at?.label ?? 'not proven']);
  return { instant, notProven: Object.fromEntries(kinds.filter(([, label]) => label !== 'proven')) };
}
