import pMap from 'p-map';
import * as z from 'zod';
import { besideSchema } from './beside';
import { checked, type Lease, verified } from './items';
import type { Key, ScopeRef } from './keys';
import { ConditionFailedError } from './table';
import type { Vault } from './vault';

/** What a snapshot says of one kind, computed from the vault itself at `cutAt`. */
export const kindTallySchema = z.object({
  count: z.number().int(),
  /** Created or changed by this run. */
  changed: z.number().int(),
  deleted: z.number().int(),
  digest: z.string().length(64),
  /** Start of the oldest run whose reading still stands for a scope of this kind; absent if one was never read. */
  oldestReading: z.string().optional(),
});
export type KindTally = z.infer<typeof kindTallySchema>;

/** Findings of one kind that a manifest holds itself; of more, all stand as items beside it. */
export const mostFindings = 100;
const findings = z.object({ count: z.number().int(), first: z.array(z.string()).max(mostFindings) });
export type Findings = z.infer<typeof findings>;

/**
 * COMPLETE: every configured scope was read to its end by a permitted reader, everything that the API had made
 * visible by `startedAt` is in, references are closed. PARTIAL: at least one scope or reference is not, each named.
 * HELD: COMPLETE or PARTIAL underneath, but so much smaller than before that an operator has to decide.
 */
export const snapshotStatus = z.enum(['RUNNING', 'COMPLETE', 'PARTIAL', 'HELD', 'FAILED', 'SKIPPED']);
export type SnapshotStatus = z.infer<typeof snapshotStatus>;

export const manifestSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  status: snapshotStatus,
  startedAt: z.string(),
  runId: z.string(),
  execution: z.string(),
  region: z.string(),
  domainVersion: z.enum(['V1', 'V2']).optional(),
  epoch: z.number().int().optional(),
  cutAt: z.string().optional(),
  finishedAt: z.string().optional(),
  kinds: z.record(z.string(), kindTallySchema).optional(),
  /** Scopes that could not be read to their end: `<kind>@<scope>: <why>`. */
  unreadable: findings.optional(),
  /** References whose target exists, or may, and could not be captured. */
  unresolved: findings.optional(),
  /** References whose target the source itself says is gone: no hindrance to COMPLETE. */
  dangling: findings.optional(),
  /** References into projects that the configuration leaves out. */
  outside: findings.optional(),
  /** Projects that the run enrolled its reader in. */
  enrolled: findings.optional(),
  /** What a HELD snapshot would be if it were not held. */
  underlying: z.enum(['COMPLETE', 'PARTIAL']).optional(),
  /** Kinds, and kinds in scopes, that have shrunk: `<kind>@<scope>: <count> of <high-water mark>`. */
  shrunk: findings.optional(),
  /** Start of the oldest undecided HELD snapshot, for whose sake this one is HELD too; perhaps itself. */
  heldSince: z.string().optional(),
  /**
   * By kind, what this run found new, changed or deleted that events or calls should have told of before; kinds
   * without are left out. Absent where changes were not captured.
   */
  drift: z.record(z.string(), z.number().int().positive()).optional(),
  /** Where the counts of each kind and scope stand beside the manifest. */
  counts: besideSchema.optional(),
  /** Names of what the tasks of the run handed to each other, which stays until `expiresAt`, in s since the epoch. */
  work: besideSchema.extend({ expiresAt: z.number().int() }).optional(),
  /** Restores that wrote to the domain meanwhile: it is neither a newest one nor what later ones are compared with. */
  overlapsRestore: z.array(z.string()).optional(),
  /** Why the run FAILED or was SKIPPED. */
  reason: z.string().optional(),
  /** Start of the snapshot before it: of a manifest that is lost, its successor knows. */
  previous: z.string().optional(),
  /** Where the horizon stood before it. */
  horizon: z.string().optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestContent = Omit<Manifest, 'pk' | 'sk' | 'check'>;

export async function readManifest(vault: Vault, startedAt: string): Promise<Manifest | undefined> {
  const item = await vault.table.get(vault.keys.manifest(startedAt));
  return item === undefined ? undefined : verified(manifestSchema, item);
}

/** Manifests, newest first. */
export async function* manifests(vault: Vault): AsyncGenerator<Manifest> {
  for await (const item of vault.table.query(vault.keys.manifests(), { descending: true })) {
    yield verified(manifestSchema, item);
  }
}

/**
 * Writes the manifest of a run that begins or is skipped. It takes the place of a SKIPPED one of the same
 * millisecond; any other stays, and is a ConditionFailedError unless it is this very one.
 */
export async function openManifest(vault: Vault, content: ManifestContent): Promise<void> {
  const item = manifestItem(vault, { ...content, ...(await before(vault, content.startedAt)) });
  try {
    await vault.putOnce(item);
  } catch (error) {
    if (!(error instanceof ConditionFailedError) || content.status !== 'RUNNING') throw error;
    const there = await readManifest(vault, content.startedAt);
    if (there?.status === 'RUNNING' && there.execution === content.execution) return;
    if (there?.status !== 'SKIPPED') throw error;
    await vault.table.put({ ...item }, { attribute: 'check', equals: there.check });
  }
}

/**
 * Ends the manifest of a run, and gives the one that stands then: a manifest that has ended stays as it is, so a
 * task that is repeated, or that ends a run which another one has ended, gets what was said first.
 */
export async function closeManifest(vault: Vault, content: ManifestContent): Promise<Manifest> {
  for (;;) {
    const there = await readManifest(vault, content.startedAt);
    if (there !== undefined && there.status !== 'RUNNING' && there.status !== 'SKIPPED') return there;
    const { previous, horizon } = there ?? (await before(vault, content.startedAt));
    const item = manifestItem(vault, { ...content, previous, horizon });
    try {
      await vault.table.put(
        { ...item },
        there === undefined ? { absent: true } : { attribute: 'check', equals: there.check },
      );
      return manifestSchema.parse(item);
    } catch (error) {
      // Somebody else was faster, or the answer to our own put was lost: look at what stands.
      if (!(error instanceof ConditionFailedError)) throw error;
    }
  }
}

/**
 * Says of the run that holds, or held, a lease that it FAILED, unless it has ended. A run that died before it
 * opened its manifest gets one, so that no run is passed over in silence.
 */
export async function failManifest(
  vault: Vault,
  lease: Lease,
  reason: string,
  finishedAt: string,
): Promise<Manifest> {
  const { startedAt, runId, execution } = lease;
  const there = await readManifest(vault, startedAt);
  const region = vault.table.region;
  const opened = there?.status === 'RUNNING' ? there : { startedAt, runId, execution, region };
  return closeManifest(vault, { ...opened, status: 'FAILED', finishedAt, reason });
}

/** Writes every finding as an item of its own, and gives what the manifest itself holds of them. */
export async function writeFindings(
  vault: Vault,
  startedAt: string,
  name: string,
  all: readonly string[],
): Promise<Findings> {
  const sorted = [...all].sort();
  if (sorted.length > mostFindings) {
    await pMap(
      sorted.entries(),
      async ([index, text]) => {
        await vault.table.put(checked({ ...findingKey(vault, startedAt, name, index), text }));
      },
      { concurrency: 16 },
    );
  }
  return { count: sorted.length, first: sorted.slice(0, mostFindings) };
}

export function scopeText(scope: ScopeRef): string {
  return `${scope.kind}@${scope.scopeId}`;
}

/** What a manifest says of the vault as it found it. */
async function before(vault: Vault, startedAt: string): Promise<Pick<Manifest, 'previous' | 'horizon'>> {
  const options = { upTo: startedAt, descending: true, limit: 2, attributes: ['sk'] };
  const found: string[] = [];
  for await (const { sk } of vault.table.query(vault.keys.manifests(), options)) found.push(String(sk));
  // Unchecked: a damaged horizon is no reason to take no backup.
  const horizon = (await vault.table.get(vault.keys.control('horizon')))?.at;
  return {
    previous: found.find((sk) => sk < startedAt),
    ...(typeof horizon === 'string' && { horizon }),
  };
}

/** Every finding that a manifest may have. */
export function findingsOf(manifest: Manifest): Readonly<Record<string, Findings | undefined>> {
  const { unreadable, unresolved, dangling, outside, enrolled, shrunk } = manifest;
  return { unreadable, unresolved, dangling, outside, enrolled, shrunk };
}

/** Where a finding stands that the manifest itself has no room for. */
export function findingKey(vault: Vault, startedAt: string, name: string, index: number): Key {
  return vault.keys.manifestDetail(startedAt, `${name}#${String(index).padStart(6, '0')}`);
}

function manifestItem(vault: Vault, content: ManifestContent): Key & { check: string } {
  return checked({ ...content, ...vault.keys.manifest(content.startedAt) });
}
