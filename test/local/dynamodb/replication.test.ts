import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FakeClock } from '../../../local/clock';
import { CALM, type DynamoDbBehaviour, UNKIND } from '../../../local/dynamodb/behaviour';
import { ReplicationPausedError } from '../../../local/dynamodb/replication';
import { DynamoDbService } from '../../../local/dynamodb/service';
import { ACCOUNT, GLOBAL_TABLE, PRIMARY, SECONDARY, TABLE } from '../gateway-fixture';

const DAY = 24 * 60 * 60 * 1000;
const REGIONS = [PRIMARY, SECONDARY] as const;

/** Two Regions on a clock that stands still, called without the network. */
class Regions {
  readonly clock = new FakeClock();
  readonly service: DynamoDbService;

  constructor(behaviour: DynamoDbBehaviour, seed = 1) {
    this.service = new DynamoDbService({ accountId: ACCOUNT, clock: this.clock, behaviour, seed });
  }

  async open(): Promise<this> {
    await this.service.createGlobalTable(GLOBAL_TABLE);
    return this;
  }

  put(region: string, sk: string, value: number, more: object = {}): Promise<unknown> {
    const Item = { pk: { S: 'p' }, sk: { S: sk }, value: { N: String(value) }, ...more };
    return this.call(region, 'PutItem', { Item });
  }

  /** Whether there was something to delete in the Region's copy. */
  async delete(region: string, sk: string): Promise<boolean> {
    const Key = { pk: { S: 'p' }, sk: { S: sk } };
    const { Attributes } = await this.call(region, 'DeleteItem', { Key, ReturnValues: 'ALL_OLD' });
    return Attributes !== undefined;
  }

  /** Value by sort key, as the Region's copy has it. */
  async copy(region: string): Promise<Record<string, number>> {
    const { Items } = await this.call(region, 'Scan', {});
    return Object.fromEntries(
      (Items as Record<string, Record<string, string>>[])
        .map((item) => [String(item.sk?.S), Number(item.value?.N)] as const)
        .sort(([a], [b]) => a.localeCompare(b)),
    );
  }

  private async call(region: string, operation: string, input: object): Promise<Record<string, unknown>> {
    const { body } = await this.service.handle(
      {
        method: 'POST',
        url: '/',
        headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
        body: Buffer.from(JSON.stringify({ TableName: TABLE, ...input })),
      },
      { principalArn: 'test', region, accountId: ACCOUNT, administrator: true },
    );
    return JSON.parse(body.toString());
  }
}

const lags = (minMs: number, maxMs: number): DynamoDbBehaviour => ({ ...CALM, lag: { minMs, maxMs } });
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('replication between Regions', () => {
  it('ends with equal copies that hold the last write of each item, whatever the order of arrival', async () => {
    const write = fc.record({
      region: fc.constantFrom(...REGIONS),
      sk: fc.constantFrom('a', 'b', 'c'),
      deletes: fc.boolean(),
      wait: fc.nat({ max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 25 }), fc.nat(), async (writes, seed) => {
        const regions = await new Regions(lags(0, 1_000), seed).open();
        const last = new Map<string, number | undefined>();
        for (const [value, { region, sk, deletes, wait }] of writes.entries()) {
          // Deleting what this Region does not hold is no write, and so wins over nothing.
          if (!deletes) await regions.put(region, sk, value);
          if (!deletes || (await regions.delete(region, sk))) last.set(sk, deletes ? undefined : value);
          regions.clock.advance(wait);
        }
        await regions.service.drainReplication();
        const present = [...last].filter(([, value]) => value !== undefined).sort();
        const expected = Object.fromEntries(present);
        for (const region of REGIONS) assert.deepEqual(await regions.copy(region), expected);
        await regions.service.close();
      }),
      { numRuns: 40 },
    );
  });

  it('lets a later write arrive before an earlier one', async () => {
    const regions = await new Regions(lags(0, 1_000)).open();
    for (let n = 0; n < 20; n++) await regions.put(PRIMARY, String.fromCharCode(97 + n), n);
    regions.clock.advance(500);
    await settled();
    const arrived = Object.values(await regions.copy(SECONDARY));
    assert.ok(arrived.length > 0 && arrived.length < 20, `${arrived.length} of 20 had arrived`);
    assert.ok(Math.max(...arrived) >= arrived.length, `a gap among ${arrived.join(' ')}`);
    await regions.service.close();
  });

  it('holds a write back for its whole lag, by the clock', async () => {
    const regions = await new Regions(lags(2_000, 2_000)).open();
    await regions.put(PRIMARY, 'a', 1);
    regions.clock.advance(1_999);
    await settled();
    assert.deepEqual(await regions.copy(SECONDARY), {});
    regions.clock.advance(1);
    await settled();
    assert.deepEqual(await regions.copy(SECONDARY), { a: 1 });
    assert.equal(regions.service.replicationUnderWay, 0);
    await regions.service.close();
  });

  it('never arrives while it is paused, and refuses to be waited for', async () => {
    const regions = await new Regions(CALM).open();
    regions.service.pauseReplication();
    await regions.put(PRIMARY, 'a', 1);
    regions.clock.advance(DAY);
    await settled();
    assert.deepEqual(await regions.copy(SECONDARY), {});
    await assert.rejects(regions.service.drainReplication(), ReplicationPausedError);
    await regions.service.close();
  });
});

describe('time to live', () => {
  const expiring = { expiresAt: { N: String(Date.UTC(2026, 0, 2) / 1000) } };

  it('deletes expired items between their time and five days later, in both Regions', async () => {
    const regions = await new Regions(UNKIND).open();
    for (let n = 0; n < 40; n++) await regions.put(PRIMARY, `x${n}`, n, expiring);
    await regions.put(PRIMARY, 'stays', 1);
    await regions.service.drainReplication();
    const left = async (days: number) => {
      regions.clock.advance(days * DAY);
      await regions.service.sweepTtl();
      await regions.service.drainReplication();
      const copies = await Promise.all(REGIONS.map((region) => regions.copy(region)));
      assert.deepEqual(copies[0], copies[1]);
      return Object.keys(copies[0] ?? {}).length;
    };
    assert.equal(await left(0.9), 41);
    const midway = await left(2.6);
    assert.ok(midway > 5 && midway < 36, `${midway} left after half of the delay`);
    assert.equal(await left(2.6), 1);
    await regions.service.close();
  });

  it('deletes at once when calm, and spares an item that was written again without a time', async () => {
    const regions = await new Regions(CALM).open();
    await regions.put(PRIMARY, 'gone', 1, expiring);
    await regions.put(PRIMARY, 'kept', 1, expiring);
    await regions.put(PRIMARY, 'kept', 2);
    await regions.service.drainReplication();
    regions.clock.advance(DAY);
    assert.equal(await regions.service.sweepTtl(), 1);
    await regions.service.drainReplication();
    assert.deepEqual(await regions.copy(SECONDARY), { kept: 2 });
    await regions.service.close();
  });
});
