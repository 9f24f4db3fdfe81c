import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sha256 } from '../../core/vault/canonical';
import type { Key } from '../../core/vault/keys';
import {
  type Attributes,
  ConditionFailedError,
  type Expectation,
  type Slice,
  Table,
} from '../../core/vault/table';
import type { Between } from './in-process-clients';

const unused = new DynamoDBClient({ region: 'eu-west-1' });

/** Items by partition key and sort key. Items are never changed, only replaced. */
export type MemoryItems = Map<string, Map<string, Readonly<Attributes>>>;

export function copyOf(items: MemoryItems): MemoryItems {
  return new Map([...items].map(([pk, partition]) => [pk, new Map(partition)]));
}

/**
 * The vault's table without SDK, marshalling or store: for tests of thousands of runs. That the real one does
 * the same is what the vault's own suite shows, which runs on both.
 */
export class MemoryTable extends Table {
  constructor(
    private readonly items: MemoryItems,
    region: string,
    private readonly between: Between = ({ answer }) => answer(),
  ) {
    super('memory', region, unused);
  }

  override get(key: Key): Promise<Attributes | undefined> {
    return this.call('GetItem', () => this.found(key));
  }

  override getMany(keys: readonly Key[], attributes: readonly string[]): Promise<Attributes[]> {
    return this.call('BatchGetItem', () =>
      keys.flatMap((key) => {
        const item = this.found(key);
        return item === undefined ? [] : [projected(item, attributes)];
      }),
    );
  }

  override async put(item: Readonly<Attributes>, expected?: Expectation): Promise<void> {
    const key = { pk: String(item.pk), sk: String(item.sk) };
    const answer = async () => {
      const there = this.found(key);
      if (expected !== undefined) {
        const holds =
          'absent' in expected ? there === undefined : there?.[expected.attribute] === expected.equals;
        if (!holds) return false;
      }
      const partition = this.items.get(key.pk) ?? new Map<string, Readonly<Attributes>>();
      this.items.set(key.pk, partition.set(key.sk, stored(item)));
      return true;
    };
    const done = await this.between({ service: 'dynamodb', operation: 'PutItem', item, answer });
    if (!done) throw new ConditionFailedError(`${key.pk} ${key.sk}`);
  }

  override expire({ pk, sk }: Key, expiresAt: number): Promise<void> {
    return this.call('UpdateItem', () => {
      const there = this.found({ pk, sk });
      if (there !== undefined && !('expiresAt' in there))
        this.items.get(pk)?.set(sk, { ...there, expiresAt });
    });
  }

  override remove({ pk, sk }: Key, attribute: string, equals: string): Promise<boolean> {
    return this.call('DeleteItem', () => {
      if (this.found({ pk, sk })?.[attribute] !== equals) return false;
      return this.items.get(pk)?.delete(sk) === true;
    });
  }

  override async *query(pk: string, options: Parameters<Table['query']>[1] = {}): AsyncGenerator<Attributes> {
    const { prefix, upTo, after, descending, limit, attributes } = options;
    const found = await this.call('Query', () => {
      const all = [...(this.items.get(pk) ?? [])]
        .filter(([sk]) => prefix === undefined || sk.startsWith(prefix))
        .filter(([sk]) => upTo === undefined || compared(sk, upTo) <= 0)
        .filter(([sk]) => after === undefined || compared(sk, after) > 0)
        .sort(([a], [b]) => (descending === true ? compared(b, a) : compared(a, b)));
      return all.slice(0, limit).map(([, item]) => item);
    });
    for (const item of found) yield attributes === undefined ? item : projected(item, attributes);
  }

  override async *scan({ number, of }: Slice): AsyncGenerator<Attributes> {
    const partitions = await this.call('Scan', () => [...this.items]);
    for (const [pk, partition] of partitions) {
      if (Number.parseInt(sha256(pk).slice(0, 8), 16) % of === number - 1) yield* partition.values();
    }
  }

  private found({ pk, sk }: Key): Readonly<Attributes> | undefined {
    return this.items.get(pk)?.get(sk);
  }

  private call<T>(operation: string, act: () => T): Promise<T> {
    return this.between({ service: 'dynamodb', operation, answer: async () => act() });
  }
}

/** As DynamoDB keeps it: without what is undefined, and apart from the caller's own object. */
function stored(item: Readonly<Attributes>): Readonly<Attributes> {
  return Object.fromEntries(Object.entries(structuredClone(item)).filter(([, value]) => value !== undefined));
}

function projected(item: Readonly<Attributes>, attributes: readonly string[]): Attributes {
  return Object.fromEntries(attributes.flatMap((name) => (name in item ? [[name, item[name]]] : [])));
}

/** DynamoDB orders strings by their UTF-8 bytes. */
function compared(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
