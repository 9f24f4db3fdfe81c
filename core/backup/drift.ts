import pMap from 'p-map';
import type { Version } from '../vault/items';
import { type ScopeRef, versionParts } from '../vault/keys';
import type { Held } from '../vault/point-in-time';
import type { Vault } from '../vault/vault';

/** What change capture should have brought in before a snapshot finds it. */
export interface DriftSettings {
  /** Names of kinds that events or calls tell of. */
  readonly kinds: readonly string[];
  /** For so long what tells of a change may be under way, in ms. */
  readonly grace: number;
}

/** Resources of one scope that are looked at: with so many missed, a few more tell nothing more. */
const mostLooks = 10_000;
const concurrency = 16;

/**
 * Of what a snapshot has written in a scope, how much is new, changed or deleted though an event should have told of
 * it. What changed so shortly before it was read that its event may have been under way does not count; of what bears
 * no time of its own, a deletion above all, nobody can say so, and it does. A scope that is new with the run counts
 * for nothing: all of it is.
 */
export async function driftOf(
  vault: Vault,
  scope: ScopeRef,
  written: readonly Held[],
  { startedAt }: { readonly startedAt: string },
  { kinds, grace }: DriftSettings,
): Promise<number> {
  if (written.length === 0 || !kinds.includes(scope.kind)) return 0;
  const registered = await vault.table.get(vault.keys.scope(scope));
  if (registered === undefined || String(registered.firstSeenAt) >= startedAt) return 0;
  const missed = await pMap(
    written.slice(0, mostLooks),
    async ({ id, version: sk }) => {
      const version = await vault.version(scope.kind, id, sk);
      if (version === undefined || version.source !== 'snapshot' || mayBeUnderWay(version, grace))
        return false;
      const before = version.previous && (await vault.version(scope.kind, id, version.previous));
      // Where only a facet differs, another channel has read what no event tells of.
      return !before || before.hash !== version.hash || before.state !== version.state;
    },
    { concurrency },
  );
  return missed.filter(Boolean).length;
}

function mayBeUnderWay({ sk, changedAt }: Version, grace: number): boolean {
  if (changedAt === undefined) return false;
  return Date.parse(versionParts(sk).validFrom) - Date.parse(changedAt) < grace;
}
