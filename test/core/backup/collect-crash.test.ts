import assert from 'node:assert/strict';
import { readHorizon } from '../../../core/vault/horizon';
import { readManifest } from '../../../core/vault/manifest';
import { pin } from '../../../core/vault/pins';
import { ProcessGoneError } from '../../support/life';
import type { MemoryItems } from '../../support/memory-table';
import { DaysOfWork, day, retention } from './days-of-work';
import { remove } from './small-domain';

describe('a collection that dies', function () {
  this.timeout(120_000);
  let days: DaysOfWork;
  /** Newer snapshots protect nothing, so that it makes no difference how many there are. */
  const slowly = { collectInOneCall: false, retention: { ...retention, keepSnapshots: 1 } };
  let start: MemoryItems;
  let calls: number;
  let operations: string[];

  beforeEach(async () => {
    days = await DaysOfWork.start();
    await pin(days.bench.vault(), days.first.startedAt, 'Ann', 'the audit');
    await days.work(3);
    remove(days.bench, days.asset(2));
    await days.work(2);
    days.clock.advance(20 * day);
    start = days.bench.vaultItems;
    operations = [];
    await days.run({ ...slowly, between: counted });
    calls = operations.length;
  });

  const counted = <T>(call: {
    readonly operation: string;
    readonly answer: () => Promise<T>;
  }): Promise<T> => {
    operations.push(call.operation);
    return call.answer();
  };

  it('comes to the same in the next run, at whatever call it died', async () => {
    const expected = await outcome();
    const from = operations.lastIndexOf('BatchGetItem');
    assert.ok(expected.marked.length > 4);

    for (let dieAt = Math.max(from, 0) + 1; dieAt <= calls; dieAt++) {
      const writes = /^(Put|Update|Delete)/.test(operations[dieAt - 1] ?? '');
      for (const doneBeforeDeath of writes ? [false, true] : [false]) {
        days.bench.vaultItems = start;
        const dying = days.run({ ...slowly, dieAt, doneBeforeDeath });
        await assert.rejects(dying, ProcessGoneError, `${dieAt}`);
        const lease = await days.bench.vault().lease();
        const manifest = lease && (await readManifest(days.bench.vault(), lease.startedAt));
        await days.run(slowly);
        const after = await outcome();
        const where = `died at call ${dieAt} of ${calls}, ${operations[dieAt - 1]}`;

        assert.deepEqual(after, expected, where);
        assert.equal((await days.bench.vault().lease())?.execution, '', where);
        const later = lease && (await readManifest(days.bench.vault(), lease.startedAt));
        assert.equal(later?.status, manifest?.status === 'COMPLETE' ? 'COMPLETE' : 'FAILED', where);
      }
    }
  });

  async function outcome() {
    const marked = [...days.bench.vaultItems].flatMap(([pk, partition]) =>
      [...partition].flatMap(([sk, item]) =>
        'expiresAt' in item && !pk.includes('/run/') ? [`${pk} ${sk}`] : [],
      ),
    );
    const { at, collected } = (await readHorizon(days.bench.vault())) ?? {};
    return { marked: marked.sort(), at, collected: collected?.at };
  }
});
