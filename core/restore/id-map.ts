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
});

/**
 * Which resource of the target stands for which of the source. It is kept in the vault for ever, and every restore
 * between the two domains adds to it. In memory each takes about 100 bytes and the two ids.
 */
export class IdMap {
  private readonly targets = new PackedMap();
  private readonly sources = new PackedMap();

  private constructor(
    private readonly vault: Vault,
    private readonly targetDomainId: string,
  ) {}

  /** Throws CorruptItemError. */
  static async load(vault: Vault, targetDomainId: string): Promise<IdMap> {
    const map = new IdMap(vault, targetDomainId);
    for await (const { kind, sourceId, targetId } of map.entries()) map.remember(kind, sourceId, targetId);
    return map;
  }

  /** As the vault has them. Throws CorruptItemError. */
  async *entries(): AsyncGenerator<{
    readonly kind: string;
    readonly sourceId: string;
    readonly targetId: string;
  }> {
    for await (const item of this.vault.table.query(this.vault.keys.idMap(this.targetDomainId))) {
      yield verified(entrySchema, item);
    }
  }

  targetOf(kind: string, sourceId: string): string | undefined {
    return this.targets.get(textOf(kind, sourceId));
  }

  sourceOf(kind: string, targetId: string): string | undefined {
    return this.sources.get(textOf(kind, targetId));
  }

  /** Written before it counts. */
  async put(kind: string, sourceId: string, targetId: string): Promise<void> {
    if (this.targetOf(kind, sourceId) === targetId) return;
    const key = this.vault.keys.idMapEntry(this.targetDomainId, kind, sourceId);
    await this.vault.table.put(checked({ ...key, kind, sourceId, targetId }));
    this.remember(kind, sourceId, targetId);
  }

  private remember(kind: string, sourceId: string, targetId: string): void {
    this.targets.set(textOf(kind, sourceId), targetId);
    this.sources.set(textOf(kind, targetId), sourceId);
  }
}

function textOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
