import { refuseBeyondHorizon } from './horizon';
import { type Head, MissingItemError } from './items';
import type { ScopeRef } from './keys';
import type { Payload } from './payload';
import type { Vault } from './vault';

/** One resource as the vault had it at an instant. */
export interface Held {
  readonly scope: ScopeRef;
  readonly id: string;
  readonly hash: string;
  /** Sort key of the version that was valid. */
  readonly version: string;
  /** False for a tombstone: the resource was known, and gone. */
  readonly live: boolean;
}

/**
 * Everything that was known of a scope at an instant, tombstones included, in order of the heads. Throws
 * BeyondHorizonError for an instant that may have been collected.
 */
export async function* heldAt(vault: Vault, scope: ScopeRef, instant: string): AsyncGenerator<Held> {
  await refuseBeyondHorizon(vault, instant);
  for await (const head of vault.heads(scope)) {
    const held = await resourceAt(vault, scope, head, instant);
    if (held !== undefined) yield held;
  }
}

/** What a head says of an instant; undefined: the resource was not known yet. Throws CorruptItemError. */
export async function resourceAt(
  vault: Vault,
  scope: ScopeRef,
  head: Head,
  instant: string,
): Promise<Held | undefined> {
  if (head.validFrom <= instant) {
    return { scope, id: head.id, hash: head.hash, version: head.version, live: head.state === 'LIVE' };
  }
  if (head.firstSeenAt > instant) return undefined;
  const version = await vault.versionAt(scope.kind, head, instant);
  if (version === undefined) return undefined;
  return {
    scope,
    id: head.id,
    hash: version.hash,
    version: version.sk,
    live: version.state === 'LIVE',
  };
}

/** The content of a held resource. Throws CorruptItemError where the version is missing or does not match. */
export async function contentOf(vault: Vault, held: Held): Promise<Payload> {
  const version = await vault.version(held.scope.kind, held.id, held.version);
  if (version === undefined)
    throw new MissingItemError(vault.keys.version(held.scope.kind, held.id, held.version));
  return vault.payload(held.scope.kind, version);
}
