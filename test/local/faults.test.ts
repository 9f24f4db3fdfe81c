import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { FakeClock } from '../../local/clock';
import { tableDefinition } from '../../local/dynamodb/table-definition';
import { Faults } from '../../local/faults';
import { GatewayFixture, KEY_ARN, PRIMARY, SECONDARY, TABLE, TABLE_INPUTS } from './gateway-fixture';

const Key = { pk: 'p', sk: 's' };
const put = () => new PutCommand({ TableName: TABLE, Item: Key });
const get = () => new GetCommand({ TableName: TABLE, Key });

describe('faults', () => {
  let cloud: GatewayFixture;

  beforeEach(async () => {
    cloud = await new GatewayFixture().open();
  });
  afterEach(() => cloud.close());

  it('throttles, fails, and breaks connections, only where told to', async () => {
    const client = cloud.client(PRIMARY);
    const { faults } = cloud.gateway;
    const names: readonly ['throttle' | 'serverError' | 'destroyedSocket', object][] = [
      ['throttle', { name: 'ThrottlingException' }],
      ['serverError', { name: 'InternalServerError' }],
      ['destroyedSocket', { code: 'ECONNRESET' }],
    ];
    for (const [kind, error] of names) {
      const remove = faults.add({
        service: 'dynamodb',
        operation: 'PutItem',
        region: PRIMARY,
        effect: { kind },
      });
      await assert.rejects(client.send(put()), error);
      await client.send(get());
      await cloud.client(SECONDARY).send(put());
      remove();
      await client.send(put());
    }
  });

  it('strikes no more often than it is told to', async () => {
    const client = cloud.client(PRIMARY);
    cloud.gateway.faults.add({ effect: { kind: 'throttle' }, probability: 0.5, times: 3 });
    let throttled = 0;
    for (let n = 0; n < 20; n++) await client.send(get()).catch(() => (throttled += 1));
    assert.equal(throttled, 3);
  });

  it('loses a response after the write was done', async () => {
    const client = cloud.client(PRIMARY);
    const effect = { kind: 'lostResponse' } as const;
    const remove = cloud.gateway.faults.add({ operation: 'PutItem', effect });
    await assert.rejects(client.send(put()), { code: 'ECONNRESET' });
    remove();
    assert.deepEqual((await client.send(get())).Item, Key);
  });

  it('makes a call wait, by its clock', async () => {
    const clock = new FakeClock();
    const slow = await new GatewayFixture({ clock }).open();
    slow.gateway.faults.add({ operation: 'PutItem', effect: { kind: 'slow', milliseconds: 60_000 } });
    let answered = false;
    const answer = slow
      .client(PRIMARY)
      .send(put())
      .then(() => {
        answered = true;
      });
    await setTimeout(50);
    assert.equal(answered, false);
    clock.advance(60_000);
    await answer;
    await slow.close();
  });

  it('meets the same calls again when the seed is the same', () => {
    const struck = (seed: number) => {
      const faults = new Faults(seed);
      faults.add({ effect: { kind: 'throttle' }, probability: 0.5 });
      const caller = { principalArn: 'a', accessKeyId: 'b', region: PRIMARY };
      const call = { service: 'dynamodb', operation: 'GetItem', ...caller };
      return Array.from({ length: 64 }, (_, sequence) => faults.draw({ ...call, sequence }).length).join('');
    };
    assert.equal(struck(1), struck(1));
    assert.notEqual(struck(1), struck(2));
  });

  it('lets a client that retries go on', async () => {
    cloud.gateway.faults.add({ effect: { kind: 'destroyedSocket' }, times: 1 });
    await cloud.client(PRIMARY, undefined, 3).send(put());
  });

  it('kills the caller at its n-th call, which is not carried out', async () => {
    const client = cloud.client(PRIMARY);
    const crashes: number[] = [];
    const crash = ({ sequence }: { sequence: number }) => crashes.push(sequence);
    cloud.gateway.faults.add({ operation: 'PutItem', effect: { kind: 'crashAt', call: 2, crash } });
    await client.send(put());
    await client.send(get());
    const second = new PutCommand({ TableName: TABLE, Item: { ...Key, sk: 'second' } });
    await assert.rejects(client.send(second), { code: 'ECONNRESET' });
    assert.deepEqual(crashes, [3]);
    cloud.gateway.faults.clear();
    const read = new GetCommand({ TableName: TABLE, Key: { ...Key, sk: 'second' } });
    assert.equal((await client.send(read)).Item, undefined);
  });

  describe('a Region lost', () => {
    const noAnswer = (error: Error) => Object(error.cause).code === 'UND_ERR_SOCKET';

    /** A call as an SDK of the service signs and names it; answers the HTTP status. */
    async function call(service: string, region: string, named: object, body = '{}'): Promise<number> {
      const { accessKeyId } = cloud.identities.administrator.credentials;
      const scope = `Credential=${accessKeyId}/20260101/${region}/${service}/aws4_request`;
      const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`;
      const headers = { authorization, ...named };
      return (await fetch(cloud.endpoint, { method: 'POST', headers, body })).status;
    }
    const target = (operation: string) => ({ 'x-amz-target': operation });
    const iam = (operation: string, region: string) =>
      call('iam', region, {}, `Action=${operation}&Version=2010-05-08`);

    it('answers no call, whichever the service, while the other Region does, until it is back', async () => {
      await cloud.client(SECONDARY).send(put());
      const bringBack = cloud.gateway.faults.regionOff(PRIMARY);

      await assert.rejects(cloud.client(PRIMARY).send(get()), { code: 'ECONNRESET' });
      assert.deepEqual((await cloud.client(SECONDARY).send(get())).Item, Key);
      const others = [
        ['kms', 'TrentService.Decrypt'],
        ['ssm', 'AmazonSSM.GetParameter'],
        ['lambda', ''],
      ] as const;
      for (const [service, operation] of others) {
        await assert.rejects(call(service, PRIMARY, target(operation)), noAnswer);
        assert.equal(await call(service, SECONDARY, target(operation)), 404);
      }
      bringBack();
      await cloud.client(PRIMARY).send(get());
      assert.equal(await call('kms', PRIMARY, target('TrentService.Decrypt')), 404);
    });

    it('takes the changes of IAM with it, wherever that stands, but not what reads', async () => {
      const elsewhere = 'us-east-1';
      const bringBack = cloud.gateway.faults.regionOff(PRIMARY);

      for (const operation of ['CreateRole', 'PutRolePolicy', 'AttachRolePolicy', 'DeleteRole']) {
        await assert.rejects(iam(operation, elsewhere), noAnswer, operation);
      }
      for (const operation of ['GetRole', 'ListRoles', 'SimulatePrincipalPolicy']) {
        assert.equal(await iam(operation, elsewhere), 404, operation);
      }
      bringBack();
      assert.equal(await iam('CreateRole', elsewhere), 404);
    });

    it('takes its keys with it: what is encrypted with one cannot be read elsewhere either', async () => {
      const TableName = 'misplaced';
      const replicas = [{ regionName: SECONDARY, kmsKeyArn: KEY_ARN, pointInTimeRecovery: true }];
      const inputs = { ...TABLE_INPUTS, name: TableName, replicas };
      await cloud.dynamodb.createGlobalTable(tableDefinition(inputs, { name: TableName, region: PRIMARY }));
      const read = () => cloud.client(SECONDARY).send(new GetCommand({ TableName, Key }));
      await read();
      const bringBack = cloud.gateway.faults.regionOff(PRIMARY);

      await assert.rejects(read(), { name: 'InternalServerError' });
      await cloud.client(SECONDARY).send(get());
      bringBack();
      await read();
    });
  });
});
