import assert from 'node:assert/strict';
import { kindByName } from '../../../core/catalog/registry';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import type { Between } from '../../support/in-process-clients';
import { MadeUpResources } from '../../support/made-up-kinds';
import { letJoin, removeReader } from './small-domain';
import { type Committed, currentView } from './vault-views';

const names = ['hat', 'coat', 'shoe', 'glove'];

describe("a worker's visit to a project", () => {
  let bench: BackupBench;
  let resources: MadeUpResources;
  let projectId: string;

  beforeEach(async () => {
    resources = new MadeUpResources();
    const made = names.map((name) => resources.kind({ name, scope: 'project' }));
    const kinds = [kindByName('domain'), ...made];
    bench = await BackupBench.start({ projects: 1, assets: 0, inMemory: true, kinds });
    projectId = bench.projects[0]?.projectId ?? '';
    for (const name of names) put(name, 1);
    await backup();
  });

  afterEach(() => bench.stop());

  async function backup(options: RunOptions = {}): Promise<Committed> {
    const result = await bench.run(options);
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    return result;
  }

  function put(kind: string, number: number): void {
    resources.put(kind, { id: `${kind}-${number}`, scopeId: projectId, name: 'it' });
  }

  /** Counts the looks at the project's members, and calls `at` before each of them. */
  function looks(at: (look: number) => void = () => {}): { between: Between; count: () => number } {
    let look = 0;
    return {
      between: (call) => {
        if (call.operation === 'ListProjectMemberships') at(++look);
        return call.answer();
      },
      count: () => look,
    };
  }

  it('looks at its members twice, however many kinds there are', async () => {
    const members = looks();
    const snapshot = await backup({ between: members.between });
    assert.equal(snapshot.status, 'COMPLETE');
    assert.equal(members.count(), 2);
  });

  it('looks at its members twice, over however many workers', async () => {
    for (const name of names) for (let number = 2; number < 8; number++) put(name, number);
    const members = looks();
    const snapshot = await backup({ between: members.between, pagesPerWorker: 1 });
    assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
    assert.equal(members.count(), 2);
    for (const name of names) assert.equal(snapshot.kinds[name]?.count, 7);
  });

  it('looks once more before it deletes', async () => {
    resources.of('coat').clear();
    const members = looks();
    const snapshot = await backup({ between: members.between });
    assert.equal(snapshot.kinds.coat?.deleted, 1);
    assert.equal(members.count(), 3);
  });

  for (const pagesPerWorker of [1, 100]) {
    it(`names every kind that was read since the last look, ${pagesPerWorker} pages a worker`, async () => {
      put('glove', 2);
      const members = looks((look) => look === 2 && removeReader(bench, projectId));
      const snapshot = await backup({ between: members.between, pagesPerWorker });
      assert.equal(snapshot.status, 'PARTIAL');
      assert.deepEqual(
        snapshot.unreadable.first.map((line) => line.split('@')[0]),
        [...names].sort(),
      );
      for (const line of snapshot.unreadable.first) assert.match(line, /NotAMemberError: .*removed/);
    });
  }

  it('names them all where it finds out before it deletes, does not join again, and deletes nothing', async () => {
    letJoin(bench);
    resources.of('coat').clear();
    const members = looks((look) => look === 2 && removeReader(bench, projectId));
    const snapshot = await backup({ between: members.between, projects: 'all' });
    assert.equal(snapshot.unreadable.count, names.length);
    assert.equal(snapshot.kinds.coat?.count, 1);

    const next = await backup({ projects: 'all' });
    assert.equal(next.status, 'COMPLETE', JSON.stringify(next.unreadable));
    assert.equal(next.kinds.coat?.deleted, 1);
  });

  it('asks once for a project that it is no member of', async () => {
    removeReader(bench, projectId);
    const members = looks();
    const snapshot = await backup({ between: members.between });
    assert.equal(snapshot.unreadable.count, names.length);
    assert.equal(members.count(), 1);
  });

  it('buries a project that goes while it is there', async () => {
    const members = looks((look) => look === 2 && remove());
    const snapshot = await backup({ between: members.between });
    assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
    for (const name of names) assert.equal(snapshot.kinds[name]?.deleted, 1);
  });

  it('comes to the same, at whatever call a worker died', async function () {
    this.timeout(60_000);
    resources.of('coat').clear();
    put('shoe', 2);
    const vault = bench.vaultItems;
    await backup({ pagesPerWorker: 2 });
    const { calls } = bench;
    const expected = await currentView(bench.vault());
    for (let dieAt = 1; dieAt <= calls; dieAt++) {
      bench.vaultItems = vault;
      await assert.rejects(bench.run({ execution: 'dead', dieAt, pagesPerWorker: 2 }));
      await backup({ execution: 'next', pagesPerWorker: 2 });
      assert.deepEqual(await currentView(bench.vault()), expected, `died at call ${dieAt} of ${calls}`);
    }
  });

  function remove(): void {
    const { service, caller, domainId: domainIdentifier } = bench;
    const request = { domainIdentifier, identifier: projectId, skipDeletionCheck: true };
    service.call('DeleteProject', request, caller);
  }
});
