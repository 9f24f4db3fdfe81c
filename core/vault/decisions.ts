import * as z from 'zod';
import { checked, verified } from './items';
import { type Manifest, manifests, readManifest, type SnapshotStatus } from './manifest';
import { putMarked } from './mark';
import { ConditionFailedError } from './table';
import type { Vault } from './vault';

export const decisionSchema = z.object({
  pk: z.string(),
  /** Start of the snapshot that was decided on. */
  sk: z.string(),
  check: z.string(),
  decision: z.enum(['ACCEPTED', 'REJECTED']),
  /** Who decided, in the words of whoever asked. */
  by: z.string(),
  reason: z.string(),
  decidedAt: z.string(),
  markedAt: z.string().optional(),
});
export type Decision = z.infer<typeof decisionSchema>;

/** What a snapshot counts as, once an operator's decision is heard. */
export type EffectiveStatus = SnapshotStatus | 'REJECTED';

/** A snapshot with the decision on it, if there is one, and what it counts as. */
export interface Snapshot {
  readonly manifest: Manifest;
  readonly decision: Decision | undefined;
  readonly status: EffectiveStatus;
}

/** There is nothing to decide on a snapshot, or it was decided otherwise; the message says what to do. */
export class UndecidableError extends Error {
  override readonly name = 'UndecidableError';
}

/** The one way to read a status: accepted, a HELD snapshot counts as what it is underneath. */
export function effectiveStatus(
  { status, underlying }: Pick<Manifest, 'status' | 'underlying'>,
  decision: Pick<Decision, 'decision'> | undefined,
): EffectiveStatus {
  if (status !== 'HELD' || decision === undefined) return status;
  return decision.decision === 'REJECTED' ? 'REJECTED' : (underlying ?? status);
}

/** All decisions, oldest first. */
export async function decisions(vault: Vault): Promise<Decision[]> {
  const found: Decision[] = [];
  for await (const item of vault.table.query(vault.keys.decisions())) {
    found.push(verified(decisionSchema, item));
  }
  return found;
}

/** Snapshots with what they count as, newest first. A decision holds for the HELD snapshots before it, too. */
export async function* snapshots(vault: Vault): AsyncGenerator<Snapshot> {
  const decided = await decisions(vault);
  for await (const manifest of manifests(vault)) {
    const decision =
      manifest.status === 'HELD' ? decided.find(({ sk }) => sk >= manifest.startedAt) : undefined;
    yield { manifest, decision, status: effectiveStatus(manifest, decision) };
  }
}

/** HELD snapshots that nobody has decided on, newest first. While there is one, nothing is collected. */
export async function undecided(vault: Vault): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for await (const { manifest, status } of snapshots(vault)) {
    if (manifest.cutAt === undefined) continue;
    // From a HELD snapshot on every later one is HELD, so that none can stand before another status.
    if (status !== 'HELD') break;
    found.push(manifest);
  }
  return found;
}

/**
 * Accepts the newest HELD snapshot, and with it those before it: what is gone is gone rightly. Each counts as what
 * it is underneath, and the next one is compared with this one's counts. Can be repeated.
 *
 * @throws UndecidableError
 */
export async function accept(vault: Vault, startedAt: string, by: string, reason: string): Promise<Decision> {
  await decidable(vault, startedAt, 'ACCEPTED');
  return decide(vault, startedAt, 'ACCEPTED', by, reason);
}

/** The decision that stands already. Throws UndecidableError where there is nothing to decide, or another stands. */
export async function decidable(
  vault: Vault,
  startedAt: string,
  decision: Decision['decision'],
): Promise<Decision | undefined> {
  const stands = await readDecision(vault, startedAt);
  if (stands?.decision === decision) return stands;
  if (stands !== undefined) {
    throw new UndecidableError(`Snapshot ${startedAt} was ${stands.decision} already, by ${stands.by}`);
  }
  const manifest = await readManifest(vault, startedAt);
  if (manifest?.status !== 'HELD') {
    throw new UndecidableError(`Snapshot ${startedAt} is ${manifest?.status ?? 'not there'}, not HELD`);
  }
  const [newest] = await undecided(vault);
  if (newest?.startedAt !== startedAt) {
    throw new UndecidableError(
      newest === undefined
        ? `Snapshot ${startedAt} was decided on with a later one`
        : `Snapshot ${newest.startedAt} is held too, and later: decide on that one`,
    );
  }
  return undefined;
}

/** Gives the decision that stands, where there is one. */
export async function decide(
  vault: Vault,
  startedAt: string,
  decision: Decision['decision'],
  by: string,
  reason: string,
): Promise<Decision> {
  const decidedAt = new Date(vault.now()).toISOString();
  const key = vault.keys.decision(startedAt);
  return putMarked(vault, key, async (markedAt) => {
    const item = checked({ ...key, decision, by, reason, decidedAt, markedAt });
    try {
      await vault.putOnce(item);
      return item;
    } catch (error) {
      // Somebody else decided in the same moment: theirs stands.
      if (!(error instanceof ConditionFailedError)) throw error;
      return (await decidable(vault, startedAt, decision)) ?? item;
    }
  });
}

async function readDecision(vault: Vault, startedAt: string): Promise<Decision | undefined> {
  const item = await vault.table.get(vault.keys.decision(startedAt));
  return item === undefined ? undefined : verified(decisionSchema, item);
}
