import { type Finding, FindingList, type Problem } from './finding';
import { CorruptItemError, scopeSchema, verified } from './items';
import { type Manifest, manifestSchema, readManifest } from './manifest';
import { proofSchema } from './proof';
import { recount, recountOf } from './recount';
import type { Attributes } from './table';
import type { Vault } from './vault';

/** What a verification looked at, and what it found. */
export interface Verification {
  readonly level: 'quick' | 'deep';
  /** Start of the snapshot that was computed again; absent where there is none yet, and in a deep one. */
  readonly snapshot?: string;
  /** Resources (quick) or items (deep) that were looked at. */
  readonly looked: number;
  /** True where nothing is damaged. */
  readonly sound: boolean;
  /** How many findings there are of each problem. */
  readonly counts: Readonly<Partial<Record<Problem, number>>>;
  /** The first hundred of each problem. */
  readonly first: readonly Finding[];
}

/** There is no snapshot of that start, or it has no counts: it did not end COMPLETE or PARTIAL. */
export class NoSuchSnapshotError extends Error {
  override readonly name = 'NoSuchSnapshotError';
}

/**
 * Level quick: scopes, heads, manifest and proofs. Counts and digests are computed again from the table in this
 * Region, by the view at the snapshot's cut, and compared with what the manifest says; every version and part
 * behind that view is looked for, and no content is read. Without `startedAt`: the newest snapshot that has counts.
 *
 * @throws NoSuchSnapshotError for a `startedAt` that names none.
 */
export async function verifyQuick(vault: Vault, startedAt?: string): Promise<Verification> {
  const findings = new FindingList();
  await each(vault, vault.keys.scopes(), findings, (item) => verified(scopeSchema, item));
  const manifest =
    startedAt === undefined
      ? await newestCounted(vault, findings)
      : await counted(vault, startedAt, findings);
  const looked = manifest === undefined ? 0 : await compare(vault, manifest, findings);
  const snapshot = manifest?.startedAt;
  return result('quick', looked, findings, snapshot === undefined ? {} : { snapshot });
}

export function result(
  level: Verification['level'],
  looked: number,
  findings: FindingList,
  more: Pick<Verification, 'snapshot'> = {},
): Verification {
  return { level, ...more, looked, sound: findings.sound, counts: findings.counts, first: findings.first };
}

interface Counted extends Manifest {
  readonly kinds: NonNullable<Manifest['kinds']>;
  readonly cutAt: string;
}

function hasCounts(manifest: Manifest): manifest is Counted {
  return manifest.kinds !== undefined && manifest.cutAt !== undefined;
}

async function newestCounted(vault: Vault, findings: FindingList): Promise<Counted | undefined> {
  let newest: Counted | undefined;
  await each(vault, vault.keys.manifests(), findings, (item) => {
    const manifest = verified(manifestSchema, item);
    if (hasCounts(manifest)) newest = manifest;
  });
  return newest;
}

async function counted(vault: Vault, startedAt: string, findings: FindingList): Promise<Counted | undefined> {
  try {
    const manifest = await readManifest(vault, startedAt);
    if (manifest !== undefined && hasCounts(manifest)) return manifest;
  } catch (error) {
    if (!(error instanceof CorruptItemError)) throw error;
    findings.add({ problem: 'corrupt', key: vault.keys.manifest(startedAt), text: error.message });
    return undefined;
  }
  throw new NoSuchSnapshotError(
    `The vault in ${vault.table.region} has no snapshot ${startedAt} with counts`,
  );
}

/** Compares the vault at the cut with the manifest, and the proofs of both Regions with it; counts resources. */
async function compare(vault: Vault, manifest: Counted, findings: FindingList): Promise<number> {
  const { startedAt, cutAt } = manifest;
  const { kinds } = await recount(vault, cutAt, { report: (finding) => findings.add(finding) });
  const key = vault.keys.manifest(startedAt);
  for (const kind of new Set([...Object.keys(manifest.kinds), ...Object.keys(kinds)])) {
    const said = manifest.kinds[kind] ?? recountOf({}, kind);
    const is = recountOf(kinds, kind);
    if (said.count !== is.count) {
      const text = `${kind}: the manifest says ${said.count}, the vault holds ${is.count}`;
      findings.add({ problem: 'count differs', key, text });
    } else if (said.digest !== is.digest) {
      const text = `${kind}: the manifest says digest ${said.digest}, the vault's is ${is.digest}`;
      findings.add({ problem: 'digest differs', key, text });
    }
  }
  await compareProofs(vault, manifest, findings);
  return Object.values(kinds).reduce((sum, { count }) => sum + count, 0);
}

async function compareProofs(vault: Vault, manifest: Counted, findings: FindingList): Promise<void> {
  for (const region of new Set([vault.table.region, manifest.region])) {
    const key = vault.keys.proof(region, manifest.startedAt);
    const item = await vault.table.get(key);
    if (item === undefined) continue;
    guarded(findings, item, () => {
      const proof = verified(proofSchema, item);
      if (proof.status !== 'proven') return;
      for (const [kind, { count, digest }] of Object.entries(manifest.kinds)) {
        const proven = recountOf(proof.kinds, kind);
        if (proven.count === count && proven.digest === digest) continue;
        const text = `${kind}: ${region} has proven ${proven.count}, the manifest says ${count}`;
        findings.add({ problem: 'proof differs', key, text });
      }
    });
  }
}

/** Every item of a partition; one that is corrupt is a finding, and the rest is looked at all the same. */
async function each(
  vault: Vault,
  pk: string,
  findings: FindingList,
  look: (item: Attributes) => void,
): Promise<void> {
  for await (const item of vault.table.query(pk)) guarded(findings, item, () => look(item));
}

function guarded(findings: FindingList, item: Attributes, look: () => void): void {
  try {
    look();
  } catch (error) {
    if (!(error instanceof CorruptItemError)) throw error;
    findings.add({
      problem: 'corrupt',
      key: { pk: String(item.pk), sk: String(item.sk) },
      text: error.message,
    });
  }
}
