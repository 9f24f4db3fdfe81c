import * as z from 'zod';
import { snapshots } from './decisions';
import { checked, verified, type Writer } from './items';
import type { Manifest } from './manifest';
import { putMarked } from './mark';
import { type KindRecount, kindRecountSchema, recount, recountOf, recountSchema } from './recount';
import type { Vault } from './vault';

/**
 * What one Region has computed again of a snapshot. `proven`: every count and digest is as signed, and what is
 * behind them is there. `different`: it is not, and replication can no longer be why. `not-yet`: it may still be
 * under way, or the work is not done.
 */
export const proofSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  region: z.string(),
  startedAt: z.string(),
  status: z.enum(['proven', 'different', 'not-yet']),
  /** What this Region's table has of each kind at the cut; empty while the work is not done. */
  kinds: z.record(z.string(), kindRecountSchema),
  /** When it was computed. */
  provenAt: z.string(),
  /** Kinds that are not as signed. */
  unproven: z.array(z.string()),
  /** Where the next call goes on. */
  progress: recountSchema.optional(),
  markedAt: z.string().optional(),
});
export type Proof = z.infer<typeof proofSchema>;

/** A snapshot younger than this may lack in one Region what replication is still to bring, in ms. */
const longestReplication = 15 * 60_000;

/** A snapshot that a Region can prove: it counts as COMPLETE, under an epoch that held to its end. */
export interface CompleteManifest extends Manifest {
  readonly kinds: NonNullable<Manifest['kinds']>;
  readonly cutAt: string;
  readonly finishedAt: string;
}

/**
 * Computes the newest COMPLETE snapshot again from this Region's own table, and writes what comes out as this
 * Region's proof. Undefined where there is no such snapshot yet. One that is proven already is left so. When the
 * worker's time is nearly spent, it saves where it stands, and the next call goes on.
 */
export async function prove(vault: Vault, timeIsUp: () => boolean): Promise<Proof | undefined> {
  for await (const manifest of completeSnapshots(vault)) {
    const before = await proofOf(vault, manifest.startedAt);
    if (before?.status === 'proven') return putMarked(vault, before, async () => before);
    const counted = await recount(vault, manifest.cutAt, { from: before?.progress, timeIsUp });
    const provenAt = new Date(vault.now()).toISOString();
    const { done, ...progress } = counted;
    if (!done)
      return putProof(vault, manifest, { status: 'not-yet', kinds: {}, unproven: [], provenAt, progress });
    const { kinds } = counted;
    const unproven = unprovenKinds(manifest, kinds);
    const young = vault.now() - Date.parse(manifest.finishedAt) < longestReplication;
    const status = unproven.length === 0 ? 'proven' : young ? 'not-yet' : 'different';
    return putProof(vault, manifest, { status, kinds, unproven, provenAt });
  }
  return undefined;
}

/** COMPLETE snapshots, newest first, without those that ended after another Region had become the writer. */
export async function* completeSnapshots(vault: Vault): AsyncGenerator<CompleteManifest> {
  const writer = await vault.writer();
  for await (const { manifest, status } of snapshots(vault)) {
    const { kinds, cutAt, finishedAt } = manifest;
    if (status !== 'COMPLETE' || kinds === undefined || cutAt === undefined || finishedAt === undefined)
      continue;
    if (!isOvertaken(manifest, writer)) yield { ...manifest, kinds, cutAt, finishedAt };
  }
}

/** True for a snapshot that ended after another Region had become the writer: what it says was never agreed on. */
export function isOvertaken({ epoch, finishedAt }: Manifest, writer: Writer | undefined): boolean {
  if (writer?.since === undefined || epoch === undefined || finishedAt === undefined) return false;
  return epoch < writer.epoch && finishedAt > writer.since;
}

/** The proof that a Region, this one by default, has written of a snapshot. */
export async function proofOf(
  vault: Vault,
  startedAt: string,
  region = vault.table.region,
): Promise<Proof | undefined> {
  const item = await vault.table.get(vault.keys.proof(region, startedAt));
  return item === undefined ? undefined : verified(proofSchema, item);
}

/** Snapshots that are restorable in this Region, newest first: proven here. */
export async function* provenSnapshots(vault: Vault): AsyncGenerator<CompleteManifest> {
  for await (const manifest of completeSnapshots(vault)) {
    if ((await proofOf(vault, manifest.startedAt))?.status === 'proven') yield manifest;
  }
}

/** True where this Region has one kind of a snapshot as signed, whatever it has of the others. */
export function isProven(manifest: CompleteManifest, proof: Proof | undefined, kind: string): boolean {
  return (
    proof?.progress === undefined &&
    proof !== undefined &&
    !proof.unproven.includes(kind) &&
    kind in manifest.kinds
  );
}

function unprovenKinds(manifest: CompleteManifest, kinds: Readonly<Record<string, KindRecount>>): string[] {
  const all = new Set([...Object.keys(manifest.kinds), ...Object.keys(kinds)]);
  return [...all].sort().filter((kind) => {
    const { count, digest } = manifest.kinds[kind] ?? recountOf({}, kind);
    const is = recountOf(kinds, kind);
    return is.count !== count || is.digest !== digest || is.damaged > 0;
  });
}

async function putProof(
  vault: Vault,
  { startedAt }: CompleteManifest,
  content: Omit<Proof, 'pk' | 'sk' | 'check' | 'region' | 'startedAt' | 'markedAt'>,
): Promise<Proof> {
  const { region } = vault.table;
  const key = vault.keys.proof(region, startedAt);
  return putMarked(vault, key, async (markedAt) => {
    const item = checked({ ...key, region, startedAt, ...content, markedAt });
    await vault.table.put(item);
    return proofSchema.parse(item);
  });
}
