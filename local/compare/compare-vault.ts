import type { DataZoneClient } from '@aws-sdk/client-datazone';
import pMap from 'p-map';
import type { Kind } from '../../core/catalog/kind';
import { kinds as registered } from '../../core/catalog/registry';
import { canonical } from '../../core/catalog/shape';
import { hashOf } from '../../core/vault/canonical';
import type { ScopeRef } from '../../core/vault/keys';
import { scopeText } from '../../core/vault/manifest';
import { contentOf, type Held, heldAt } from '../../core/vault/point-in-time';
import type { Vault } from '../../core/vault/vault';
import { walkDomain } from './walk';
import { type Walked, Walker } from './walker';

export interface Comparison {
  readonly equal: boolean;
  /** Live resources compared, by kind. */
  readonly compared: Readonly<Record<string, number>>;
  /** What differs, one line each; the first hundred. */
  readonly differences: readonly string[];
  /** The scopes in which something differs, as manifests name them: `kind@scope id`. */
  readonly scopes: readonly string[];
}

const concurrency = 16;
const mostDifferences = 100;

/**
 * Compares the vault at an instant with the domain as it is: the same resources, none more and none fewer, and for
 * each the content that the plain SDK gives, brought into the canonical form of its kind.
 */
export async function compareVault(
  client: DataZoneClient,
  vault: Vault,
  instant: string,
  projectIds: readonly string[],
  compared: readonly Kind[] = registered,
): Promise<Comparison> {
  const walker = new Walker(client, vault.domainId, projectIds);
  const { domainVersion } = await walker.domain();
  const kinds = compared.filter(({ versions }) => versions.includes(domainVersion === 'V2' ? 'V2' : 'V1'));
  const inventory = await walkDomain(walker, kinds);
  const held = await heldByKind(vault, instant);
  const found = new Map<string, ScopeRef>();
  for (const kind of kinds) {
    const there = inventory.get(kind.name) ?? new Map<string, Walked>();
    const kept = held.get(kind.name) ?? new Map<string, Held>();
    await pMap(
      there.values(),
      async (live) => {
        const one = kept.get(live.id);
        const difference =
          one === undefined ? 'is only in the domain' : await differs(vault, kind, live, one);
        if (difference === undefined) return;
        found.set(`${kind.name} ${live.id} ${difference}`, { kind: kind.name, scopeId: live.scopeId });
      },
      { concurrency },
    );
  }
  for (const [kind, kept] of held) {
    for (const { id, scope } of kept.values()) {
      if (inventory.get(kind)?.has(id) !== true) found.set(`${kind} ${id} is only in the vault`, scope);
    }
  }
  return {
    equal: found.size === 0,
    compared: Object.fromEntries([...inventory].map(([kind, there]) => [kind, there.size])),
    differences: [...found.keys()].sort().slice(0, mostDifferences),
    scopes: [...new Set([...found.values()].map(scopeText))].sort(),
  };
}

async function differs(vault: Vault, kind: Kind, live: Walked, held: Held): Promise<string | undefined> {
  const { record } = await contentOf(vault, held);
  if (hashOf(canonical(live.record, kind.shape)) !== hashOf(record)) {
    return 'has another content in the domain';
  }
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
