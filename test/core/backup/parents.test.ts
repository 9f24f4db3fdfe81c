import assert from 'node:assert/strict';
import type { Kind } from '../../../core/catalog/kind';
import { kindByName } from '../../../core/catalog/registry';
import {
  InvalidRequestError,
  ResourceAbsentError,
  ResourceDeniedError,
  RetryableError,
} from '../../../core/catalog/source';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { type MadeUpCall, MadeUpResources, refusing } from '../../support/made-up-kinds';
import { type Committed, currentView } from './vault-views';

describe('a kind that is listed under others', () => {
  let bench: BackupBench;
  let resources: MadeUpResources;

  afterEach(() => bench.stop());

  /** Boxes and bags hold things; box b0 holds none, each other one five. */
  async function start(boxes: number, options: Partial<Kind> = {}): Promise<void> {
    resources = new MadeUpResources();
    const kinds = [
      kindByName('domain'),
      resources.kind({ name: 'box', ...options }),
      resources.kind({ name: 'bag', ...options }),
      resources.kind({
        name: 'thing',
        parentage: { kinds: ['box', 'bag'], rotates: false },
        ...options,
      }),
    ];
    bench = await BackupBench.start({ projects: 1, assets: 0, inMemory: true, kinds });
    const scopeId = scope();
    for (const parent of ['box', 'bag']) {
      for (let number = 0; number < boxes; number++) {
        const id = `${parent}-${number}`;
        resources.put(parent, { id, scopeId, name: id });
        for (let thing = 0; thing < (number === 0 ? 0 : 5); thing++) {
          resources.put('thing', { id: `${id}/${thing}`, scopeId, parentId: id, name: 'a thing' });
        }
      }
    }

    function scope(): string {
      return options.scope === 'project' ? (bench.projects[0]?.projectId ?? '') : bench.domainId;
    }
  }

  async function backup(options: RunOptions = {}): Promise<Committed> {
    resources.calls.length = 0;
    const result = await bench.run(options);
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    return result;
  }

  for (const scope of ['domain', 'project'] as const) {
    it(`is read under each of its parents, in the scope of a ${scope}`, async () => {
      await start(4, { scope });
      const snapshot = await backup();
      assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
      assert.equal(snapshot.kinds.thing?.count, 30);
      assert.equal(resources.called('thing', 'list').length, 8);
    });
  }

  it('meets the parents that came in the same run', async () => {
    await start(1);
    await backup();
    resources.put('bag', { id: 'new', scopeId: bench.domainId, name: 'new' });
    resources.put('thing', { id: 'new/1', scopeId: bench.domainId, parentId: 'new', name: 'a thing' });
    assert.equal((await backup()).kinds.thing?.count, 1);
  });

  for (const pagesPerWorker of [1, 2, 3]) {
    it(`goes on where its worker ran out of time after ${pagesPerWorker} pages, in the middle of a parent`, async () => {
      await start(4);
      await backup();
      resources.of('thing').delete('bag-2/3');
      resources.put('thing', { id: 'box-3/4', scopeId: bench.domainId, parentId: 'box-3', name: 'other' });
      const snapshot = await backup({ pagesPerWorker });
      const { count, changed, deleted } = snapshot.kinds.thing ?? assert.fail();
      assert.deepEqual([count, changed, deleted], [29, 1, 1]);
      const lists = resources.calls.filter(({ kind, what }) => kind === 'thing' && what === 'list');
      // Six parents of three pages and two that are empty; what moved is looked at twice.
      assert.ok(lists.length >= 20 && lists.length <= 26, String(lists.length));
    });
  }

  for (const refusal of [
    new ResourceAbsentError('no such box'),
    new ResourceDeniedError('User is not permitted to perform operation: ListThings'),
    new InvalidRequestError('the entity does not exist'),
  ]) {
    it(`loses what hung on a parent that is deleted meanwhile, and says: ${refusal.name}`, async () => {
      await start(4);
      await backup();
      resources.before = (call) => {
        if (!isListOf('box-2')(call)) return;
        remove('box', 'box-2');
        throw refusal;
      };
      const snapshot = await backup();
      assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
      assert.equal(snapshot.kinds.thing?.count, 25);
      assert.equal(snapshot.kinds.thing?.deleted, 5);
    });
  }

  for (const pagesPerWorker of [2, 1000]) {
    it(`is unreadable, but for the rest, under parents that do not let it be listed, ${pagesPerWorker} pages a worker`, async () => {
      await start(4);
      await backup();
      const denied = new ResourceDeniedError('ListThings: User is not permitted to perform operation');
      resources.before = refusing((call) => isListOf('box-2')(call) || isListOf('bag-1')(call), denied);
      resources.of('thing').delete('box-1/1');
      resources.put('thing', { id: 'bag-3/0', scopeId: bench.domainId, parentId: 'bag-3', name: 'changed' });
      const snapshot = await backup({ pagesPerWorker });
      assert.equal(snapshot.status, 'PARTIAL');
      assert.equal(
        snapshot.unreadable.first.join(),
        `thing@${bench.domainId}: ResourceDeniedError: ${denied.message} (under box box-2), and 1 more`,
      );
      assert.equal(snapshot.kinds.thing?.count, 30);
      assert.equal(snapshot.kinds.thing?.changed, 1);
    });
  }

  it('is given up at once where IAM refuses it, which it does for every parent', async () => {
    await start(4);
    const denied = new ResourceDeniedError('User: x is not authorized to perform: datazone:ListThings');
    let lists = 0;
    resources.before = (call) => {
      if (call.kind !== 'thing') return;
      lists++;
      throw denied;
    };
    assert.equal((await backup()).status, 'PARTIAL');
    assert.equal(lists, 1);
  });

  it('is unreadable where its parents are, and says so', async () => {
    await start(4);
    await backup();
    const denied = new ResourceDeniedError('ListBoxes: User is not permitted to perform operation');
    resources.before = refusing(({ kind, what }) => kind === 'box' && what === 'list', denied);
    const snapshot = await backup();
    assert.deepEqual(
      snapshot.unreadable.first.map((line) => line.replaceAll(bench.domainId, '<domain>')),
      [
        'box@<domain>: ResourceDeniedError: ListBoxes: User is not permitted to perform operation',
        'thing@<domain>: what it is listed under is unreadable: box@<domain>',
      ],
    );
    assert.equal(snapshot.kinds.thing?.count, 30);
  });

  it('waits for parents that the API fails at, and then is whole', async () => {
    await start(4);
    let failures = 2;
    resources.before = ({ kind }) => {
      if (kind === 'box' && failures-- > 0) throw new RetryableError('ListBoxes: slow down');
    };
    const snapshot = await backup();
    assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
    assert.equal(snapshot.kinds.thing?.count, 30);
  });

  it('goes on at the parent at which the API failed, and reads no other again', async () => {
    await start(4);
    await backup();
    const failures = new Map([
      ['box-2', 2],
      ['bag-2', 2],
    ]);
    resources.before = ({ kind, what, id }) => {
      const left = failures.get(id) ?? 0;
      if (kind !== 'thing' || what !== 'list' || left === 0) return;
      failures.set(id, left - 1);
      throw new RetryableError('ListThings: slow down');
    };
    const snapshot = await backup();
    assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unreadable));
    assert.equal(snapshot.kinds.thing?.count, 30);
    // Three pages of each of six parents, and two parents that are empty.
    assert.equal(resources.calls.filter(({ kind, what }) => kind === 'thing' && what === 'list').length, 20);
  });

  it('knows what a parent holds', async () => {
    await start(4);
    const names: unknown[] = [];
    const thing = bench.kinds.find(({ name }) => name === 'thing') ?? assert.fail();
    Object.assign(thing, {
      enumerate: async (...[, , , parent]: Parameters<Kind['enumerate']>) => {
        names.push((await parent?.content())?.record.name);
        return { readings: [] };
      },
    });
    await backup();
    assert.deepEqual(names.sort(), [...resources.of('bag').keys(), ...resources.of('box').keys()].sort());
  });

  it('is the same after the next run, at whatever call a run died', async function () {
    this.timeout(60_000);
    await start(2);
    await backup();
    const vault = bench.vaultItems;
    resources.of('thing').delete('box-1/2');
    remove('bag', 'bag-1');
    resources.put('thing', { id: 'box-0/new', scopeId: bench.domainId, parentId: 'box-0', name: 'new' });
    await backup();
    const { calls } = bench;
    const expected = await currentView(bench.vault());
    for (let dieAt = 1; dieAt <= calls; dieAt++) {
      bench.vaultItems = vault;
      await assert.rejects(bench.run({ execution: 'dead', dieAt, pagesPerWorker: 3 }));
      await backup({ execution: dieAt % 2 === 0 ? 'dead' : 'next', pagesPerWorker: 3 });
      assert.deepEqual(await currentView(bench.vault()), expected, `died at call ${dieAt} of ${calls}`);
    }
  });

  function remove(kind: string, id: string): void {
    resources.of(kind).delete(id);
    for (const thing of resources.of('thing').values()) {
      if (thing.parentId === id) resources.of('thing').delete(thing.id);
    }
  }
});

function isListOf(id: string): (call: MadeUpCall) => boolean {
  return (call) => call.what === 'list' && call.kind === 'thing' && call.id === id;
}
