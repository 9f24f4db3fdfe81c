import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { Backoff } from './backoff';
import type { Key } from './keys';

export type Attributes = Record<string, unknown>;

/** A write found that its condition no longer holds. */
export class ConditionFailedError extends Error {
  override readonly name = 'ConditionFailedError';
}

/**
 * DynamoDB did not take a call, though the SDK tried it several times; the next try of the task may go through.
 * It carries the name by which Step Functions tries a task again.
 */
export class TableUnavailableError extends Error {
  override readonly name = 'RetryableError';
}

/** What a put must find at its key. */
export type Expectation = { readonly absent: true } | { readonly attribute: string; readonly equals: string };

/** The `number`-th, from 1, of `of` equal parts of a table: all of them together are the whole. */
export interface Slice {
  readonly number: number;
  readonly of: number;
}

/** The vault's table in one Region, reduced to the few calls that the vault makes. */
export class Table {
  private readonly client: DynamoDBDocumentClient;

  constructor(
    readonly tableName: string,
    readonly region: string,
    client: DynamoDBClient = new DynamoDBClient({ region, retryMode: 'standard', maxAttempts: 8 }),
    private readonly backoff = new Backoff(),
  ) {
    this.client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  /** Strongly consistent within this Region. */
  async get(key: Key): Promise<Attributes | undefined> {
    const command = new GetCommand({
      TableName: this.tableName,
      Key: { pk: key.pk, sk: key.sk },
      ConsistentRead: true,
    });
    return (await this.send(() => this.client.send(command))).Item;
  }

  /** Up to any number of keys, in any order; absent ones are left out. */
  async getMany(keys: readonly Key[], attributes: readonly string[]): Promise<Attributes[]> {
    const found: Attributes[] = [];
    const names = Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name]));
    let waiting = keys.map(({ pk, sk }) => ({ pk, sk }));
    let putOff = 0;
    // BatchGetItem takes 100 keys, and hands back those that did not fit 16 MB, or the table's throughput.
    while (waiting.length > 0) {
      const command = new BatchGetCommand({
        RequestItems: {
          [this.tableName]: {
            Keys: waiting.slice(0, 100),
            ConsistentRead: true,
            ProjectionExpression: Object.keys(names).join(', '),
            ExpressionAttributeNames: names,
          },
        },
      });
      const answer = await this.send(() => this.client.send(command));
      found.push(...(answer.Responses?.[this.tableName] ?? []));
      const unprocessed = (answer.UnprocessedKeys?.[this.tableName]?.Keys ?? []) as {
        pk: string;
        sk: string;
      }[];
      waiting = [...unprocessed, ...waiting.slice(100)];
      putOff = unprocessed.length > 0 ? putOff + 1 : 0;
      if (putOff > 0) await this.backoff.pause(putOff);
    }
    return found;
  }

  /**
   * Puts a whole item, retries included within `longest` ms where that is given. Throws ConditionFailedError when
   * what is there is not what was expected, TableUnavailableError when it is not known whether the item was put.
   */
  async put(item: Readonly<Attributes>, expected?: Expectation, longest?: number): Promise<void> {
    const condition =
      expected === undefined
        ? {}
        : 'absent' in expected
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#c = :c',
              ExpressionAttributeNames: { '#c': expected.attribute },
              ExpressionAttributeValues: { ':c': expected.equals },
            };
    try {
      const command = new PutCommand({ TableName: this.tableName, Item: item, ...condition });
      const options = longest === undefined ? {} : { abortSignal: AbortSignal.timeout(longest) };
      await this.send(() => this.client.send(command, options));
    } catch (error) {
      if (isFailedCondition(error)) {
        throw new ConditionFailedError(`${item.pk} ${item.sk}`, { cause: error });
      }
      throw error;
    }
  }

  /** Lets an item, if it is there and has no end yet, end at `expiresAt`, in seconds since the epoch. */
  async expire(key: Key, expiresAt: number): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.tableName,
      Key: { pk: key.pk, sk: key.sk },
      UpdateExpression: 'SET expiresAt = :at',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(expiresAt)',
      ExpressionAttributeValues: { ':at': expiresAt },
    });
    try {
      await this.send(() => this.client.send(command));
    } catch (error) {
      if (!isFailedCondition(error)) throw error;
    }
  }

  /** Removes an item whose `attribute` is still `equals`; false: it is not. */
  async remove(key: Key, attribute: string, equals: string): Promise<boolean> {
    const command = new DeleteCommand({
      TableName: this.tableName,
      Key: { pk: key.pk, sk: key.sk },
      ConditionExpression: '#c = :c',
      ExpressionAttributeNames: { '#c': attribute },
      ExpressionAttributeValues: { ':c': equals },
    });
    try {
      await this.send(() => this.client.send(command));
      return true;
    } catch (error) {
      if (!isFailedCondition(error)) throw error;
      return false;
    }
  }

  /** Items of one partition in order of their sort key. */
  async *query(
    pk: string,
    options: {
      readonly prefix?: string;
      /** Sort keys up to and including this one. */
      readonly upTo?: string;
      /** Sort keys beyond this one. */
      readonly after?: string;
      readonly descending?: boolean;
      readonly limit?: number;
      readonly consistent?: boolean;
      readonly attributes?: readonly string[];
    } = {},
  ): AsyncGenerator<Attributes> {
    const { prefix, upTo, after, attributes } = options;
    const names: Record<string, string> = { '#pk': 'pk' };
    const values: Record<string, unknown> = { ':pk': pk };
    let condition = '#pk = :pk';
    if (prefix !== undefined) {
      condition += ' AND begins_with(#sk, :prefix)';
      values[':prefix'] = prefix;
    } else if (upTo !== undefined) {
      condition += ' AND #sk <= :upTo';
      values[':upTo'] = upTo;
    } else if (after !== undefined) {
      condition += ' AND #sk > :after';
      values[':after'] = after;
    }
    if (condition.includes('#sk')) names['#sk'] = 'sk';
    const projection = attributes?.map((name, index) => {
      names[`#a${index}`] = name;
      return `#a${index}`;
    });
    let start: QueryCommandInput['ExclusiveStartKey'];
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.tableName,
        KeyConditionExpression: condition,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ConsistentRead: options.consistent ?? true,
        ScanIndexForward: options.descending !== true,
        ...(projection === undefined ? {} : { ProjectionExpression: projection.join(', ') }),
        ...(Number.isFinite(left) ? { Limit: left } : {}),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      const answer = await this.send(() => this.client.send(command));
      for (const item of answer.Items ?? []) {
        yield item;
        if (--left <= 0) return;
      }
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
  }

  async first(pk: string, options: Parameters<Table['query']>[1]): Promise<Attributes | undefined> {
    for await (const item of this.query(pk, { ...options, limit: 1 })) return item;
    return undefined;
  }

  /** Items of one slice of the whole table, in no order: pages of at most 1 MB, read consistently. */
  async *scan(slice: Slice): AsyncGenerator<Attributes> {
    let start: ScanCommandInput['ExclusiveStartKey'];
    do {
      const command: ScanCommand = new ScanCommand({
        TableName: this.tableName,
        Segment: slice.number - 1,
        TotalSegments: slice.of,
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      const answer = await this.send(() => this.client.send(command));
      yield* answer.Items ?? [];
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
  }

  private async send<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error)) throw error;
      throw new TableUnavailableError(`${this.tableName}: ${error.name}: ${error.message}`, { cause: error });
    }
  }
}

/** What DynamoDB answers with status 400 though a later try may go through. */
const throttling = new Set([
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

function isFailedCondition(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

function isPassing(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { $metadata, $retryable, code } = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $retryable?: object;
    readonly code?: unknown;
  };
  return (
    throttling.has(error.name) ||
    $retryable !== undefined ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    error.name === 'TimeoutError' ||
    error.name === 'AbortError' ||
    // Of Node.js: a connection that could not be made or broke.
    (typeof code === 'string' && /^E(?!RR_)[A-Z_]+$/.test(code))
  );
}
