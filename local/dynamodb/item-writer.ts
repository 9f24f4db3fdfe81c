import type { Clock } from '../clock';
import type { Metering } from '../metering';
import { type Item, itemSize, MAX_ITEM_BYTES, writeUnits } from './attribute-value';
import { BackendError, type DynamoDbBackend } from './backend';
import type { Metered } from './consumed-capacity';
import type { ItemStates } from './item-states';
import { KeyedLocks } from './keyed-locks';
import { type Delivery, isNewer, type Replicator, type Stamp } from './replication';
import type { RequestInput } from './requests';
import { DynamoDbError, errorName } from './service-error';
import { keyOf, keyText, type TableDefinition } from './table-definition';

/** One item to be written: the item as it stands after a put, or the key of one that is deleted or updated. */
export interface ItemWrite {
  readonly table: TableDefinition;
  readonly operation: 'PutItem' | 'DeleteItem' | 'UpdateItem';
  readonly item: Item;
}

export interface ItemWriterArgs {
  readonly backend: DynamoDbBackend;
  readonly states: ItemStates;
  readonly clock: Clock;
  readonly metering: Metering | undefined;
  readonly tableOf: (name: string, region: string) => TableDefinition | undefined;
  readonly replicator: () => Replicator;
}

/** Writes items one at a time per key, notes their states, and sends them on to the other Regions. */
export class ItemWriter {
  private readonly locks = new KeyedLocks();
  private sequence = 0;

  constructor(private readonly args: ItemWriterArgs) {}

  /**
   * Has the backend carry out one request that writes `writes`.
   * @throws DynamoDbError ValidationException for an item over 400 KB or without its key.
   */
  write(
    region: string,
    operation: string,
    input: RequestInput,
    writes: readonly ItemWrite[],
  ): Promise<Metered> {
    const keyed = writes.map((write) => ({ ...write, text: checkedKey(write) }));
    return this.locks.run(
      keyed.map(({ table, text }) => lockName(region, table, text)),
      async () => {
        const answer = await this.args.backend.call(region, operation, input);
        const failure = errorName(answer);
        const units = new Map<string, number>();
        for (const write of keyed) {
          const before = this.args.states.get(region, write.table.name, write.text)?.bytes ?? 0;
          const after = failure === undefined ? await this.settle(region, write) : 0;
          const cost = writeUnits(Math.max(before, after));
          units.set(write.table.name, (units.get(write.table.name) ?? 0) + cost);
        }
        // A condition that does not hold is paid for like a write; other refusals cost nothing.
        if (failure !== undefined && failure !== 'ConditionalCheckFailedException') units.clear();
        for (const cost of units.values()) this.args.metering?.consume(region, { writeUnits: cost });
        return { answer, units };
      },
    );
  }

  /** A write from another Region arrives: it stands unless something newer does. */
  arrive({ region, tableName, keyText: text, key, item, stamp }: Delivery): Promise<void> {
    const table = this.args.tableOf(tableName, region);
    if (!table) return Promise.resolve();
    return this.locks.run([lockName(region, table, text)], async () => {
      const state = this.args.states.get(region, tableName, text);
      const bytes = item === undefined ? 0 : itemSize(item);
      this.args.metering?.consume(region, { writeUnits: writeUnits(Math.max(bytes, state?.bytes ?? 0)) });
      if (!isNewer(stamp, state?.stamp)) return;
      await this.apply(region, table, item, key);
      this.args.states.set(region, table, text, item, stamp);
    });
  }

  /** Deletes an item whose time has come, unless it was written again meanwhile; costs nothing, as AWS has it. */
  expire(region: string, table: TableDefinition, text: string, expiresAt: number): Promise<void> {
    return this.locks.run([lockName(region, table, text)], async () => {
      if (this.args.states.get(region, table.name, text)?.expiresAt !== expiresAt) return;
      const key = keyFromText(table, text);
      await this.apply(region, table, undefined, key);
      this.note(region, table, text, key, undefined);
    });
  }

  /** Reads what the write left, notes it, and returns its size. */
  private async settle(region: string, write: ItemWrite & { readonly text: string }): Promise<number> {
    const { table, text } = write;
    const key = keyOf(table, write.item);
    const image = await this.image(region, write, key);
    // Deleting what is not there changes nothing, so nothing is replicated.
    if (image === undefined && !this.args.states.get(region, table.name, text)?.present) return 0;
    this.note(region, table, text, key, image);
    return image === undefined ? 0 : itemSize(image);
  }

  private async image(
    region: string,
    { operation, item, table }: ItemWrite,
    key: Item,
  ): Promise<Item | undefined> {
    if (operation === 'PutItem') return item;
    if (operation === 'DeleteItem') return undefined;
    const read = { TableName: table.name, Key: key, ConsistentRead: true };
    const { body } = await this.args.backend.call(region, 'GetItem', read);
    return body.Item as Item | undefined;
  }

  private note(
    region: string,
    table: TableDefinition,
    text: string,
    key: Item,
    item: Item | undefined,
  ): void {
    this.sequence += 1;
    const stamp: Stamp = { time: this.args.clock.now(), sequence: this.sequence };
    this.args.states.set(region, table, text, item, stamp);
    for (const replica of table.replicas) {
      if (replica.region === region) continue;
      this.args
        .replicator()
        .send({ region: replica.region, tableName: table.name, keyText: text, key, item, stamp });
    }
  }

  private async apply(
    region: string,
    table: TableDefinition,
    item: Item | undefined,
    key: Item,
  ): Promise<void> {
    const answer = item
      ? await this.args.backend.call(region, 'PutItem', { TableName: table.name, Item: item })
      : await this.args.backend.call(region, 'DeleteItem', { TableName: table.name, Key: key });
    const failure = errorName(answer);
    if (failure)
      throw new BackendError(`${table.name} in ${region} refused a replicated or expired item: ${failure}`);
  }
}

function checkedKey({ table, item, operation }: ItemWrite): string {
  const text = keyText(table, item);
  if (text === undefined) {
    throw new DynamoDbError(
      'ValidationException',
      operation === 'PutItem'
        ? 'One or more parameter values were invalid: Missing the key attribute in the item'
        : 'The provided key element does not match the schema',
    );
  }
  if (operation === 'PutItem' && itemSize(item) > MAX_ITEM_BYTES) {
    throw new DynamoDbError('ValidationException', 'Item size has exceeded the maximum allowed size');
  }
  return text;
}

function lockName(region: string, table: TableDefinition, text: string): string {
  return `${region} ${table.name} ${text}`;
}

/** The inverse of `keyText`. */
function keyFromText(table: TableDefinition, text: string): Item {
  const values = JSON.parse(text) as Item[string][];
  const names = table.rangeKey === undefined ? [table.hashKey] : [table.hashKey, table.rangeKey];
  return Object.fromEntries(names.flatMap((name, i) => (values[i] ? [[name, values[i]]] : [])));
}
