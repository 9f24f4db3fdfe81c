import assert from 'node:assert/strict';
import type { CommitResult } from '../../../core/backup/commit';
import type { Version } from '../../../core/vault/items';
import { contentOf, heldAt } from '../../../core/vault/point-in-time';
import type { Vault } from '../../../core/vault/vault';

export type Committed = Extract<CommitResult, { more: false }>;

/** What is current: kind, scope, id, hash and state of every head, sorted. */
export async function currentView(vault: Vault): Promise<string[]> {
  const view: string[] = [];
  for (const { kind, scopeId } of await vault.scopes()) {
    for await (const head of vault.heads({ kind, scopeId })) {
      view.push([kind, scopeId, head.id, head.hash, head.state].join(' '));
    }
  }
  return view.sort();
}

/** What is LIVE at an instant: kind, scope, id and record of each resource, in order. */
export async function contentsAt(vault: Vault, instant: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const scope of await vault.scopes()) {
    for await (const held of heldAt(vault, scope, instant)) {
      if (held.live) found.push([scope.kind, scope.scopeId, held.id, (await contentOf(vault, held)).record]);
    }
  }
  return found;
}

/** The sequence of contents of every resource, without times and runs. */
export async function histories(vault: Vault): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { kind, scopeId } of await vault.scopes()) {
    for await (const { id } of vault.heads({ kind, scopeId })) {
      const versions: string[] = [];
      for await (const { state, hash } of vault.versions(kind, id)) versions.push(`${state} ${hash}`);
      found[`${kind} ${id}`] = versions;
    }
  }
  return found;
}

export function digests(snapshot: Committed): Record<string, string> {
  return Object.fromEntries(Object.entries(snapshot.kinds).map(([kind, { digest }]) => [kind, digest]));
}

/** What a head has named, oldest first. */
export async function lineOf(vault: Vault, kind: string, id: string, newest: string) {
  const line: Version[] = [];
  for (let sk: string | undefined = newest; sk !== undefined; ) {
    const version = await vault.version(kind, id, sk);
    assert.ok(version, `${kind} ${id} ${sk}`);
    line.unshift(version);
    sk = version.previous;
  }
  return line;
}
