import type { JsonObject } from '../../core/vault/canonical';
import { checked } from '../../core/vault/items';
import type { ScopeRef } from '../../core/vault/keys';
import { closeManifest, type Manifest } from '../../core/vault/manifest';
import { recount } from '../../core/vault/recount';
import { Vault } from '../../core/vault/vault';
import { VaultWriter } from '../../core/vault/writer';
import { type MemoryItems, MemoryTable } from './memory-table';

const normaliser = 1;

/** A vault in memory that is written as a backup writes it, a second per write, without a domain. */
export class FilledVault {
  readonly vault: Vault;
  private clock = Date.UTC(2026, 0, 1);
  readonly now = () => {
    this.clock += 1000;
    return this.clock;
  };

  constructor(
    readonly items: MemoryItems = new Map(),
    region = 'eu-central-1',
  ) {
    this.vault = new Vault(new MemoryTable(items, region), 'dzd_1', this.now);
  }

  passDays(days: number): void {
    this.clock += days * 24 * 3600_000;
  }

  /** The same vault as another Region has it, of which `items` may differ. */
  in(region: string, items: MemoryItems): Vault {
    return new Vault(new MemoryTable(items, region), this.vault.domainId, this.now);
  }

  /** Writes a resource; undefined for one that is gone. What an event tells of has the event's time, in ms. */
  async write(
    scope: ScopeRef,
    id: string,
    record: JsonObject | undefined,
    runId = 'run00001',
    eventAt?: number,
  ): Promise<void> {
    await this.vault.registerScope(scope, new Date(this.now()).toISOString());
    const from =
      eventAt === undefined ? ({ source: 'snapshot' } as const) : ({ source: 'event', eventAt } as const);
    const writer = new VaultWriter(this.vault, { runId, ...from }, this.now);
    const columns = { Name: String(record?.name ?? id) };
    await writer.write(scope, id, async () =>
      record === undefined
        ? undefined
        : { record, facets: {}, columns, normaliser, renormalise: (stored) => stored },
    );
  }

  /** As begin does where nobody has written yet. */
  async takeWriter(): Promise<void> {
    const { table, keys } = this.vault;
    await table.put(checked({ ...keys.control('writer'), region: table.region, epoch: 1 }));
  }

  /** Signs what the vault holds now, as commit does. */
  async snapshot(more: Partial<Manifest> = {}): Promise<Manifest> {
    const startedAt = new Date(this.now()).toISOString();
    const cutAt = new Date(this.now()).toISOString();
    const { kinds } = await recount(this.vault, cutAt);
    return closeManifest(this.vault, {
      status: 'COMPLETE',
      startedAt,
      cutAt,
      runId: 'run00001',
      execution: `arn:execution:${startedAt}`,
      region: this.vault.table.region,
      epoch: 1,
      finishedAt: new Date(this.now()).toISOString(),
      kinds: Object.fromEntries(
        Object.entries(kinds).map(([kind, { count, digest }]) => [
          kind,
          { count, digest, changed: 0, deleted: 0 },
        ]),
      ),
      ...more,
    });
  }
}
