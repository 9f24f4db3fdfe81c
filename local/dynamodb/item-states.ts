import { type Item, itemSize } from './attribute-value';
import type { Stamp } from './replication';
import type { TableDefinition } from './table-definition';

/** What is known of an item in one Region beside the item itself. */
export interface ItemState {
  readonly stamp: Stamp;
  /** False once deleted: the stamp stays, so that a late write from the other Region does not bring it back. */
  readonly present: boolean;
  /** Zero when absent. */
  readonly bytes: number;
  /** Epoch seconds of the table's time-to-live attribute. */
  readonly expiresAt: number | undefined;
}

/** The state of every item of every table, Region by Region. */
export class ItemStates {
  private readonly tables = new Map<string, Map<string, ItemState>>();

  get(region: string, tableName: string, keyText: string): ItemState | undefined {
    return this.tables.get(`${region} ${tableName}`)?.get(keyText);
  }

  /** Notes that the item is now this, or is gone. */
  set(region: string, table: TableDefinition, keyText: string, item: Item | undefined, stamp: Stamp): void {
    const states = this.tables.get(`${region} ${table.name}`) ?? new Map<string, ItemState>();
    this.tables.set(`${region} ${table.name}`, states);
    states.set(keyText, {
      stamp,
      present: item !== undefined,
      bytes: item === undefined ? 0 : itemSize(item),
      expiresAt: item === undefined ? undefined : expiresAt(table, item),
    });
  }

  entries(region: string, tableName: string): Iterable<readonly [string, ItemState]> {
    return this.tables.get(`${region} ${tableName}`)?.entries() ?? [];
  }

  /** Number and bytes of the items that are there. */
  totals(region: string, tableName: string): { readonly items: number; readonly bytes: number } {
    let items = 0;
    let bytes = 0;
    for (const [, state] of this.entries(region, tableName)) {
      if (state.present) items += 1;
      bytes += state.bytes;
    }
    return { items, bytes };
  }
}

function expiresAt(table: TableDefinition, item: Item): number | undefined {
  const seconds = Number(item[table.timeToLiveAttribute ?? '']?.N ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}
