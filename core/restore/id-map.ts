import * as z from 'zod';
import { checked, verified } from '../vault/items';
import type { Vault } from '../vault/vault';
import { PackedMap } from './packed';

const entrySchema = z.object({
  pk: z.string(),
  sk: z.string(),
  check: z.string(),
  kind: z.string(),
  sourceId: z.string(),
  targetId: z.string(),
  /** What stood for it before, oldest first, and was lost. */
  earlier: z.array(z.string()).optional(),
});
type Entry = z.infer<typeof entrySchema>;

/**
 * Which resource of the target stands for which of the source. It is kept in the vault for ever, and every restore
 * between the two domains adds to it. In memory each takes about 100 bytes and the two ids.
 */
export class IdMap {
  private readonly targets = new PackedMap();
  private readonly sources = new PackedMap();
  /** For what each was made, be it lost since. */
  private readonly origins = new PackedMap();
  private readonly earlier = new PackedMap();

  private constructor(
    private readonly vault: Vault,
    private readonly targetDomainId: string,
  ) {}

  /** Throws CorruptItemError. */
  static async load(vault: Vault, targetDomainId: string): Promise<IdMap> {
    const map = new IdMap(vault, targetDomainId);
    for await (const entry of map.entries()) map.remember(entry);
    return map;
  }

  /** As the vault has them. Throws CorruptItemError. */
  entries(): AsyncGenerator<Entry> {
    return idMapEntries(this.vault, this.targetDomainId);
  }

  targetOf(kind: string, sourceId: string): string | undefined {
    return this.targets.get(textOf(kind, sourceId));
  }

  sourceOf(kind: string, targetId: string): string | undefined {
    return this.sources.get(textOf(kind, targetId));
  }

  /** In the domain that was backed up: what stands by now for what had that id once; undefined: nothing else does. */
  newestOf(kind: string, id: string): string | undefined {
    const seen = new Set<string>();
    let at = id;
    while (!seen.has(at)) {
      seen.add(at);
      const mapped = this.targetOf(kind, at);
      const origin = this.origins.get(textOf(kind, at));
      at = (mapped === at ? undefined : mapped) ?? (origin && this.targetOf(kind, origin)) ?? at;
    }
    return at === id ? undefined : at;
  }

  /** In the domain that was backed up: other ids that a resource has or had, lost ones too. */
  otherIdsOf(kind: string, id: string): string[] {
    const found = new Set([id]);
    for (const one of found) {
      const origin = this.origins.get(textOf(kind, one));
      if (origin !== undefined) found.add(origin);
      const mapped = this.targetOf(kind, one);
      if (mapped !== undefined) found.add(mapped);
      for (const lost of this.earlier.get(textOf(kind, one))?.split('\n') ?? []) found.add(lost);
    }
    found.delete(id);
    return [...found];
  }

  /** Written before it counts. */
  async put(kind: string, sourceId: string, targetId: string): Promise<void> {
    const before = this.targetOf(kind, sourceId);
    if (before === targetId) return;
    const key = this.vault.keys.idMapEntry(this.targetDomainId, kind, sourceId);
    const there = before === undefined ? undefined : await this.vault.table.get(key);
    const earlier = there === undefined ? [] : earlierOf(verified(entrySchema, there), targetId);
    const item = checked({ ...key, kind, sourceId, targetId, ...(earlier.length > 0 && { earlier }) });
    await this.vault.table.put(item);
    this.remember({ kind, sourceId, targetId, earlier });
  }

  private remember({ kind, sourceId, targetId, earlier = [] }: Omit<Entry, 'pk' | 'sk' | 'check'>): void {
    this.targets.set(textOf(kind, sourceId), targetId);
    this.sources.set(textOf(kind, targetId), sourceId);
    if (this.targetDomainId !== this.vault.domainId) return;
    for (const id of [...earlier, targetId]) {
      if (id !== sourceId) this.origins.set(textOf(kind, id), sourceId);
    }
    if (earlier.length > 0) this.earlier.set(textOf(kind, sourceId), earlier.join('\n'));
  }
}

/** The entries of a target's id map. Throws CorruptItemError. */
export async function* idMapEntries(vault: Vault, targetDomainId: string): AsyncGenerator<Entry> {
  for await (const item of vault.table.query(vault.keys.idMap(targetDomainId))) {
    yield verified(entrySchema, item);
  }
}

function earlierOf({ sourceId, targetId, earlier = [] }: Entry, next: string): string[] {
  return [...earlier, targetId].filter((id) => id !== sourceId && id !== next);
}

function textOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
