import pMap from 'p-map';
import * as z from 'zod';
import { writeCounts } from '../vault/counts';
import { Digest } from '../vault/digest';
import { type ScopeRef, versionParts } from '../vault/keys';
import {
  closeManifest,
  type Findings,
  type KindTally,
  manifests,
  scopeText,
  writeFindings,
} from '../vault/manifest';
import { type Held, heldAt } from '../vault/point-in-time';
import { overlappingRestores } from '../vault/restore-window';
import type { Vault } from '../vault/vault';
import { type Captured, unreadableScopes } from './captured';
import { closingSchema } from './close-references';
import { type DriftSettings, driftOf } from './drift';
import { refuseSuperseded } from './epoch';
import { releaseLease } from './lease';
import { oldestReadings } from './rotation';
import type { Run } from './run';
import { type HeldSettings, shrinkage } from './shrink';
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
  drift: z.number().int().default(0),
});
type Sum = z.infer<typeof sumSchema>;

/** Sums over the scopes up to one of them, in order: a commit of very many scopes takes several calls. */
const tallySchema = z.object({
  calls: z.number().int(),
  /** Text of the last scope that is in. */
  after: z.string(),
  kinds: z.record(z.string(), sumSchema),
  scopes: z.array(z.object({ kind: z.string(), scopeId: z.string(), count: z.number().int() })),
});
type Tally = z.infer<typeof tallySchema>;

export type CommitResult =
  | { readonly more: true }
  | {
      readonly more: false;
      readonly status: 'COMPLETE' | 'PARTIAL' | 'HELD';
      readonly startedAt: string;
      readonly cutAt: string;
      readonly kinds: Readonly<Record<string, KindTally>>;
      readonly unreadable: Findings;
      readonly unresolved: Findings;
      readonly shrunk: Findings;
      /** Restores that wrote to the domain meanwhile. */
      readonly overlapsRestore?: readonly string[];
      /** By kind, what events should have told of; absent without change capture. */
      readonly drift?: Readonly<Record<string, number>>;
    };

export interface CommitDependencies {
  readonly vault: Vault;
  readonly now: () => number;
  readonly timeIsUp: () => boolean;
  readonly held: HeldSettings;
  /** Absent without change capture. */
  readonly changes?: DriftSettings | undefined;
}

/**
 * Closes the snapshot: counts and digests are computed from the vault itself, by the view at `cutAt`, over every
 * scope that is registered there, so that whoever computes them again from either Region must come to the same. What
 * the configuration no longer names is in it as it was last read. Where too much of it is gone, it is HELD.
 *
 * A COMPLETE snapshot keeps the lease: collection follows, and gives it back. If it never does, the next run takes
 * the lease over, and what this manifest says stays.
 */
export async function commit(
  { vault, now, timeIsUp, held, changes }: CommitDependencies,
  run: Run,
  cutAt: string,
  captured: Captured,
): Promise<CommitResult> {
  await refuseSuperseded(vault, run);
  const work = new Work(vault, run.startedAt);
  const groups = await work.groups();
  const scopes = groups.flatMap((group) => group.scopes);
  const registered = await registeredScopes(vault);
  const tally: Tally = (await work.note('tally', tallySchema)) ?? {
    calls: 0,
    after: '',
    kinds: Object.fromEntries(scopes.map(({ kind }) => [kind, emptySum])),
    scopes: [],
  };
  let open = registered.filter((scope) => scopeText(scope) > tally.after);
  while (open.length > 0) {
    const batch = open.slice(0, scopesAtOnce);
    const sums = await pMap(batch, (scope) => sumOf(vault, scope, cutAt, run, changes), {
      concurrency: scopesAtOnce,
    });
    for (const [position, { kind, scopeId }] of batch.entries()) {
      tally.kinds[kind] = added(tally.kinds[kind], sums[position]);
      tally.scopes.push({ kind, scopeId, count: sums[position]?.count ?? 0 });
    }
    tally.after = batch.map(scopeText).at(-1) ?? tally.after;
    open = open.slice(batch.length);
    if (open.length > 0 && timeIsUp()) {
      await work.putNote('tally', tally.calls, { ...tally, calls: tally.calls + 1 });
      return { more: true };
    }
  }
  const closing = closingSchema.parse(await work.note('closing', closingSchema));
  const unreadable = unreadableScopes(groups, captured);
  const complete = unreadable.size === 0 && Object.keys(closing.unresolved).length === 0;
  const underlying = complete ? ('COMPLETE' as const) : ('PARTIAL' as const);
  const restores = await overlappingRestores(vault, run.startedAt, cutAt);
  const overlaps = restores.length > 0;
  const { counts, shrunk, heldSince } = await shrinkage(vault, run.startedAt, tally.scopes, held, overlaps);
  const named = [...unreadable].map(([scope, reason]) => `${scope}: ${reason}`);
  const enrolled = scopes.filter((scope) => scope.enrolled === true).map((scope) => scope.scopeId);
  const result = {
    status: heldSince === undefined ? underlying : ('HELD' as const),
    startedAt: run.startedAt,
    cutAt,
    kinds: await withReadings(vault, run, kindsBehind(scopes, registered), tally.kinds),
    unreadable: await writeFindings(vault, run.startedAt, 'unreadable', named),
    unresolved: await writeFindings(vault, run.startedAt, 'unresolved', lines(closing.unresolved)),
    shrunk: await writeFindings(vault, run.startedAt, 'shrunk', shrunk),
    ...(overlaps && { overlapsRestore: restores }),
    ...(changes === undefined ? {} : { drift: missedIn(tally) }),
  };
  // The sums may have taken long.
  await refuseSuperseded(vault, run);
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
    counts: await writeCounts(vault, run.startedAt, counts),
    work: await work.putNames(),
    ...(heldSince === undefined ? {} : { underlying, heldSince }),
  });
  const { status, reason = 'unknown' } = stands;
  if (status !== 'COMPLETE') await releaseLease(vault, run.execution);
  if (status !== 'COMPLETE' && status !== 'PARTIAL' && status !== 'HELD') {
    throw new SnapshotEndedError(`The snapshot has ended ${status}: ${reason}`);
  }
  return { more: false, ...result, status };
}

/** Kinds of which events were missed. */
function missedIn({ kinds }: Tally): Record<string, number> {
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, { drift }]) => (drift === 0 ? [] : [[kind, drift]])),
  );
}

function lines(found: Readonly<Record<string, string>>): string[] {
  return Object.entries(found).map(([target, why]) => `${target}: ${why}`);
}

async function sumOf(
  vault: Vault,
  scope: ScopeRef,
  cutAt: string,
  run: Run,
  changes: DriftSettings | undefined,
): Promise<Sum> {
  const written: Held[] = [];
  const digest = new Digest();
  let changed = 0;
  let deleted = 0;
  for await (const held of heldAt(vault, { kind: scope.kind, scopeId: scope.scopeId }, cutAt)) {
    const ofThisRun = versionParts(held.version).runId === run.runId;
    if (held.live) digest.add(scope.kind, scope.scopeId, held.id, held.hash);
    if (ofThisRun && held.live) changed++;
    if (ofThisRun && !held.live) deleted++;
    if (ofThisRun && changes !== undefined) written.push(held);
  }
  return {
    count: digest.count,
    changed,
    deleted,
    digest: digest.toString(),
    drift: changes === undefined ? 0 : await driftOf(vault, scope, written, run, changes),
  };
}

function added(sum: Sum | undefined, more: Sum | undefined): Sum {
  if (sum === undefined || more === undefined) return sum ?? more ?? emptySum;
  return {
    count: sum.count + more.count,
    changed: sum.changed + more.changed,
    deleted: sum.deleted + more.deleted,
    digest: Digest.sumOf(sum.digest, more.digest),
    drift: sum.drift + more.drift,
  };
}

const emptySum: Sum = { count: 0, changed: 0, deleted: 0, digest: new Digest().toString(), drift: 0 };

/** In one order for every call of the task. */
async function registeredScopes(vault: Vault): Promise<ScopeRef[]> {
  const text = scopeText;
  return (await vault.scopes()).sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** Kinds with a scope that this run did not read: it could not, or the configuration leaves it out. */
function kindsBehind(scopes: readonly ScopeProgress[], registered: readonly ScopeRef[]): Set<string> {
  const read = scopes.filter(({ status }) => status === 'CAPTURED' || status === 'GONE').map(scopeText);
  const known = new Set(read);
  return new Set(
    [...scopes, ...registered].filter((scope) => !known.has(scopeText(scope))).map(({ kind }) => kind),
  );
}

/** The sums with the age of each kind's oldest reading: this run's, or that of the last run that could read all. */
async function withReadings(
  vault: Vault,
  run: Run,
  behind: ReadonlySet<string>,
  sums: Readonly<Record<string, Sum>>,
): Promise<Record<string, KindTally>> {
  const before = behind.size === 0 ? {} : await lastTallies(vault);
  const rotating = await oldestReadings(vault);
  return Object.fromEntries(
    Object.entries(sums).map(([kind, { drift: _, ...sum }]) => {
      const thisRuns = behind.has(kind) ? before[kind]?.oldestReading : run.startedAt;
      const oldestReading = rotating.get(kind) ?? thisRuns;
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
