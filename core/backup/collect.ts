import pMap from 'p-map';
import * as z from 'zod';
import { collectResource, type Reach } from '../vault/collectable';
import { snapshots, undecided } from '../vault/decisions';
import { type Horizon, putHorizon, readHorizon } from '../vault/horizon';
import type { Head } from '../vault/items';
import { readManifest, scopeText } from '../vault/manifest';
import { pins } from '../vault/pins';
import type { Vault } from '../vault/vault';
import { refuseSuperseded } from './epoch';
import { releaseLease } from './lease';
import type { Run } from './run';
import { Work } from './work';

/** For how long the vault stays whole. */
export interface RetentionSettings {
  /** Every instant of so many days can be read. */
  readonly retentionDays: number;
  /** So many of the newest COMPLETE snapshots can be read, whatever their age. */
  readonly keepSnapshots: number;
}

export type CollectResult =
  | { readonly more: true }
  | {
      readonly more: false;
      /** Undefined: the vault is younger than its retention. */
      readonly horizon: string | undefined;
      /** Versions that end in {@link grace}. */
      readonly marked: number;
      /** Heads of resources that were deleted long ago. */
      readonly removed: number;
    };

export interface CollectDependencies {
  readonly vault: Vault;
  readonly now: () => number;
  readonly timeIsUp: () => boolean;
}

/** Where a pass over the heads stands, after which it goes on in the next call. */
const passSchema = z.object({
  calls: z.number().int(),
  /** Text of the scope, and sort key of the last head in it that is done. */
  scope: z.string(),
  head: z.string(),
  marked: z.number().int(),
  removed: z.number().int(),
});
type Pass = z.infer<typeof passSchema>;

const day = 24 * 3600 * 1000;
/** What is marked can be read for so long still, in seconds: longer than any reader that began before. */
const grace = 7 * 24 * 3600;
const concurrency = 16;
/** Heads after which the time is looked at. */
const headsAtOnce = 500;

/**
 * Gives up what no readable instant needs any more, after a COMPLETE snapshot and under the lease of its run, and
 * gives the lease back. First the horizon moves on, then versions before it are marked to end. The horizon stands at
 * the start of a day, so that one pass a day looks through the vault, whatever the number of runs.
 */
export async function collect(
  { vault, now, timeIsUp }: CollectDependencies,
  run: Run,
  settings: RetentionSettings,
): Promise<CollectResult> {
  // Given back already, by an earlier try of this task, or taken over by another run.
  if ((await vault.lease())?.execution !== run.execution) return nothing(undefined);
  await refuseSuperseded(vault, run);
  const work = new Work(vault, run.startedAt);
  const begun = await work.note('collect', passSchema);
  const horizon =
    begun === undefined
      ? (await mayCollect(vault, run)) && (await advance(vault, settings, now()))
      : await readHorizon(vault);
  if (!horizon || isCollected(horizon)) {
    await releaseLease(vault, run.execution);
    return nothing(horizon || undefined);
  }
  const pass = await collectHeads(vault, horizon, begun ?? firstPass, { now, timeIsUp });
  if (!pass.done) {
    const { done: _, ...note } = pass;
    await work.putNote('collect', note.calls, { ...note, calls: note.calls + 1 });
    return { more: true };
  }
  const { pk: _pk, sk: _sk, check: _check, ...content } = horizon;
  await putHorizon(vault, { ...content, collected: { at: horizon.at, cuts: horizon.cuts } }, horizon);
  await releaseLease(vault, run.execution);
  return { more: false, horizon: horizon.at, marked: pass.marked, removed: pass.removed };
}

const firstPass: Pass = { calls: 0, scope: '', head: '', marked: 0, removed: 0 };

function nothing(horizon: Horizon | undefined): CollectResult {
  return { more: false, horizon: horizon?.at, marked: 0, removed: 0 };
}

async function mayCollect(vault: Vault, run: Run): Promise<boolean> {
  const manifest = await readManifest(vault, run.startedAt);
  if (manifest?.status !== 'COMPLETE' || manifest.overlapsRestore !== undefined) return false;
  return (await undecided(vault)).length === 0;
}

function isCollected({ at, collected }: Horizon): boolean {
  return collected?.at === at;
}

/** Moves the horizon to the start of the day from which on the vault stays whole, and says which cuts do so too. */
async function advance(
  vault: Vault,
  { retentionDays, keepSnapshots }: RetentionSettings,
  now: number,
): Promise<Horizon | undefined> {
  const read = await readHorizon(vault);
  const wished = new Date(Math.floor((now - retentionDays * day) / day) * day).toISOString();
  const at = read !== undefined && read.at > wished ? read.at : wished;
  if (read?.collected?.at === at) return read;
  if (read === undefined && (await isYounger(vault, at))) return undefined;
  let stands = read;
  for (;;) {
    const cuts = await protectedCuts(vault, keepSnapshots, at, read);
    stands = await putHorizon(
      vault,
      { ...(stands?.collected && { collected: stands.collected }), at, cuts, retentionDays, keepSnapshots },
      stands,
    );
    // Who pins now sees the new horizon; who pinned before is seen here.
    const again = await protectedCuts(vault, keepSnapshots, at, read);
    if (again.join() === cuts.join()) return stands;
  }
}

async function isYounger(vault: Vault, at: string): Promise<boolean> {
  const oldest = await vault.table.first(vault.keys.manifests(), { attributes: ['sk'] });
  return oldest === undefined || String(oldest.sk) >= at;
}

/** Cuts before a new horizon at which the vault is to stay whole, and is. */
async function protectedCuts(
  vault: Vault,
  keepSnapshots: number,
  at: string,
  read: Horizon | undefined,
): Promise<string[]> {
  const cuts = new Set((await pins(vault)).map(({ cutAt }) => cutAt));
  let complete = 0;
  for await (const { manifest, status } of snapshots(vault)) {
    // What was captured half-restored must not push out what was captured whole.
    if (status !== 'COMPLETE' || manifest.cutAt === undefined || manifest.overlapsRestore !== undefined)
      continue;
    cuts.add(manifest.cutAt);
    if (++complete === keepSnapshots) break;
  }
  // What was given up once is not made whole by wishing for it.
  const isStillWhole = (cut: string) => read === undefined || cut >= read.at || read.cuts.includes(cut);
  return [...cuts].filter((cut) => cut < at && isStillWhole(cut)).sort();
}

async function collectHeads(
  vault: Vault,
  { at, cuts, collected }: Horizon,
  begun: Pass,
  { now, timeIsUp }: Pick<CollectDependencies, 'now' | 'timeIsUp'>,
): Promise<Pass & { readonly done: boolean }> {
  const reach = { at, cuts };
  let pass = begun;
  const scopes = (await vault.scopes()).sort((a, b) => (scopeText(a) < scopeText(b) ? -1 : 1));
  for (const scope of scopes.filter((one) => scopeText(one) >= begun.scope)) {
    const text = scopeText(scope);
    const heads = vault.heads(scope, text === begun.scope ? begun.head : undefined);
    for await (const batch of batches(heads)) {
      const expiresAt = Math.floor(now() / 1000) + grace;
      const found = await pMap(
        batch.filter((head) => mayHoldMore(head, reach, collected)),
        (head) => collectResource(vault, scope, head, reach, expiresAt),
        { concurrency },
      );
      pass = {
        ...pass,
        scope: text,
        head: batch.at(-1)?.sk ?? '',
        marked: found.reduce((sum, { marked }) => sum + marked, pass.marked),
        removed: found.reduce((sum, { removed }) => sum + (removed ? 1 : 0), pass.removed),
      };
      if (timeIsUp()) return { ...pass, done: false };
    }
  }
  return { ...pass, done: true };
}

/**
 * May a resource hold what can be collected, seeing what the last pass has collected by? Most were never changed,
 * or not of late: their versions are not read.
 */
function mayHoldMore(head: Head, reach: Reach, done: Reach | undefined): boolean {
  const { firstSeenAt, validFrom, state } = head;
  if (firstSeenAt === validFrom || firstSeenAt >= reach.at) return false;
  if (done === undefined || validFrom > done.at || state === 'DELETED') return true;
  const letGo = done.cuts.filter((cut) => !reach.cuts.includes(cut));
  return letGo.some((cut) => firstSeenAt <= cut && cut < validFrom);
}

async function* batches(heads: AsyncIterable<Head>): AsyncGenerator<readonly Head[]> {
  let batch: Head[] = [];
  for await (const head of heads) {
    batch.push(head);
    if (batch.length < headsAtOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
