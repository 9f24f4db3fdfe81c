import assert from 'node:assert/strict';
import { readManifest } from '../../../core/vault/manifest';
import { Random } from '../../../local/random';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { type Between, faulty } from '../../support/in-process-clients';
import { remove, removeReader } from './small-domain';
import type { Committed } from './vault-views';

const always = faulty(new Random(1), { throttled: 1, failed: 0, lost: 0 });

describe('a backup in trouble', () => {
  let bench: BackupBench;

  beforeEach(async () => {
    bench = await BackupBench.start({ projects: 2, assets: 4, inMemory: true });
  });

  afterEach(() => bench.stop());

  async function backup(options: RunOptions): Promise<Committed> {
    const result = await bench.run(options);
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    return result;
  }

  /** The API fails at the calls of one operation from the n-th to the m-th. */
  function failing(operation: string, from: number, to: number): Between {
    let calls = 0;
    return (call) => {
      if (call.operation !== operation) return call.answer();
      calls++;
      return calls >= from && calls <= to ? always(call) : call.answer();
    };
  }

  it('comes back to a scope that the API failed at, and is COMPLETE', async () => {
    const snapshot = await backup({ between: failing('SearchListings', 1, 2) });
    assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
    assert.equal(snapshot.kinds.asset?.count, 8);
  });

  it('names a scope that the API goes on failing at, and captures the others', async () => {
    const snapshot = await backup({ between: failing('SearchListings', 1, Number.POSITIVE_INFINITY) });
    assert.equal(snapshot.status, 'PARTIAL');
    assert.match(snapshot.unreadable.first.join(), /^listing@\S+: RetryableError: SearchListings/);
    assert.equal(snapshot.kinds.asset?.count, 8);
  });

  it('deletes nothing and names the project when it loses its membership during a sweep', async () => {
    await bench.run();
    const lost = bench.projects[0]?.projectId ?? '';
    const snapshot = await backup({
      between: async (call) => {
        const answer = await call.answer();
        if (call.operation === 'Search') removeReader(bench, lost);
        return answer;
      },
    });
    assert.equal(snapshot.status, 'PARTIAL');
    assert.match(snapshot.unreadable.first.join(), new RegExp(`asset@${lost}: NotAMemberError`));
    assert.equal(snapshot.kinds.asset?.count, 8);
    assert.equal(snapshot.kinds.asset?.deleted, 0);
  });

  it('buries a large vanished project in as many calls as that takes', async () => {
    await bench.run({ projects: 'all' });
    const gone = bench.projects[1]?.projectId ?? '';
    for (const id of bench.projects[1]?.assetIds ?? []) remove(bench, id);
    const { service, caller, domainId: domainIdentifier } = bench;
    service.call('DeleteProject', { domainIdentifier, identifier: gone, skipDeletionCheck: true }, caller);
    const snapshot = await backup({ projects: 'all', pagesPerWorker: 1 });
    assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
    assert.equal(snapshot.kinds.asset?.deleted, 4);
    assert.equal(snapshot.kinds.asset?.count, 4);
  });

  it('says with its last word what its first commit said', async () => {
    let committed = false;
    const snapshot = await backup({
      execution: 'backup',
      between: async (call) => {
        const answer = await call.answer();
        const isEnd = call.item?.status === 'COMPLETE';
        if (!isEnd || committed) return answer;
        committed = true;
        throw Object.assign(new Error('the task ended after its manifest'), { name: 'RetryableError' });
      },
    });
    assert.equal(snapshot.status, 'COMPLETE');
    const manifest = await readManifest(bench.vault(), snapshot.startedAt);
    assert.deepEqual(manifest?.kinds, snapshot.kinds);
    assert.equal((await bench.vault().lease())?.execution, '');
  });
});
