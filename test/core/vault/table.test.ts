import assert from 'node:assert/strict';
import { Table } from '../../../core/vault/table';
import { Random } from '../../../local/random';
import {
  type FaultRates,
  faulty,
  InProcessTables,
  inProcessDynamoDb,
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
