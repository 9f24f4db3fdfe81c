import assert from 'node:assert/strict';
import { Backoff } from '../../../core/vault/backoff';
import { Table } from '../../../core/vault/table';
import { Random } from '../../../local/random';
import type { WireResponse } from '../../../local/wire';
import {
  type Between,
  type FaultRates,
  faulty,
  InProcessTables,
  inProcessDynamoDb,
  type ServiceCall,
} from '../../support/in-process-clients';

describe('the vault table', () => {
  const tables = new InProcessTables();
  let tableName: string;

  before(async () => {
    tableName = await tables.create();
  });

  after(() => tables.backend.close());

  function table(rates: FaultRates): Table {
    const between = faulty(new Random(1), rates);
    return new Table(tableName, 'eu-west-1', inProcessDynamoDb(tables.backend, { between, attempts: 3 }));
  }

  for (const rates of [
    { throttled: 1, failed: 0, lost: 0 },
    { throttled: 0, failed: 1, lost: 0 },
    { throttled: 0, failed: 0, lost: 1 },
  ]) {
    it(`asks for another try of the task where DynamoDB answers ${JSON.stringify(rates)}`, async () => {
      // The name is what the state machine's Retry goes by.
      const again = { name: 'RetryableError' };
      await assert.rejects(table(rates).get({ pk: 'a', sk: 'b' }), again);
      await assert.rejects(table(rates).put({ pk: 'a', sk: 'b' }), again);
      await assert.rejects(table(rates).getMany([{ pk: 'a', sk: 'b' }], ['pk']), again);
      await assert.rejects(table(rates).first('a', {}), again);
    });
  }

  it('asks for none where the call itself is wrong', async () => {
    const calm = { throttled: 0, failed: 0, lost: 0 };
    await assert.rejects(table(calm).put({ pk: '', sk: 'b' }), { name: 'ValidationException' });
  });

  it('pauses longer and longer while DynamoDB hands keys back, and gets them all', async () => {
    const keys = [0, 1, 2, 3].map((n) => ({ pk: 'many', sk: String(n) }));
    const calm = table({ throttled: 0, failed: 0, lost: 0 });
    for (const key of keys) await calm.put(key);
    const pauses: number[] = [];
    const sleep = async (ms: number): Promise<void> => void pauses.push(ms);
    // One key of a batch is answered, and all others are handed back.
    const between: Between = async <T>({ answer }: ServiceCall<T>): Promise<T> => {
      const answered = (await answer()) as WireResponse;
      const body = JSON.parse(String(answered.body));
      const [first, ...others] = body.Responses[tableName];
      const Keys = others.map(({ pk, sk }: Record<string, unknown>) => ({ pk, sk }));
      body.Responses[tableName] = [first];
      body.UnprocessedKeys = others.length > 0 ? { [tableName]: { Keys } } : {};
      return { ...answered, body: JSON.stringify(body) } as T;
    };
    const backoff = new Backoff({ first: 100, longest: 300, random: () => 0.5, sleep });
    const stingy = new Table(tableName, 'eu-west-1', inProcessDynamoDb(tables.backend, { between }), backoff);

    const found = await stingy.getMany(keys, ['pk', 'sk']);

    assert.deepEqual(found.map(({ sk }) => sk).sort(), ['0', '1', '2', '3']);
    assert.deepEqual(pauses, [50, 100, 150]);
  });

  it('puts a head within its time, or says that it does not know', async () => {
    const slow = inProcessDynamoDb(tables.backend, {
      between: async ({ answer }) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return answer();
      },
    });
    const put = new Table(tableName, 'eu-west-1', slow).put({ pk: 'a', sk: 'c' }, { absent: true }, 10);
    await assert.rejects(put, { name: 'RetryableError' });
  });
});
