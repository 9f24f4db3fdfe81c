import { type Count, readCounts } from '../vault/counts';
import { type Snapshot, snapshots } from '../vault/decisions';
import { MissingItemError } from '../vault/items';
import type { ScopeRef } from '../vault/keys';
import type { Vault } from '../vault/vault';

/** What it takes for a snapshot to be HELD. */
export interface HeldSettings {
  /** Per cent of a kind, or of a kind in a scope, that may be gone. */
  readonly heldShare: number;
  /** Fewer than this many gone are never too many, unless all are gone. */
  readonly heldLeast: number;
}

/** Where all are gone, so many must have been there: people empty smaller scopes by hand every day. */
const leastEmptied = 10;

/** A scope with the number of its resources. */
export type ScopeCount = ScopeRef & { readonly count: number };

/** How a snapshot's counts compare with what was there before. */
export interface Shrinkage {
  readonly counts: readonly Count[];
  /** What has shrunk too much: `<kind>@<scope>: <count> of <mark>`, without the scope for a kind as a whole. */
  readonly shrunk: readonly string[];
  /** Start of the oldest snapshot that is HELD and undecided, perhaps this one. */
  readonly heldSince: string | undefined;
}

/**
 * Compares counts with their high-water marks: the largest count of any snapshot since an operator last accepted
 * one. A loss is not forgotten by the next snapshots, so that a source which bleeds slowly is found out too, and
 * deletions by events count like all others. Each snapshot hands the marks on, so that one is read, however many
 * there are. A snapshot that overlaps a restore is never HELD for what itself lacks, and none is compared with it.
 */
export async function shrinkage(
  vault: Vault,
  startedAt: string,
  scopes: readonly ScopeCount[],
  settings: HeldSettings,
  overlapsRestore: boolean,
): Promise<Shrinkage> {
  const last = await lastCounted(vault, startedAt);
  const accepted = last?.decision?.decision === 'ACCEPTED';
  const marks = new Map<string, number>();
  for (const [kind, scopeId, count, mark] of last?.counted ?? []) {
    marks.set(textOf(kind, scopeId), accepted ? count : mark);
  }
  const counts = withKinds(scopes).map(([kind, scopeId, count]): Count => {
    return [kind, scopeId, count, Math.max(count, marks.get(textOf(kind, scopeId)) ?? 0)];
  });
  const shrunk = counts
    .filter(([, , count, mark]) => isTooLittle(count, mark, settings))
    .map(([kind, scopeId, count, mark]) => `${textOf(kind, scopeId)}: ${count} of ${mark}`);
  const before = last?.status === 'HELD' ? (last.manifest.heldSince ?? last.manifest.startedAt) : undefined;
  const isHeld = shrunk.length > 0 && !overlapsRestore;
  return { counts, shrunk, heldSince: before ?? (isHeld ? startedAt : undefined) };
}

/**
 * The newest snapshot before this one that came to its end, with its counts. After a fail-over, the counts of the
 * other Region's last one may still be on their way: then it is the one before.
 */
async function lastCounted(
  vault: Vault,
  startedAt: string,
): Promise<(Snapshot & { readonly counted: readonly Count[] }) | undefined> {
  for await (const snapshot of snapshots(vault)) {
    const { manifest } = snapshot;
    if (manifest.startedAt >= startedAt || manifest.counts === undefined) continue;
    if (manifest.overlapsRestore !== undefined) continue;
    try {
      return { ...snapshot, counted: await readCounts(vault, manifest) };
    } catch (error) {
      // A snapshot that is held holds its successors: it can not be passed over.
      if (!(error instanceof MissingItemError) || snapshot.status === 'HELD') throw error;
    }
  }
  return undefined;
}

function withKinds(scopes: readonly ScopeCount[]): (readonly [string, string | null, number])[] {
  const kinds = new Map<string, number>();
  for (const { kind, count } of scopes) kinds.set(kind, (kinds.get(kind) ?? 0) + count);
  return [
    ...[...kinds].map(([kind, count]) => [kind, null, count] as const),
    ...scopes.map(({ kind, scopeId, count }) => [kind, scopeId, count] as const),
  ];
}

function isTooLittle(count: number, mark: number, { heldShare, heldLeast }: HeldSettings): boolean {
  const gone = mark - count;
  if (count === 0 && gone >= Math.min(leastEmptied, heldLeast)) return true;
  return gone >= heldLeast && gone * 100 > mark * heldShare;
}

function textOf(kind: string, scopeId: string | null): string {
  return scopeId === null ? kind : `${kind}@${scopeId}`;
}
