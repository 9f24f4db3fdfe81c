import { type Clock, systemClock } from '../clock';
import type { Metering } from '../metering';
import { Random } from '../random';
import type { Caller, RequestedAction, ServiceEmulator, WireRequest, WireResponse } from '../wire';
import type { BackendAnswer, DynamoDbBackend } from './backend';
import { partBatch } from './batch-write';
import { CALM, type DynamoDbBehaviour } from './behaviour';
import { withCapacity } from './consumed-capacity';
import { createTable } from './create-table';
import { describeContinuousBackups, describeTable, describeTimeToLive } from './descriptions';
import { EmbeddedBackend } from './embedded-backend';
import { ItemReader } from './item-reader';
import { ItemStates } from './item-states';
import { ItemWriter } from './item-writer';
import { Replicator } from './replication';
import { requestedActions } from './requested-actions';
import {
  batchGetRequest,
  batchWriteRequest,
  keyedRequest,
  parseBody,
  parseRequest,
  putRequest,
  type RequestInput,
  tableRequest,
} from './requests';
import { DynamoDbError, errorName } from './service-error';
import type { TableDefinition } from './table-definition';
import { sweepExpired } from './time-to-live';

export interface DynamoDbServiceArgs {
  readonly accountId: string;
  /** Where the tables stand. @default dynalite, in process */
  readonly backend?: DynamoDbBackend;
  /** Told of consumed request units. */
  readonly metering?: Metering;
  /** @default CALM */
  readonly behaviour?: DynamoDbBehaviour;
  /** Stamps writes, makes replication lag, lets items expire. @default the system's */
  readonly clock?: Clock;
  /** @default 1 */
  readonly seed?: number;
}

const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/**
 * DynamoDB in two Regions: global tables with replication, time to live, AWS's limits and request units over a
 * backend that has none of these. Conditions are judged on the Region's own copy. No transactions, no PartiQL.
 */
export class DynamoDbService implements ServiceEmulator {
  readonly service = 'dynamodb';
  private readonly backend: DynamoDbBackend;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly states = new ItemStates();
  private readonly tables = new Map<
    string,
    { readonly table: TableDefinition; readonly createdAt: number }
  >();
  private readonly replicator: Replicator;
  private readonly writer: ItemWriter;
  private readonly reader: ItemReader;
  private behaviour: DynamoDbBehaviour;

  constructor(private readonly args: DynamoDbServiceArgs) {
    this.backend = args.backend ?? new EmbeddedBackend();
    this.clock = args.clock ?? systemClock;
    this.random = new Random(args.seed ?? 1);
    this.behaviour = args.behaviour ?? CALM;
    const { backend, states, clock } = this;
    this.writer = new ItemWriter({
      backend,
      states,
      clock,
      metering: args.metering,
      tableOf: (name, region) => this.find(name, region),
      replicator: () => this.replicator,
    });
    this.replicator = new Replicator(
      (delivery) => this.writer.arrive(delivery),
      () => this.behaviour,
      clock,
      this.random.fork(),
    );
    this.reader = new ItemReader({
      backend,
      states,
      metering: args.metering,
      random: this.random.fork(),
      table: (name, region) => this.table(name, region),
      unprocessed: () => this.behaviour.unprocessed,
    });
  }

  /**
   * Creates the table in each of its Regions.
   * @throws BackendError if the backend refuses it.
   */
  async createGlobalTable(table: TableDefinition): Promise<void> {
    await createTable(this.backend, table);
    this.tables.set(table.name, { table, createdAt: this.clock.now() });
  }

  /** Replaces how unkind the service is, from the next call on. */
  behave(behaviour: DynamoDbBehaviour): void {
    this.behaviour = behaviour;
  }

  /** Number of writes that have not reached the other Region. */
  get replicationUnderWay(): number {
    return this.replicator.underWay;
  }

  /** Stops replication both ways: a Region lost, or the way between them. Writes wait to be sent. */
  pauseReplication(): void {
    this.replicator.pause();
  }

  resumeReplication(): void {
    this.replicator.resume();
  }

  /** Waits until both Regions hold the same, skipping what is left of the lags. */
  drainReplication(): Promise<void> {
    return this.replicator.drain();
  }

  /** Deletes what has expired by the clock, late as the behaviour says; returns how many items. */
  sweepTtl(): Promise<number> {
    return sweepExpired(
      [...this.tables.values()].map(({ table }) => table),
      {
        states: this.states,
        writer: this.writer,
        now: this.clock.now(),
        maxDelayMs: this.behaviour.maxTimeToLiveDelayMs,
        seed: this.args.seed ?? 1,
      },
    );
  }

  async close(): Promise<void> {
    await this.replicator.close();
    await this.backend.close();
  }

  /** ARN of a table in a Region, as the program's graph has it. */
  tableArn(name: string, region: string): string {
    return `arn:aws:dynamodb:${region}:${this.args.accountId}:table/${name}`;
  }

  operation(request: WireRequest): string | undefined {
    return /^DynamoDB_20120810\.(\w+)$/.exec(request.headers['x-amz-target'] ?? '')?.[1];
  }

  requestedActions(request: WireRequest, caller: Caller): readonly RequestedAction[] {
    try {
      return requestedActions(this.operation(request) ?? '', parseBody(request.body), {
        caller,
        tableArn: (name, region) => this.tableArn(name, region),
        tableOf: (name, region) => this.find(name, region),
      });
    } catch (error) {
      if (error instanceof DynamoDbError) return [];
      throw error;
    }
  }

  async handle(request: WireRequest, caller: Caller): Promise<WireResponse> {
    try {
      if (request.body.length > MAX_REQUEST_BYTES) {
        throw new DynamoDbError('RequestEntityTooLargeException', 'The request is larger than 16 MB', 413);
      }
      const { status, body } = await this.perform(
        this.operation(request),
        parseBody(request.body),
        caller.region,
      );
      return wireResponse(status, body);
    } catch (error) {
      if (error instanceof DynamoDbError) return this.fault(error.name, error.status, error.message);
      throw error;
    }
  }

  fault(name: string, status: number, message: string): WireResponse {
    return wireResponse(status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message });
  }

  private async perform(
    operation: string | undefined,
    input: RequestInput,
    region: string,
  ): Promise<BackendAnswer> {
    switch (operation) {
      case 'GetItem':
        return withCapacity(input, await this.reader.get(region, this.named(input, region)));
      case 'Query':
      case 'Scan': {
        const named = this.named(input, region);
        return withCapacity(input, await this.reader.range(region, operation, named, named.TableName));
      }
      case 'BatchGetItem':
        return withCapacity(input, await this.reader.batch(region, parseRequest(batchGetRequest, input)));
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return this.writeOne(operation, input, region);
      case 'BatchWriteItem':
        return this.writeBatch(input, region);
      case 'ListTables':
        return this.listTables(region);
      case 'DescribeTable':
      case 'DescribeTimeToLive':
      case 'DescribeContinuousBackups':
        return this.describe(operation, input, region);
      default:
        throw new DynamoDbError(
          'UnknownOperationException',
          `The local cloud's DynamoDB has no operation ${operation ?? 'of no name'}; tables come from the program, transactions are not supported`,
        );
    }
  }

  private async writeOne(
    operation: 'PutItem' | 'UpdateItem' | 'DeleteItem',
    input: RequestInput,
    region: string,
  ): Promise<BackendAnswer> {
    const named = this.named(input, region);
    const table = this.table(named.TableName, region);
    const item =
      operation === 'PutItem' ? parseRequest(putRequest, named).Item : parseRequest(keyedRequest, named).Key;
    return withCapacity(
      input,
      await this.writer.write(region, operation, named, [{ table, operation, item }]),
    );
  }

  private async writeBatch(input: RequestInput, region: string): Promise<BackendAnswer> {
    const { RequestItems: requests } = parseRequest(batchWriteRequest, input);
    const { processed, unprocessed, writes } = partBatch(
      requests,
      (name) => this.table(name, region),
      () => this.random.chance(this.behaviour.unprocessed),
    );
    const forwarded = { RequestItems: processed };
    const { answer, units } = await this.writer.write(region, 'BatchWriteItem', forwarded, writes);
    if (errorName(answer)) return answer;
    const body = { ...answer.body, UnprocessedItems: unprocessed };
    return withCapacity(input, { answer: { ...answer, body }, units });
  }

  private listTables(region: string): BackendAnswer {
    const names = [...this.tables.keys()].filter((name) => this.find(name, region)).sort();
    return { status: 200, body: { TableNames: names } };
  }

  private describe(
    operation: 'DescribeTable' | 'DescribeTimeToLive' | 'DescribeContinuousBackups',
    input: RequestInput,
    region: string,
  ): BackendAnswer {
    const { TableName: name } = parseRequest(tableRequest, input);
    const args = {
      table: this.table(name, region),
      region,
      arn: this.tableArn(name, region),
      states: this.states,
      createdAt: this.tables.get(name)?.createdAt ?? 0,
    };
    const answers = {
      DescribeTable: describeTable,
      DescribeTimeToLive: describeTimeToLive,
      DescribeContinuousBackups: describeContinuousBackups,
    };
    return { status: 200, body: answers[operation](args) };
  }

  private named(input: RequestInput, region: string): RequestInput & { readonly TableName: string } {
    const { TableName: name } = parseRequest(tableRequest, input);
    this.table(name, region);
    const { ReturnConsumedCapacity: _, ...rest } = input;
    return { ...rest, TableName: name };
  }

  private table(name: string, region: string): TableDefinition {
    const table = this.find(name, region);
    if (!table) throw new DynamoDbError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  private find(name: string, region: string): TableDefinition | undefined {
    const table = this.tables.get(name)?.table;
    return table?.replicas.some((replica) => replica.region === region) ? table : undefined;
  }
}

function wireResponse(status: number, body: unknown): WireResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
