import * as z from 'zod';
import { type EffectiveStatus, snapshots } from './decisions';
import { BeyondHorizonError, isWhole, readHorizon } from './horizon';
import { checked, verified } from './items';
import { type Manifest, readManifest } from './manifest';
import { putMarked } from './mark';
import { ConditionFailedError } from './table';
import type { Vault } from './vault';

export const pinSchema = z.object({
  pk: z.string(),
  /** Start of the snapshot. */
  sk: z.string(),
  check: z.string(),
  /** The snapshot's cut: what the pin protects. */
  cutAt: z.string(),
  by: z.string(),
  reason: z.string(),
  pinnedAt: z.string(),
  /** When it was let go. The item stays, so that a pin that is lost is told from one that was let go. */
  unpinnedAt: z.string().optional(),
  markedAt: z.string().optional(),
});
export type Pin = z.infer<typeof pinSchema>;

/** A snapshot has nothing that a pin could keep, or is pinned by another pin. */
export class UnpinnableError extends Error {
  override readonly name = 'UnpinnableError';
}

/** The pins that hold, by the snapshots' order, oldest first. */
export async function pins(vault: Vault): Promise<Pin[]> {
  const found: Pin[] = [];
  for await (const item of vault.table.query(vault.keys.pins())) {
    const one = verified(pinSchema, item);
    if (holds(one)) found.push(one);
  }
  return found;
}

/**
 * Keeps what a snapshot shows at its cut until it is unpinned, however old it grows.
 *
 * @throws UnpinnableError
 * @throws BeyondHorizonError if what it shows may have been collected already
 */
export async function pin(vault: Vault, startedAt: string, by: string, reason: string): Promise<Pin> {
  const { cutAt } = await cutSnapshot(vault, startedAt);
  const key = vault.keys.pin(startedAt);
  const pinnedAt = new Date(vault.now()).toISOString();
  const pinned = await putMarked(vault, key, async (markedAt) => {
    const there = await readPin(vault, startedAt);
    if (there !== undefined && holds(there)) return undefined;
    return replaced(vault, there, checked({ ...key, cutAt, by, reason, pinnedAt, markedAt }));
  });
  if (pinned === undefined) {
    throw new UnpinnableError(`Snapshot ${startedAt} is pinned already: unpin it first`);
  }
  // Collection moves the horizon before it looks at the pins for the last time: one of the two sees the other.
  if (isWhole(await readHorizon(vault), cutAt)) return pinned;
  await letGo(vault, pinned);
  throw new BeyondHorizonError(`Snapshot ${startedAt} is beyond the horizon and may have been collected`);
}

/** Lets a snapshot go. False: it was not pinned. */
export async function unpin(vault: Vault, startedAt: string): Promise<boolean> {
  const there = await readPin(vault, startedAt);
  return there !== undefined && holds(there) && (await letGo(vault, there));
}

function holds({ unpinnedAt }: Pin): boolean {
  return unpinnedAt === undefined;
}

async function readPin(vault: Vault, startedAt: string): Promise<Pin | undefined> {
  const item = await vault.table.get(vault.keys.pin(startedAt));
  return item === undefined ? undefined : verified(pinSchema, item);
}

async function letGo(vault: Vault, pinned: Pin): Promise<boolean> {
  const { check: _, ...rest } = pinned;
  const unpinnedAt = new Date(vault.now()).toISOString();
  const put = (markedAt: string) => replaced(vault, pinned, checked({ ...rest, unpinnedAt, markedAt }));
  return (await putMarked(vault, pinned, put)) !== undefined;
}

/** Puts a pin in the place of the one that was read. Undefined: somebody else was faster. */
async function replaced(vault: Vault, read: Pin | undefined, item: Pin): Promise<Pin | undefined> {
  try {
    await vault.table.put(
      item,
      read === undefined ? { absent: true } : { attribute: 'check', equals: read.check },
    );
    return item;
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    // The answer to our own put may have been lost.
    return (await readPin(vault, item.sk))?.check === item.check ? item : undefined;
  }
}

async function cutSnapshot(vault: Vault, startedAt: string): Promise<Manifest & { readonly cutAt: string }> {
  const manifest = await readManifest(vault, startedAt);
  if (manifest?.cutAt === undefined) {
    throw new UnpinnableError(`Snapshot ${startedAt} is ${manifest?.status ?? 'not there'}: it has no cut`);
  }
  return { ...manifest, cutAt: manifest.cutAt };
}

/** Why the vault can still show a snapshot. */
export type KeptBecause =
  /** It is one of the newest COMPLETE ones, counted from 1. */
  | { readonly why: 'newest'; readonly number: number }
  | { readonly why: 'pinned'; readonly by: string; readonly reason: string }
  /** Nothing since the horizon is ever collected. */
  | { readonly why: 'retention' }
  /** Nothing at all is collected before an operator has decided. */
  | { readonly why: 'undecided' };

export interface Explained {
  readonly manifest: Manifest;
  readonly status: EffectiveStatus;
  /** Empty: what it showed may have been collected, or it never had a cut; its manifest alone is kept. */
  readonly kept: readonly KeptBecause[];
}

/** COMPLETE snapshots that are kept whatever their age, where nothing was configured. */
export const defaultKeepSnapshots = 3;

/** Says of each snapshot why it is kept, newest first. Of a pin on what was collected before it, nothing. */
export async function* explain(vault: Vault): AsyncGenerator<Explained> {
  const horizon = await readHorizon(vault);
  const pinned = new Map((await pins(vault)).map((one) => [one.sk, one]));
  const keep = horizon?.keepSnapshots ?? defaultKeepSnapshots;
  let complete = 0;
  for await (const { manifest, status } of snapshots(vault)) {
    const { startedAt, cutAt, overlapsRestore } = manifest;
    const kept: KeptBecause[] = [];
    if (cutAt !== undefined && isWhole(horizon, cutAt)) {
      if (status === 'COMPLETE' && overlapsRestore === undefined && ++complete <= keep)
        kept.push({ why: 'newest', number: complete });
      const held = pinned.get(startedAt);
      if (held !== undefined) kept.push({ why: 'pinned', by: held.by, reason: held.reason });
      if (horizon === undefined || cutAt >= horizon.at) kept.push({ why: 'retention' });
      if (status === 'HELD') kept.push({ why: 'undecided' });
    }
    yield { manifest, status, kept };
  }
}
