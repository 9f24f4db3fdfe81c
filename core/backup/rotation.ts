import * as z from 'zod';
import { checked, type Head, verified } from '../vault/items';
import { type ScopeRef, versionParts } from '../vault/keys';
import { scopeText } from '../vault/manifest';
import type { Vault } from '../vault/vault';
import type { Run } from './run';
import { mostSkewOfTwo } from './skew';
import { sliceOf } from './slice';

const instant = z.iso.datetime({ precision: 3 });

/**
 * What one run reads of a scope that rotates: what hangs on parents that are new or changed, and on one slice of the
 * others.
 */
export const turnSchema = z.object({
  /** How many slices there are. */
  slices: z.number().int().positive(),
  /** The one that is read. None: all of them, since the scope was never read to its end. */
  slice: z.number().int().optional(),
  /** When the first parent was looked at. */
  begun: instant,
});
export type Turn = z.infer<typeof turnSchema>;

const rotationSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  kind: z.string(),
  scopeId: z.string(),
  /** Per slice, the start of the run that last read it to its end. */
  readAt: z.array(instant).min(1),
  /** Parents that changed after this have not been asked since. */
  since: instant,
  /** The run that began then: whose own clock it was. */
  runId: z.string(),
});

/** Decides which parents a run asks. */
export class Rotation {
  private constructor(
    readonly turn: Turn,
    private readonly known: z.infer<typeof rotationSchema> | undefined,
  ) {}

  /** Goes on with the turn of an earlier worker, or begins the one of the slice that was not read for longest. */
  static async of(
    vault: Vault,
    scope: ScopeRef,
    { slices, now, turn }: { readonly slices: number; readonly now: number; readonly turn: Turn | undefined },
  ): Promise<Rotation> {
    const known = await stateOf(vault, scope);
    if (turn !== undefined) return new Rotation(turn, known);
    const readAt = known === undefined ? [] : dealt(known.readAt, slices);
    const slice = known === undefined ? undefined : readAt.indexOf(oldestOf(readAt));
    const begun = new Date(now).toISOString();
    return new Rotation({ slices, begun, ...(slice !== undefined && { slice }) }, known);
  }

  asks(parent: Pick<Head, 'id' | 'version'>): boolean {
    const { slice, slices } = this.turn;
    return slice === undefined || this.isNews(parent.version) || sliceOf(parent.id, slices) === slice;
  }

  private isNews(version: string): boolean {
    if (this.known === undefined) return true;
    const { validFrom, runId } = versionParts(version);
    // Another writer's clock may be behind.
    const skew = runId === this.known.runId ? 0 : mostSkewOfTwo;
    return Date.parse(validFrom) > Date.parse(this.known.since) - skew;
  }
}

/** Keeps that a scope was read to the end of a turn. Can be repeated. */
export async function endTurn(
  vault: Vault,
  scope: ScopeRef,
  turn: Turn,
  { startedAt, runId }: Pick<Run, 'startedAt' | 'runId'>,
): Promise<void> {
  const { slices, slice, begun } = turn;
  const known = await stateOf(vault, scope);
  const readAt = known === undefined ? [] : dealt(known.readAt, slices);
  const next = Array.from({ length: slices }, (_, n) =>
    slice === undefined || n === slice ? startedAt : (readAt[n] ?? startedAt),
  );
  await vault.table.put(
    checked({ ...vault.keys.rotation(scope), ...scope, readAt: next, since: begun, runId }),
  );
}

/**
 * Start of the run that made the oldest reading that still counts, by kind that rotates. A kind is left out while one
 * of its scopes was never read to its end.
 */
export async function oldestReadings(vault: Vault): Promise<Map<string, string>> {
  const byScope = new Map<string, string>();
  for await (const item of vault.table.query(vault.keys.rotations())) {
    const { kind, scopeId, readAt } = verified(rotationSchema, item);
    byScope.set(scopeText({ kind, scopeId }), oldestOf(readAt));
  }
  const oldest = new Map<string, string>();
  if (byScope.size === 0) return oldest;
  const unread = new Set<string>();
  for (const scope of await vault.scopes()) {
    const readAt = byScope.get(scopeText(scope));
    if (readAt === undefined) unread.add(scope.kind);
    else oldest.set(scope.kind, oldestOf([readAt, oldest.get(scope.kind) ?? readAt]));
  }
  for (const kind of unread) oldest.delete(kind);
  return oldest;
}

async function stateOf(vault: Vault, scope: ScopeRef): Promise<z.infer<typeof rotationSchema> | undefined> {
  const item = await vault.table.get(vault.keys.rotation(scope));
  return item === undefined ? undefined : verified(rotationSchema, item);
}

/** Where the number of slices has changed, each new one is as old as the oldest was. */
function dealt(readAt: readonly string[], slices: number): readonly string[] {
  if (readAt.length === slices) return readAt;
  return Array.from({ length: slices }, () => oldestOf(readAt));
}

function oldestOf(instants: readonly string[]): string {
  return [...instants].sort()[0] ?? '';
}
