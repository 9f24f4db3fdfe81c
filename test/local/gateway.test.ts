import assert from 'node:assert/strict';
import { connect } from 'node:net';
import {
  BatchWriteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { FakeClock } from '../../local/clock';
import { callsByOperation, difference } from '../../local/metering';
import { ACCOUNT, GatewayFixture, KEY_ARN, PRIMARY, SECONDARY, TABLE, TABLE_ARN } from './gateway-fixture';

const Key = { pk: 'p', sk: 's' };
const put = () => new PutCommand({ TableName: TABLE, Item: Key });
const get = () => new GetCommand({ TableName: TABLE, Key });

const tableActions = {
  Effect: 'Allow',
  Action: ['dynamodb:PutItem', 'dynamodb:GetItem'],
  Resource: TABLE_ARN,
};
const keyActions = {
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
  Resource: KEY_ARN,
  Condition: { StringEquals: { 'kms:ViaService': `dynamodb.${PRIMARY}.amazonaws.com` } },
};

describe('gateway', () => {
  let cloud: GatewayFixture;

  beforeEach(async () => {
    cloud = await new GatewayFixture().open();
  });
  afterEach(() => cloud.close());

  const session = (roleArn: string) => cloud.identities.assume(roleArn, 'begin').credentials;
  const raw = (headers: Record<string, string>, body: string | Uint8Array = '{}') =>
    fetch(cloud.endpoint, { method: 'POST', headers, body });
  const signed = (service: string, accessKeyId = cloud.identities.administrator.credentials.accessKeyId) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${PRIMARY}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  });

  describe('authorization', () => {
    it('lets a role do what its policies allow, the key that encrypts the table included', async () => {
      const client = cloud.client(PRIMARY, session(cloud.role('capture', [tableActions, keyActions])));
      await client.send(put());
      assert.deepEqual((await client.send(get())).Item, Key);
    });

    it("denies the rest in AWS's words", async () => {
      const client = cloud.client(PRIMARY, session(cloud.role('capture', [tableActions, keyActions])));
      const query = new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': 'p' },
      });
      await assert.rejects(client.send(query), {
        name: 'AccessDeniedException',
        message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/capture/begin is not authorized to perform: dynamodb:Query on resource: ${TABLE_ARN} because no identity-based policy allows the dynamodb:Query action`,
      });
    });

    it('names an explicit deny', async () => {
      const deny = { Effect: 'Deny', Action: 'dynamodb:PutItem', Resource: '*' };
      const client = cloud.client(PRIMARY, session(cloud.role('capture', [tableActions, keyActions, deny])));
      await assert.rejects(client.send(put()), {
        message: /with an explicit deny in an identity-based policy$/,
      });
    });

    it('asks for the key, too, that DynamoDB uses on the behalf of the caller', async () => {
      const client = cloud.client(PRIMARY, session(cloud.role('capture', [tableActions])));
      await assert.rejects(client.send(put()), {
        message: new RegExp(`perform: kms:Decrypt on resource: ${KEY_ARN}`),
      });
    });

    it('tells the two Regions apart', async () => {
      const client = cloud.client(SECONDARY, session(cloud.role('capture', [tableActions, keyActions])));
      await assert.rejects(client.send(get()), {
        message: new RegExp(`on resource: ${TABLE_ARN.replace(PRIMARY, SECONDARY)}`),
      });
    });

    it('knows the partition keys of what is written and queried', async () => {
      const leading = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['p'] } };
      const client = cloud.client(
        PRIMARY,
        session(
          cloud.role('capture', [
            { Effect: 'Allow', Action: 'dynamodb:*', Resource: TABLE_ARN, Condition: leading },
            keyActions,
          ]),
        ),
      );
      await client.send(put());
      const other = new PutCommand({ TableName: TABLE, Item: { pk: 'other', sk: 's' } });
      await assert.rejects(client.send(other), { name: 'AccessDeniedException' });
      const query = new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: '#pk = :p',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':p': 'other' },
      });
      await assert.rejects(client.send(query), { name: 'AccessDeniedException' });
    });

    it('knows the attributes that an update names', async () => {
      const few = { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'expiresAt'] } };
      const client = cloud.client(
        PRIMARY,
        session(
          cloud.role('capture', [
            { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: TABLE_ARN, Condition: few },
            keyActions,
          ]),
        ),
      );
      const update = (attribute: string, condition: string) =>
        new UpdateCommand({
          TableName: TABLE,
          Key,
          UpdateExpression: 'SET #a = :a',
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#a': attribute },
          ExpressionAttributeValues: { ':a': 1 },
        });

      await client.send(update('expiresAt', 'attribute_not_exists(expiresAt)'));
      await assert.rejects(client.send(update('hash', 'attribute_not_exists(expiresAt)')), {
        name: 'AccessDeniedException',
      });
      await assert.rejects(client.send(update('expiresAt', 'attribute_not_exists(payload)')), {
        name: 'AccessDeniedException',
      });
    });

    it('asks for every table that a batch names', async () => {
      const client = cloud.client(PRIMARY, session(cloud.role('capture', [tableActions, keyActions])));
      const batch = new BatchWriteCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item: Key } }] } });
      await assert.rejects(client.send(batch), { message: /perform: dynamodb:BatchWriteItem/ });
    });

    it('does not know an access key that was not handed out', async () => {
      const stranger = cloud.client(PRIMARY, { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' });
      await assert.rejects(stranger.send(get()), { name: 'UnrecognizedClientException' });
    });

    it('tells callers who they are', async () => {
      const whoAmI = async (accessKeyId: string) => {
        const headers = {
          ...signed('sts', accessKeyId),
          'content-type': 'application/x-www-form-urlencoded',
        };
        return (await raw(headers, 'Action=GetCallerIdentity&Version=2011-06-15')).text();
      };
      const { accessKeyId } = session(cloud.role('capture', []));
      const role = await whoAmI(accessKeyId);
      assert.match(role, new RegExp(`<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/capture/begin</Arn>`));
      assert.match(role, new RegExp(`<Account>${ACCOUNT}</Account>`));
      const people = await whoAmI(cloud.identities.administrator.credentials.accessKeyId);
      assert.match(people, new RegExp(`<Arn>arn:aws:iam::${ACCOUNT}:root</Arn>`));
      assert.match(await whoAmI('AKIASTRANGER'), /<Code>InvalidClientTokenId<\/Code>/);
    });
  });

  describe('meters', () => {
    it('count calls by operation and principal, failures included, between two readings', async () => {
      const role = cloud.role('capture', [tableActions, keyActions]);
      const client = cloud.client(PRIMARY, session(role));
      await client.send(put());
      const before = cloud.metering.read();
      await client.send(put());
      await client.send(get());
      await client.send(get());
      await cloud.client(PRIMARY).send(get());
      cloud.gateway.faults.add({ effect: { kind: 'throttle' } });
      await assert.rejects(client.send(put()));
      const counted = difference(before, cloud.metering.read());
      assert.deepEqual(callsByOperation(counted), { 'dynamodb:GetItem': 3, 'dynamodb:PutItem': 2 });
      assert.deepEqual(callsByOperation(counted, [role]), { 'dynamodb:PutItem': 2, 'dynamodb:GetItem': 2 });
      const puts = counted.calls.find(({ operation }) => operation === 'PutItem');
      assert.deepEqual([puts?.principalArn, puts?.calls, puts?.failures], [role, 2, 1]);
    });
  });

  describe('on the wire', () => {
    it('answers bad requests instead of dying of them', async () => {
      const target = (operation: string) => ({
        ...signed('dynamodb'),
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      });
      const answers: readonly [Promise<Response>, number, RegExp][] = [
        [raw({}), 403, /MissingAuthenticationTokenException/],
        [raw({ authorization: 'AWS4-HMAC-SHA256 nonsense' }), 403, /MissingAuthenticationTokenException/],
        [raw(signed('s3')), 404, /has no service \\"s3\\", only dynamodb, sts/],
        [raw(signed('dynamodb')), 400, /UnknownOperationException/],
        [raw(target('Nonsense')), 400, /UnknownOperationException/],
        [raw(target('PutItem'), 'not json'), 400, /SerializationException/],
        [raw(target('PutItem'), '[]'), 400, /SerializationException/],
        [raw(target('PutItem'), 'null'), 400, /SerializationException/],
        [raw(target('PutItem'), '{}'), 400, /ValidationException/],
        [
          raw(
            target('PutItem'),
            JSON.stringify({ TableName: TABLE, Item: { pk: { M: null }, sk: { X: 1 } } }),
          ),
          400,
          /Exception/,
        ],
        [raw(target('PutItem'), new Uint8Array(17 * 1024 * 1024)), 413, /TooLarge/],
        [raw(signed('sts'), 'Action=AssumeRole'), 400, /InvalidAction/],
      ];
      for (const [answer, status, text] of answers) {
        const response = await answer;
        assert.match(await response.text(), text);
        assert.equal(response.status, status);
      }
      const socket = connect(Number(new URL(cloud.endpoint).port), '127.0.0.1');
      await new Promise((resolve) =>
        socket
          .on('close', resolve)
          .on('error', () => {})
          .end('NOT HTTP\r\n\r\n'),
      );
      await cloud.client(PRIMARY).send(get());
    });

    it('answers a 500 for a mistake of an emulator, and reports it', async () => {
      const mistake = new Error('a mistake');
      cloud.gateway.register({
        service: 'datazone',
        operation: () => 'Search',
        requestedActions: () => [],
        handle: () => Promise.reject(mistake),
        fault: (name, status) => ({ status, headers: {}, body: name }),
      });
      const response = await raw(signed('datazone'));
      assert.deepEqual([response.status, await response.text()], [500, 'InternalFailure']);
      assert.deepEqual(cloud.mistakes, [mistake]);
    });

    it('takes a URL far longer than a page token', async () => {
      const response = await fetch(`${cloud.endpoint}/?token=${'x'.repeat(60_000)}`, {
        headers: signed('sts'),
      });
      assert.equal(response.status, 400);
    });

    it('dates its answers by its clock, and numbers them', async () => {
      const clock = new FakeClock(Date.UTC(2030, 0, 1));
      const dated = await new GatewayFixture({ clock }).open();
      const response = await fetch(dated.endpoint, { method: 'POST' });
      await dated.close();
      assert.equal(response.headers.get('date'), 'Tue, 01 Jan 2030 00:00:00 GMT');
      assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
    });

    it('closes at once, with connections open', async () => {
      const closing = await new GatewayFixture().open();
      await closing.client(PRIMARY).send(get());
      const started = Date.now();
      await closing.close();
      assert.ok(Date.now() - started < 1_000);
    });
  });
});
