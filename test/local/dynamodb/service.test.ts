import assert from 'node:assert/strict';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { CALM } from '../../../local/dynamodb/behaviour';
import { RemoteBackend } from '../../../local/dynamodb/remote-backend';
import { difference, totalUnits } from '../../../local/metering';
import { startDynamoDbLocal, type TestDynamoDb, whyNoDynamoDbLocal } from '../../support/dynamodb';
import {
  type FixtureArgs,
  GatewayFixture,
  KEY_ARN,
  PRIMARY,
  REPLICA_KEY_ARN,
  SECONDARY,
  TABLE,
  TABLE_ARN,
} from '../gateway-fixture';

const KB = 1024;

describe('DynamoDB of the local cloud, embedded', () => {
  promises(() => ({}));
});

describe("DynamoDB of the local cloud, on AWS's DynamoDB Local", () => {
  let local: TestDynamoDb | undefined;
  const backend = () => new RemoteBackend(local?.endpoint ?? '');

  before(async function () {
    const reason = whyNoDynamoDbLocal();
    if (reason !== undefined) {
      process.stdout.write(`  skipped: ${reason}\n`);
      this.skip();
    }
    local = await startDynamoDbLocal();
  });
  after(() => local?.stop());

  promises(() => ({ backend: backend() }));

  it('starts empty, whatever an earlier local cloud has left there', async () => {
    const key = { pk: 'p', sk: 's' };
    const earlier = await new GatewayFixture({ backend: backend() }).open();
    await earlier.client(PRIMARY).send(new PutCommand({ TableName: TABLE, Item: key }));
    await earlier.close();

    const later = await new GatewayFixture({ backend: backend() }).open();
    const { Item } = await later.client(PRIMARY).send(new GetCommand({ TableName: TABLE, Key: key }));
    await later.close();

    assert.equal(Item, undefined);
  });
});

function promises(args: () => FixtureArgs): void {
  let cloud: GatewayFixture;
  let here: DynamoDBDocumentClient;
  let there: DynamoDBDocumentClient;

  const get = (client: DynamoDBDocumentClient, sk: string) =>
    client.send(new GetCommand({ TableName: TABLE, Key: { pk: 'p', sk } }));
  const put = (client: DynamoDBDocumentClient, sk: string, more: object = {}) =>
    client.send(new PutCommand({ TableName: TABLE, Item: { pk: 'p', sk, ...more } }));

  before(async () => {
    cloud = await new GatewayFixture(args()).open();
    here = cloud.client(PRIMARY);
    there = cloud.client(SECONDARY);
  });
  after(() => cloud.close());
  afterEach(() => cloud.dynamodb.behave(CALM));

  it('shows a write in the other Region once it is replicated, and not before', async () => {
    cloud.dynamodb.pauseReplication();
    await put(here, 'replicated', { n: 1 });
    assert.equal((await get(there, 'replicated')).Item, undefined);
    cloud.dynamodb.resumeReplication();
    await cloud.dynamodb.drainReplication();
    assert.deepEqual((await get(there, 'replicated')).Item, { pk: 'p', sk: 'replicated', n: 1 });
  });

  it('replicates updates, deletions and batches, in both directions', async () => {
    await put(here, 'updated', { n: 1 });
    await put(here, 'deleted');
    await cloud.dynamodb.drainReplication();
    const Key = { pk: 'p', sk: 'updated' };
    const add = { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } };
    await there.send(new UpdateCommand({ TableName: TABLE, Key, ...add }));
    await there.send(new DeleteCommand({ TableName: TABLE, Key: { pk: 'p', sk: 'deleted' } }));
    const puts = [1, 2, 3].map((n) => ({ PutRequest: { Item: { pk: 'p', sk: `batch${n}`, n } } }));
    await there.send(new BatchWriteCommand({ RequestItems: { [TABLE]: puts } }));
    await cloud.dynamodb.drainReplication();
    assert.equal((await get(here, 'updated')).Item?.n, 2);
    assert.equal((await get(here, 'deleted')).Item, undefined);
    assert.equal((await get(here, 'batch3')).Item?.n, 3);
  });

  it('judges conditions on the local copy alone, and lets the last writer win', async () => {
    cloud.dynamodb.pauseReplication();
    const conditional = (by: string) => ({
      TableName: TABLE,
      Item: { pk: 'p', sk: 'contested', by },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await here.send(new PutCommand(conditional('first')));
    await there.send(new PutCommand(conditional('second')));
    await assert.rejects(here.send(new PutCommand(conditional('third'))), {
      name: 'ConditionalCheckFailedException',
    });
    cloud.dynamodb.resumeReplication();
    await cloud.dynamodb.drainReplication();
    assert.equal((await get(here, 'contested')).Item?.by, 'second');
    assert.equal((await get(there, 'contested')).Item?.by, 'second');
  });

  it('refuses an item over 400 KB by its bytes, not its characters, and takes one of 400 KB', async () => {
    const room = 400 * KB - 'pk'.length - 'p'.length - 'sk'.length - 'large'.length - 'text'.length;
    await put(here, 'large', { text: 'x'.repeat(room) });
    const tooLarge = {
      name: 'ValidationException',
      message: /Item size has exceeded the maximum allowed size/,
    };
    await assert.rejects(put(here, 'large', { text: 'x'.repeat(room + 1) }), tooLarge);
    await assert.rejects(put(here, 'large', { text: 'é'.repeat(room / 2 + 1) }), tooLarge);
  });

  it('refuses a batch of 26 writes, one of equal keys, and one of 101 reads', async () => {
    const puts = (keys: readonly number[]) =>
      keys.map((n) => ({ PutRequest: { Item: { pk: 'b', sk: `${n}` } } }));
    const write = (keys: readonly number[]) =>
      here.send(new BatchWriteCommand({ RequestItems: { [TABLE]: puts(keys) } }));
    await assert.rejects(write(Array.from({ length: 26 }, (_, n) => n)), { name: 'ValidationException' });
    await assert.rejects(write([1, 1]), { name: 'ValidationException' });
    const Keys = Array.from({ length: 101 }, (_, n) => ({ pk: 'b', sk: `${n}` }));
    const read = here.send(new BatchGetCommand({ RequestItems: { [TABLE]: { Keys } } }));
    await assert.rejects(read, { name: 'ValidationException' });
  });

  it('answers a batch of reads up to 16 MB, and names the keys beyond it', async () => {
    const text = 'x'.repeat(350 * KB);
    const Keys = Array.from({ length: 50 }, (_, n) => ({ pk: 'heavy', sk: `${n}` }));
    for (const key of Keys) await here.send(new PutCommand({ TableName: TABLE, Item: { ...key, text } }));
    const answer = await here.send(new BatchGetCommand({ RequestItems: { [TABLE]: { Keys } } }));
    assert.equal(answer.Responses?.[TABLE]?.length, 46);
    assert.equal(answer.UnprocessedKeys?.[TABLE]?.Keys?.length, 4);
  });

  it('hands back unprocessed items when it is told to be unkind', async () => {
    cloud.dynamodb.behave({ ...CALM, unprocessed: 0.5 });
    const puts = Array.from({ length: 25 }, (_, n) => ({
      PutRequest: { Item: { pk: 'unprocessed', sk: `${n}` } },
    }));
    const { UnprocessedItems } = await here.send(new BatchWriteCommand({ RequestItems: { [TABLE]: puts } }));
    const held = UnprocessedItems?.[TABLE]?.length ?? 0;
    assert.ok(held > 0 && held < 25, `${held} of 25 were held back`);
    const { Count } = await here.send(
      new ScanCommand({
        TableName: TABLE,
        FilterExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': 'unprocessed' },
      }),
    );
    assert.equal(Count, 25 - held);
  });

  it("counts request units by AWS's rules, the replicated write included", async () => {
    await cloud.dynamodb.drainReplication();
    const spent = async (work: () => Promise<unknown>) => {
      const before = cloud.metering.read();
      await work();
      await cloud.dynamodb.drainReplication();
      return totalUnits(difference(before, cloud.metering.read()));
    };
    const text = 'x'.repeat(4.5 * KB);
    assert.deepEqual(await spent(() => put(here, 'metered', { text })), { readUnits: 0, writeUnits: 10 });
    assert.deepEqual(await spent(() => put(here, 'metered', { text: '' })), { readUnits: 0, writeUnits: 10 });
    assert.deepEqual(await spent(() => put(here, 'metered', { text })), { readUnits: 0, writeUnits: 10 });
    const Key = { pk: 'p', sk: 'metered' };
    const read = (ConsistentRead: boolean) =>
      here.send(new GetCommand({ TableName: TABLE, Key, ConsistentRead }));
    assert.deepEqual(await spent(() => read(true)), { readUnits: 2, writeUnits: 0 });
    assert.deepEqual(await spent(() => read(false)), { readUnits: 1, writeUnits: 0 });
    const Item = { ...Key, text };
    const refused = new PutCommand({
      TableName: TABLE,
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    assert.deepEqual(await spent(() => here.send(refused).catch(() => undefined)), {
      readUnits: 0,
      writeUnits: 5,
    });
    const query = new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'pk = :p AND sk = :s',
      ExpressionAttributeValues: { ':p': 'p', ':s': 'metered' },
    });
    assert.deepEqual(await spent(() => here.send(query)), { readUnits: 1, writeUnits: 0 });
  });

  it('tells a client its consumed capacity when it asks for it, and only then', async () => {
    const Item = { pk: 'p', sk: 'asked', text: 'x'.repeat(1500) };
    const asked = await here.send(
      new PutCommand({ TableName: TABLE, Item, ReturnConsumedCapacity: 'TOTAL' }),
    );
    assert.deepEqual(asked.ConsumedCapacity, { TableName: TABLE, CapacityUnits: 2 });
    assert.equal((await here.send(new PutCommand({ TableName: TABLE, Item }))).ConsumedCapacity, undefined);
  });

  it('pages a query in key order, forwards and backwards', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const sk of keys) await here.send(new PutCommand({ TableName: TABLE, Item: { pk: 'ordered', sk } }));
    for (const ScanIndexForward of [true, false]) {
      const seen: string[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await here.send(
          new QueryCommand({
            TableName: TABLE,
            KeyConditionExpression: 'pk = :p',
            ExpressionAttributeValues: { ':p': 'ordered' },
            Limit: 2,
            ScanIndexForward,
            ExclusiveStartKey,
          }),
        );
        seen.push(...(page.Items ?? []).map((item) => String(item.sk)));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      assert.deepEqual(seen, ScanIndexForward ? keys : keys.toReversed());
    }
  });

  it('describes the table as the program declares it, in each Region', async () => {
    const { Table } = await here.send(new DescribeTableCommand({ TableName: TABLE }));
    assert.equal(Table?.TableArn, TABLE_ARN);
    assert.equal(Table?.TableStatus, 'ACTIVE');
    assert.equal(Table?.DeletionProtectionEnabled, true);
    assert.equal(Table?.SSEDescription?.KMSMasterKeyArn, KEY_ARN);
    assert.deepEqual(
      Table?.Replicas?.map(({ RegionName, KMSMasterKeyId }) => [RegionName, KMSMasterKeyId]),
      [[SECONDARY, REPLICA_KEY_ARN]],
    );
    assert.match(Table?.LatestStreamArn ?? '', /\/stream\//);
    const replica = await there.send(new DescribeTableCommand({ TableName: TABLE }));
    assert.equal(replica.Table?.SSEDescription?.KMSMasterKeyArn, REPLICA_KEY_ARN);
    const timeToLive = await here.send(new DescribeTimeToLiveCommand({ TableName: TABLE }));
    assert.equal(timeToLive.TimeToLiveDescription?.AttributeName, 'expiresAt');
    const { ContinuousBackupsDescription: backups } = await here.send(
      new DescribeContinuousBackupsCommand({ TableName: TABLE }),
    );
    assert.equal(backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus, 'ENABLED');
    assert.deepEqual((await there.send(new ListTablesCommand({}))).TableNames, [TABLE]);
  });

  it('knows no table in a Region where there is none, and no transactions', async () => {
    await assert.rejects(get(cloud.client('us-east-1'), 'x'), { name: 'ResourceNotFoundException' });
    const Put = { TableName: TABLE, Item: { pk: 'p', sk: 'x' } };
    await assert.rejects(here.send(new TransactWriteCommand({ TransactItems: [{ Put }] })), {
      name: 'UnknownOperationException',
      message: /transactions are not supported/,
    });
  });

  it('loses no update of many made at once to one item', async () => {
    const Key = { pk: 'p', sk: 'counter' };
    const add = { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } };
    await Promise.all(
      Array.from({ length: 20 }, () => here.send(new UpdateCommand({ TableName: TABLE, Key, ...add }))),
    );
    await cloud.dynamodb.drainReplication();
    assert.equal((await get(there, 'counter')).Item?.n, 20);
  });
}
