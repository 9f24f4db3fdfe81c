import type { DataZoneClient } from '@aws-sdk/client-datazone';
import pMap from 'p-map';
import { DataZoneSource } from '../../core/catalog/data-zone-source';
import { kindByName } from '../../core/catalog/registry';
import { hashOf } from '../../core/vault/canonical';
import { contentOf, type Held, heldAt } from '../../core/vault/point-in-time';
import type { Vault } from '../../core/vault/vault';
import { walkDomain } from './walk';

export interface Comparison {
  readonly equal: boolean;
  /** Live resources compared, by kind. */
  readonly compared: Readonly<Record<string, number>>;
  /** What differs, one line each; the first hundred. */
  readonly differences: readonly string[];
}

const concurrency = 16;
const mostDifferences = 100;

/**
 * Compares the vault at an instant with the domain as it is: the same resources, none more and none fewer, and for
 * each the content that its own Get gives, which is not the channel that the backup read it through.
 */
export async function compareVault(
  client: DataZoneClient,
  vault: Vault,
  instant: string,
  projectIds: readonly string[],
): Promise<Comparison> {
  const source = new DataZoneSource({ client, domainId: vault.domainId });
  const inventory = await walkDomain(client, vault.domainId, projectIds);
  const held = await heldByKind(vault, instant);
  const differences: string[] = [];
  const compared: Record<string, number> = {};
  for (const [kind, ids] of inventory) {
    const kept = held.get(kind) ?? new Map<string, Held>();
    for (const id of kept.keys()) if (!ids.has(id)) differences.push(`${kind} ${id} is only in the vault`);
    await pMap(
      ids,
      async (id) => {
        const one = kept.get(id);
        const difference = one === undefined ? 'is only in the domain' : await differs(vault, source, one);
        if (difference !== undefined) differences.push(`${kind} ${id} ${difference}`);
      },
      { concurrency },
    );
    compared[kind] = ids.size;
  }
  for (const [kind, kept] of held) {
    if (!inventory.has(kind))
      for (const id of kept.keys()) differences.push(`${kind} ${id} is only in the vault`);
  }
  return {
    equal: differences.length === 0,
    compared,
    differences: differences.sort().slice(0, mostDifferences),
  };
}

async function differs(vault: Vault, source: DataZoneSource, held: Held): Promise<string | undefined> {
  const { record } = await contentOf(vault, held);
  const live = await kindByName(held.scope.kind).read(source, held.id, held.scope.scopeId);
  if (hashOf(live.record) !== hashOf(record)) return 'has another content in the domain';
  return live.scopeId === held.scope.scopeId ? undefined : 'is kept under another scope';
}

async function heldByKind(vault: Vault, instant: string): Promise<Map<string, Map<string, Held>>> {
  const found = new Map<string, Map<string, Held>>();
  for (const scope of await vault.scopes()) {
    const kept = found.get(scope.kind) ?? new Map<string, Held>();
    for await (const held of heldAt(vault, scope, instant)) if (held.live) kept.set(held.id, held);
    found.set(scope.kind, kept);
  }
  return found;
}
