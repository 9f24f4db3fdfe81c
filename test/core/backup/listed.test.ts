import assert from 'node:assert/strict';
import type { Kind } from '../../../core/catalog/kind';
import { kindByName } from '../../../core/catalog/registry';
import { ResourceAbsentError, ResourceDeniedError } from '../../../core/catalog/source';
import { readManifest } from '../../../core/vault/manifest';
import { FakeClock } from '../../../local/clock';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { MadeUpResources, refusing } from '../../support/made-up-kinds';
import { captureByEvent } from './change-capture';
import type { Committed } from './vault-views';

const halfDay = 12 * 3600 * 1000;

describe('resources that a list only names', () => {
  let bench: BackupBench;
  let resources: MadeUpResources;
  let clock: FakeClock;
  const ids = Array.from({ length: 26 }, (_, number) => `thing-${number}`);

  beforeEach(async () => {
    resources = new MadeUpResources();
    clock = new FakeClock();
    await start(resources.kind({ name: 'thing', isListed: true, pageSize: 10 }));
    for (const id of ids) resources.put('thing', { id, scopeId: bench.domainId, name: 'a thing' });
  });

  afterEach(() => bench.stop());

  async function start(...kinds: Kind[]): Promise<void> {
    bench = await BackupBench.start({ projects: 1, assets: 0, inMemory: true, clock, kinds });
  }

  async function backup(options: RunOptions = {}): Promise<Committed> {
    resources.calls.length = 0;
    clock.advance(halfDay);
    const result = await bench.run(options);
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    return result;
  }

  it('are each read when they are new, and again when the list tells of a change', async () => {
    const first = await backup();
    assert.equal(first.kinds.thing?.count, 26);
    assert.deepEqual(resources.called('thing', 'read'), [...ids].sort());

    resources.put('thing', { id: 'thing-3', scopeId: bench.domainId, name: 'changed' });
    const second = await backup();
    assert.equal(second.kinds.thing?.changed, 1);
    const read = resources.called('thing', 'read');
    assert.ok(read.includes('thing-3') && read.length < 8, read.join());
  });

  it('are each read once in thirteen runs, so that no change stays unseen that no list tells of', async () => {
    await backup();
    for (const id of ids) {
      resources.put('thing', { id, scopeId: bench.domainId, name: 'b', summary: { name: 'a thing' } });
    }
    const read: string[] = [];
    let changed = 0;
    for (let run = 0; run < 13; run++) {
      changed += (await backup()).kinds.thing?.changed ?? 0;
      read.push(...resources.called('thing', 'read'));
    }
    assert.deepEqual(read.sort(), [...ids].sort());
    assert.equal(changed, 26);
  });

  it('are read each time where their list tells nothing of them', async () => {
    resources.put('thing', { id: 'thing-3', scopeId: bench.domainId, name: 'b', summary: {} });
    await backup();
    for (const name of ['c', 'd']) {
      resources.put('thing', { id: 'thing-3', scopeId: bench.domainId, name, summary: {} });
      assert.equal((await backup()).kinds.thing?.changed, 1);
    }
    assert.equal((await backup()).kinds.thing?.changed, 0);
  });

  it('are deleted once they are listed no more and their own Get says so', async () => {
    await backup();
    resources.of('thing').delete('thing-5');
    const second = await backup();
    assert.equal(second.kinds.thing?.deleted, 1);
    assert.equal(second.kinds.thing?.count, 25);
  });

  for (const refusal of [
    new ResourceAbsentError('no such thing'),
    new ResourceDeniedError('User is not permitted to perform operation: GetThing'),
  ]) {
    it(`are passed over where they are deleted between list and Get, which says: ${refusal.message}`, async () => {
      resources.before = ({ what, id }) => {
        if (what === 'list' || id !== 'thing-7') return;
        resources.of('thing').delete(id);
        throw refusal;
      };
      const snapshot = await backup();
      assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
      assert.equal(snapshot.kinds.thing?.count, 25);
    });
  }

  for (const refusal of [
    new ResourceDeniedError('GetThing: User is not permitted to perform operation: GetThing'),
    new ResourceDeniedError('GetThing: User: x is not authorized to perform: datazone:GetThing'),
  ]) {
    it(`make their scope unreadable where they are listed but not shown: ${refusal.message}`, async () => {
      resources.before = refusing(({ what, id }) => what === 'read' && id === 'thing-7', refusal);
      const snapshot = await backup();
      assert.equal(snapshot.status, 'PARTIAL');
      assert.match(snapshot.unreadable.first.join(), /^thing@\S+: ResourceDeniedError: GetThing: /);
    });
  }

  it('keep what they point to in view, though they are not read', async () => {
    const pointer = resources.kind({ name: 'thing', isListed: true });
    await bench.stop();
    await start(kindByName('project'), pointer);
    const pointsTo = { kind: 'project', id: 'nowhere' };
    resources.of('thing').clear();
    resources.put('thing', { id: 'thing-1', scopeId: bench.domainId, name: 'a', pointsTo });
    const reads: number[] = [];
    for (let run = 0; run < 3; run++) {
      const { startedAt } = await backup();
      reads.push(resources.called('thing', 'read').length);
      const manifest = await readManifest(bench.vault(), startedAt);
      assert.match(JSON.stringify(manifest?.dangling), /project nowhere/);
    }
    assert.ok(reads.includes(0), reads.join());
  });

  it('are read once more where an event brought them, and then no more', async () => {
    await bench.stop();
    await start(kindByName('project'));
    const [project] = bench.projects;
    const id = project?.projectId ?? '';
    await captureByEvent(bench, { kind: 'project', scopeId: bench.domainId }, id);
    const reads: number[] = [];
    for (let run = 0; run < 14; run++) {
      let calls = 0;
      const snapshot = await backup({
        between: (call) => {
          if (call.operation === 'GetProject') calls++;
          return call.answer();
        },
      });
      assert.equal(snapshot.kinds.project?.count, 1);
      reads.push(calls);
    }
    assert.equal(reads[0], 1);
    assert.ok(reads.slice(1).reduce((sum, calls) => sum + calls) <= 2, reads.join());
  });
});
