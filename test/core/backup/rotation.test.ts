import assert from 'node:assert/strict';
import { oldestReadings } from '../../../core/backup/rotation';
import { compositeId } from '../../../core/catalog/composite-id';
import { kindByName } from '../../../core/catalog/registry';
import { ResourceDeniedError } from '../../../core/catalog/source';
import { readManifest } from '../../../core/vault/manifest';
import { FakeClock } from '../../../local/clock';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { MadeUpResources, refusing } from '../../support/made-up-kinds';
import { type Committed, currentView } from './vault-views';

const rotationRuns = 5;

describe('a kind whose parents take turns', () => {
  let bench: BackupBench;
  let resources: MadeUpResources;
  let clock: FakeClock;
  let scopeId: string;
  const boxes = Array.from({ length: 30 }, (_, number) => `box-${number}`).sort();

  afterEach(() => bench.stop());

  async function start(count = boxes.length): Promise<void> {
    resources = new MadeUpResources();
    clock = new FakeClock();
    const kinds = [
      kindByName('domain'),
      resources.kind({ name: 'box', scope: 'project', pageSize: 10 }),
      resources.kind({ name: 'label', scope: 'project', parentage: { kinds: ['box'], rotates: true } }),
    ];
    bench = await BackupBench.start({ projects: 1, assets: 0, inMemory: true, clock, kinds });
    scopeId = bench.projects[0]?.projectId ?? '';
    for (const id of boxes.slice(0, count)) {
      putBox(id);
      for (let number = 0; number < 3; number++) putLabel(id, number, 'a label');
    }
  }

  async function backup(options: RunOptions = {}): Promise<Committed> {
    resources.calls.length = 0;
    clock.advance(3600_000);
    const result = await bench.run({ rotationRuns, ...options });
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    return result;
  }

  const asked = () => resources.called('label', 'list');

  it('is read whole at first, and then so that each parent is asked once in as many runs', async () => {
    await start();
    await backup();
    assert.deepEqual(asked(), boxes);
    const all: string[] = [];
    for (let run = 0; run < rotationRuns; run++) {
      const snapshot = await backup();
      assert.equal(snapshot.status, 'COMPLETE');
      assert.equal(snapshot.kinds.label?.count, 90);
      all.push(...asked());
    }
    assert.deepEqual(all.sort(), boxes);
  });

  it('says how old its oldest reading is', async () => {
    await start();
    const starts: string[] = [];
    for (let run = 0; run <= 2 * rotationRuns; run++) {
      const { startedAt, kinds } = await backup();
      starts.push(startedAt);
      const oldest = starts[Math.max(0, run - rotationRuns + 1)];
      assert.equal(kinds.label?.oldestReading, run < rotationRuns ? starts[0] : oldest, `run ${run}`);
      assert.equal(kinds.box?.oldestReading, startedAt);
      assert.equal((await oldestReadings(bench.vault())).get('label'), kinds.label?.oldestReading);
    }
  });

  it('asks parents that are new or changed, whosever turn it is, and once', async () => {
    await start();
    await backup();
    const [changed = '', ...others] = boxes;
    putBox(changed, 'changed');
    putBox('new');
    putLabel(changed, 0, 'changed');
    putLabel('new', 0, 'new');
    const snapshot = await backup();
    assert.equal(snapshot.kinds.label?.changed, 2);
    assert.ok(asked().includes(changed) && asked().includes('new'));
    assert.ok(asked().length < others.length / 2);
    await backup();
    assert.ok(!asked().includes(changed) || !asked().includes('new'));
  });

  it('finds each change in as many runs, and deletes nothing before its turn', async () => {
    await start();
    await backup();
    for (const id of boxes) {
      putLabel(id, 0, 'changed');
      resources.of('label').delete(compositeId(id, '1'));
    }
    let [changed, deleted] = [0, 0];
    for (let run = 0; run < rotationRuns; run++) {
      const { kinds } = await backup();
      assert.ok(kinds.label && kinds.label.changed < 30 && kinds.label.deleted < 30);
      changed += kinds.label.changed;
      deleted += kinds.label.deleted;
    }
    assert.deepEqual([changed, deleted], [30, 30]);
  });

  it('deletes at once what hung on a parent that is gone', async () => {
    await start();
    await backup();
    const gone = boxes.slice(0, 7);
    for (const id of gone) {
      resources.of('box').delete(id);
      for (let number = 0; number < 3; number++)
        resources.of('label').delete(compositeId(id, String(number)));
    }
    assert.equal((await backup()).kinds.label?.deleted, 21);
  });

  it('has the same turn again where it could not be read to its end', async () => {
    await start();
    const first = await backup();
    await backup();
    const before = asked();
    const denied = new ResourceDeniedError('ListLabels: User is not permitted to perform operation');
    resources.before = refusing(({ kind, what }) => kind === 'label' && what === 'list', denied);
    const failed = await backup();
    assert.equal(failed.status, 'PARTIAL');
    assert.equal(failed.kinds.label?.oldestReading, first.startedAt);
    resources.before = () => {};
    await backup();
    assert.notDeepEqual(asked(), before);
    const all = [...before, ...asked()];
    for (let run = 2; run < rotationRuns; run++) {
      await backup();
      all.push(...asked());
    }
    assert.deepEqual(all.sort(), boxes);
  });

  it('keeps its age where there are more or fewer slices than before', async () => {
    await start();
    const { startedAt } = await backup();
    await backup();
    for (const runs of [7, 3]) {
      const snapshot = await backup({ rotationRuns: runs });
      assert.equal(snapshot.kinds.label?.oldestReading, startedAt);
      assert.ok(asked().length > 0 && asked().length < boxes.length);
    }
  });

  it('takes its turn to the end over several workers', async () => {
    await start();
    await backup({ pagesPerWorker: 2 });
    const all: string[] = [];
    for (let run = 0; run < rotationRuns; run++) {
      assert.equal((await backup({ pagesPerWorker: 2 })).kinds.label?.count, 90);
      all.push(...asked());
    }
    assert.deepEqual(all.sort(), boxes);
  });

  it('is the same after as many runs, at whatever call one died', async function () {
    this.timeout(120_000);
    await start(4);
    await backup({ rotationRuns: 2 });
    for (const id of boxes.slice(0, 4)) {
      putLabel(id, 0, 'changed');
      resources.of('label').delete(compositeId(id, '1'));
    }
    const vault = bench.vaultItems;
    await backup({ rotationRuns: 2, pagesPerWorker: 2 });
    const { calls } = bench;
    await backup({ rotationRuns: 2 });
    const expected = await currentView(bench.vault());
    for (let dieAt = 1; dieAt <= calls; dieAt++) {
      bench.vaultItems = vault;
      const dead = { execution: 'dead', dieAt, pagesPerWorker: 2, rotationRuns: 2 };
      clock.advance(3600_000);
      await assert.rejects(bench.run(dead));
      const { startedAt } = (await bench.vault().lease()) ?? assert.fail();
      const manifest = await readManifest(bench.vault(), startedAt);
      const execution = dieAt % 2 === 0 && manifest?.status !== 'COMPLETE' ? 'dead' : 'next';
      await backup({ rotationRuns: 2, pagesPerWorker: 2, execution });
      const last = await backup({ rotationRuns: 2 });
      assert.deepEqual(await currentView(bench.vault()), expected, `died at call ${dieAt} of ${calls}`);
      assert.equal(last.status, 'COMPLETE');
    }
  });

  function putBox(id: string, name = 'a box'): void {
    resources.put('box', { id, scopeId, name });
  }

  function putLabel(parentId: string, number: number, name: string): void {
    resources.put('label', { id: compositeId(parentId, String(number)), scopeId, parentId, name });
  }
});
