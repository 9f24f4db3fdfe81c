import pMap from 'p-map';
import * as z from 'zod';
import { Digest } from '../vault/digest';
import { type ScopeRef, versionParts } from '../vault/keys';
import { closeManifest, type Findings, type KindTally, manifests, writeFindings } from '../vault/manifest';
import { heldAt } from '../vault/point-in-time';
import type { Vault } from '../vault/vault';
import { type Captured, unreadableScopes } from './captured';
import { closingSchema } from './close-references';
import { releaseLease } from './lease';
import type { Run } from './run';
import { type ScopeProgress, Work } from './work';

/** Another run has taken this one for dead, and ended its snapshot. */
export class SnapshotEndedError extends Error {
  override readonly name = 'SnapshotEndedError';
}

/** Scopes whose heads are read at once, and after which the time is looked at. */
const scopesAtOnce = 8;

const sumSchema = z.object({
  count: z.number().int(),
  changed: z.number().int(),
  deleted: z.number().int(),
  digest: z.string(),
});
type Sum = z.infer<typeof sumSchema>;

/** Sums over the scopes so far, in the order of the run's groups: a commit of very many scopes takes several calls. */
const tallySchema = z.object({ next: z.number().int(), kinds: z.record(z.string(), sumSchema) });
type Tally = z.infer<typeof tallySchema>;

export type CommitResult =
  | { readonly more: true }
  | {
      readonly more: false;
      readonly status: 'COMPLETE' | 'PARTIAL';
      readonly startedAt: string;
      readonly cutAt: string;
      readonly kinds: Readonly<Record<string, KindTally>>;
      readonly unreadable: Findings;
      readonly unresolved: Findings;
    };

export interface CommitDependencies {
  readonly vault: Vault;
  readonly now: () => number;
  readonly timeIsUp: () => boolean;
}

/**
 * Closes the snapshot: counts and digests of every scope are computed from the vault itself, by the view at `cutAt`,
 * so that whoever computes them again from either Region must come to the same.
 */
export async function commit(
  { vault, now, timeIsUp }: CommitDependencies,
  run: Run,
  cutAt: string,
  captured: Captured,
): Promise<CommitResult> {
  const work = new Work(vault, run.startedAt);
  const groups = await work.groups();
  const scopes = groups.flatMap((group) => group.scopes);
  const tally: Tally = (await work.note('tally', tallySchema)) ?? { next: 0, kinds: {} };
  while (tally.next < scopes.length) {
    const batch = scopes.slice(tally.next, tally.next + scopesAtOnce);
    const sums = await pMap(batch, (scope) => sumOf(vault, scope, cutAt, run), { concurrency: scopesAtOnce });
    for (const [position, { kind }] of batch.entries()) {
      tally.kinds[kind] = added(tally.kinds[kind], sums[position]);
    }
    tally.next += batch.length;
    if (tally.next < scopes.length && timeIsUp()) {
      await work.putNote('tally', tally.next, tally);
      return { more: true };
    }
  }
  const closing = closingSchema.parse(await work.note('closing', closingSchema));
  const unreadable = unreadableScopes(groups, captured);
  const complete = unreadable.size === 0 && Object.keys(closing.unresolved).length === 0;
  const named = [...unreadable].map(([scope, reason]) => `${scope}: ${reason}`);
  const enrolled = scopes.filter((scope) => scope.enrolled === true).map((scope) => scope.scopeId);
  const result = {
    status: complete ? ('COMPLETE' as const) : ('PARTIAL' as const),
    startedAt: run.startedAt,
    cutAt,
    kinds: await withReadings(vault, run, scopes, tally.kinds),
    unreadable: await writeFindings(vault, run.startedAt, 'unreadable', named),
    unresolved: await writeFindings(vault, run.startedAt, 'unresolved', lines(closing.unresolved)),
  };
  const stands = await closeManifest(vault, {
    ...result,
    runId: run.runId,
    execution: run.execution,
    region: vault.table.region,
    epoch: run.epoch,
    domainVersion: run.domainVersion,
    finishedAt: new Date(now()).toISOString(),
    dangling: await writeFindings(vault, run.startedAt, 'dangling', lines(closing.dangling)),
    outside: await writeFindings(vault, run.startedAt, 'outside', lines(closing.outside)),
    enrolled: await writeFindings(vault, run.startedAt, 'enrolled', enrolled),
  });
  await releaseLease(vault, run.execution);
  if (stands.status !== result.status) {
    throw new SnapshotEndedError(`The snapshot has ended ${stands.status}: ${stands.reason ?? 'unknown'}`);
  }
  return { more: false, ...result };
}

function lines(found: Readonly<Record<string, string>>): string[] {
  return Object.entries(found).map(([target, why]) => `${target}: ${why}`);
}

async function sumOf(vault: Vault, scope: ScopeRef, cutAt: string, run: Run): Promise<Sum> {
  const digest = new Digest();
  let changed = 0;
  let deleted = 0;
  for await (const held of heldAt(vault, { kind: scope.kind, scopeId: scope.scopeId }, cutAt)) {
    const ofThisRun = versionParts(held.version).runId === run.runId;
    if (held.live) digest.add(scope.kind, scope.scopeId, held.id, held.hash);
    if (ofThisRun && held.live) changed++;
    if (ofThisRun && !held.live) deleted++;
  }
  return { count: digest.count, changed, deleted, digest: digest.toString() };
}

function added(sum: Sum | undefined, more: Sum | undefined): Sum {
  if (sum === undefined || more === undefined) return sum ?? more ?? emptySum;
  return {
    count: sum.count + more.count,
    changed: sum.changed + more.changed,
    deleted: sum.deleted + more.deleted,
    digest: Digest.sumOf(sum.digest, more.digest),
  };
}

const emptySum: Sum = { count: 0, changed: 0, deleted: 0, digest: new Digest().toString() };

/** The sums with the age of each kind's oldest reading: this run's, or that of the last run that could read all. */
async function withReadings(
  vault: Vault,
  run: Run,
  scopes: readonly ScopeProgress[],
  sums: Readonly<Record<string, Sum>>,
): Promise<Record<string, KindTally>> {
  const behind = new Set(
    scopes.filter(({ status }) => status === 'UNREADABLE' || status === 'PENDING').map(({ kind }) => kind),
  );
  const before = behind.size === 0 ? {} : await lastTallies(vault);
  return Object.fromEntries(
    Object.entries(sums).map(([kind, sum]) => {
      const oldestReading = behind.has(kind) ? before[kind]?.oldestReading : run.startedAt;
      return [kind, { ...sum, ...(oldestReading === undefined ? {} : { oldestReading }) }];
    }),
  );
}

async function lastTallies(vault: Vault): Promise<Readonly<Record<string, KindTally>>> {
  for await (const manifest of manifests(vault)) {
    if (manifest.kinds !== undefined) return manifest.kinds;
  }
  return {};
}
