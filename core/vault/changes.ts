import { refuseBeyondHorizon } from './horizon';
import type { Head } from './items';
import type { ScopeRef } from './keys';
import { type Held, resourceAt } from './point-in-time';
import type { Vault } from './vault';

/** What became of one resource between two instants. */
export interface Change {
  readonly what: 'created' | 'changed' | 'deleted';
  readonly scope: ScopeRef;
  /** As it is now: its readable columns tell its name. */
  readonly head: Head;
  /** Versions that were valid at either instant; undefined: the resource was not there, or not known. */
  readonly before: Held | undefined;
  readonly after: Held | undefined;
}

/**
 * What was created, changed or deleted after one instant and up to another, from the vault alone: by when it was
 * observed, whatever happened in between and was taken back.
 *
 * @throws BeyondHorizonError if either instant may no longer be whole.
 */
export async function* changesBetween(vault: Vault, from: string, to: string): AsyncGenerator<Change> {
  await refuseBeyondHorizon(vault, from);
  await refuseBeyondHorizon(vault, to);
  for (const scope of await vault.scopes()) {
    for await (const head of vault.heads(scope)) {
      // Nothing has happened to it since.
      if (head.validFrom <= from) continue;
      const before = live(await resourceAt(vault, scope, head, from));
      const after = live(await resourceAt(vault, scope, head, to));
      const what = whatOf(before, after);
      if (what !== undefined) yield { what, scope, head, before, after };
    }
  }
}

function live(held: Held | undefined): Held | undefined {
  return held?.live === true ? held : undefined;
}

function whatOf(before: Held | undefined, after: Held | undefined): Change['what'] | undefined {
  if (before === undefined) return after === undefined ? undefined : 'created';
  if (after === undefined) return 'deleted';
  return before.version === after.version ? undefined : 'changed';
}
