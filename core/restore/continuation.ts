import type { Vault } from '../vault/vault';
import { idMapEntries } from './id-map';

/**
 * Every id that a resource has had in the domain that was backed up, whichever of them is given: a restore gives what
 * was lost another one. By id, the one that it continues; undefined for the first.
 *
 * The id map is followed both ways when it is read, since an event may capture a resource before its entry is written.
 * Throws CorruptItemError.
 */
export async function continuations(
  vault: Vault,
  kind: string,
  id: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  const continued = new Map<string, string>();
  const neighbours = new Map<string, string[]>();
  for await (const { kind: of, sourceId, earlier = [], targetId } of idMapEntries(vault, vault.domainId)) {
    if (of !== kind) continue;
    let before = sourceId;
    for (const next of [...earlier, targetId]) {
      if (next === before) continue;
      continued.set(next, before);
      neighbours.set(next, [...(neighbours.get(next) ?? []), before]);
      neighbours.set(before, [...(neighbours.get(before) ?? []), next]);
      before = next;
    }
  }
  const ids = new Set([id]);
  for (const one of ids) for (const other of neighbours.get(one) ?? []) ids.add(other);
  return new Map([...ids].map((one) => [one, continued.get(one)]));
}
