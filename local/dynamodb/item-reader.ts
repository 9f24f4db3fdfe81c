import type { z } from 'zod';
import type { Metering } from '../metering';
import type { Random } from '../random';
import { type Item, readUnits } from './attribute-value';
import type { BackendAnswer, DynamoDbBackend } from './backend';
import type { Metered } from './consumed-capacity';
import type { ItemStates } from './item-states';
import { type batchGetRequest, getRequest, parseRequest, type RequestInput } from './requests';
import { DynamoDbError, errorName } from './service-error';
import { keyText, type TableDefinition } from './table-definition';

/** BatchGetItem answers at most so much at once; the rest of the keys come back unprocessed. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const MAX_BATCH_KEYS = 100;

export interface ItemReaderArgs {
  readonly backend: DynamoDbBackend;
  readonly states: ItemStates;
  readonly metering: Metering | undefined;
  readonly random: Random;
  readonly table: (name: string, region: string) => TableDefinition;
  readonly unprocessed: () => number;
}

interface KeyRead {
  readonly tableName: string;
  readonly key: Item;
  readonly bytes: number;
  readonly consistent: boolean;
}

/** Reads items of one Region's copy, and counts what that costs. */
export class ItemReader {
  constructor(private readonly args: ItemReaderArgs) {}

  async get(region: string, input: RequestInput): Promise<Metered> {
    const { TableName: name, Key: key, ConsistentRead: consistent } = parseRequest(getRequest, input);
    const answer = await this.args.backend.call(region, 'GetItem', { ...input, TableName: name });
    const bytes = this.bytesOf(region, this.args.table(name, region), key);
    const units = errorName(answer) ? 0 : readUnits(bytes, consistent ?? false);
    return this.counted(region, answer, new Map([[name, units]]));
  }

  /** Query and Scan: what they cost is known to the backend alone, for filters are applied after the reading. */
  async range(region: string, operation: string, input: RequestInput, name: string): Promise<Metered> {
    const forwarded = { ...input, TableName: name, ReturnConsumedCapacity: 'TOTAL' };
    const answer = await this.args.backend.call(region, operation, forwarded);
    const { CapacityUnits: units } = Object(answer.body.ConsumedCapacity) as { CapacityUnits?: number };
    return this.counted(region, answer, new Map([[name, units ?? 0]]));
  }

  /** @throws DynamoDbError ValidationException for more than 100 keys. */
  async batch(region: string, { RequestItems: requests }: z.infer<typeof batchGetRequest>): Promise<Metered> {
    const reads = Object.entries(requests).flatMap(([tableName, request]) =>
      request.Keys.map((key) => ({
        tableName,
        key,
        bytes: this.bytesOf(region, this.args.table(tableName, region), key),
        consistent: request.ConsistentRead ?? false,
      })),
    );
    if (reads.length > MAX_BATCH_KEYS) {
      throw new DynamoDbError('ValidationException', 'Too many items requested for the BatchGetItem call');
    }
    const processed = this.processed(reads);
    let wanted: Requests = select(requests, processed);
    const responses = new Map<string, Item[]>();
    // The embedded backend stops at 1 MB: it is asked again for the rest.
    while (Object.keys(wanted).length > 0) {
      const answer = await this.args.backend.call(region, 'BatchGetItem', { RequestItems: wanted });
      if (errorName(answer)) return { answer, units: new Map() };
      for (const [name, items] of Object.entries(answer.body.Responses as Record<string, Item[]>)) {
        responses.set(name, [...(responses.get(name) ?? []), ...items]);
      }
      wanted = restOf(requests, answer.body.UnprocessedKeys as Requests | undefined);
    }
    const units = new Map<string, number>();
    for (const { tableName, bytes, consistent } of processed) {
      units.set(tableName, (units.get(tableName) ?? 0) + readUnits(bytes, consistent));
    }
    const unprocessed = select(requests, new Set(reads.filter((read) => !processed.has(read))));
    const body = { Responses: Object.fromEntries(responses), UnprocessedKeys: unprocessed };
    return this.counted(region, { status: 200, body }, units);
  }

  /** What fits into one answer, less what the switch holds back; never nothing. */
  private processed(reads: readonly KeyRead[]): ReadonlySet<KeyRead> {
    let bytes = 0;
    const fitting = reads.filter((read) => {
      bytes += read.bytes;
      return bytes <= MAX_BATCH_BYTES;
    });
    return new Set(fitting.filter((_, i) => i === 0 || !this.args.random.chance(this.args.unprocessed())));
  }

  private bytesOf(region: string, table: TableDefinition, key: Item): number {
    return this.args.states.get(region, table.name, keyText(table, key) ?? '')?.bytes ?? 0;
  }

  private counted(region: string, answer: BackendAnswer, units: ReadonlyMap<string, number>): Metered {
    for (const cost of units.values()) this.args.metering?.consume(region, { readUnits: cost });
    return { answer, units };
  }
}

type Requests = z.infer<typeof batchGetRequest>['RequestItems'];

/** The same requests, for these keys only. */
function select(requests: Requests, reads: ReadonlySet<KeyRead>): Requests {
  return Object.fromEntries(
    Object.entries(requests).flatMap(([name, request]) => {
      const selected = [...reads].filter(({ tableName }) => tableName === name).map(({ key }) => key);
      return selected.length === 0 ? [] : [[name, { ...request, Keys: selected }]];
    }),
  );
}

/** dynalite's UnprocessedKeys lose the projection: it is taken from the request. */
function restOf(requests: Requests, unprocessed: Requests = {}): Requests {
  return Object.fromEntries(
    Object.entries(unprocessed).map(([name, { Keys: keys }]) => [name, { ...requests[name], Keys: keys }]),
  );
}
