import assert from 'node:assert/strict';
import { planRestore } from '../../../core/restore/restore';
import { BackupBench } from '../../support/in-process-backup';
import { committed } from '../backup/random-bench';
import { everything, restoreArgs, restored } from './restore-bench';

describe('what stays in a domain and names what is restored under another id', function () {
  this.timeout(120_000);
  let bench: BackupBench;
  let cutAt: string;
  let gone: string;
  let kept: string;
  let product: string;
  /** Of the project that is deleted. */
  let lostAsset: string;
  let lostTerm: string;

  beforeEach(async () => {
    bench = await BackupBench.start({ projects: 2, assets: 4, inMemory: true });
    [gone = '', kept = ''] = bench.projectIds;
    const [lost, other] = bench.projects;
    [lostAsset = ''] = lost?.assetIds ?? [];
    [lostTerm = ''] = lost?.termIds ?? [];
    const domain = { domainIdentifier: bench.domainId };
    product = bench.service.call(
      'CreateDataProduct',
      {
        ...domain,
        owningProjectIdentifier: kept,
        name: 'Across projects',
        description: 'of both',
        glossaryTerms: [lostTerm],
        items: [lostAsset, other?.assetIds[0] ?? ''].map((identifier) => ({
          itemType: 'ASSET' as const,
          identifier,
          revision: '1',
        })),
      },
      bench.caller,
    ).id;
    ({ cutAt } = await committed(bench));
    const deletion = { ...domain, identifier: gone, skipDeletionCheck: true };
    bench.service.call('DeleteProject', deletion, bench.caller);
  });

  it('is told by a plan, and left alone', async () => {
    const { planned, failed } = await restore();

    assert.deepEqual(failed, []);
    const left = [...planned.actions].find(({ id }) => id === product);
    assert.deepEqual([left?.action, left?.kind], ['manual', 'dataProduct']);
    assert.match(
      left?.reason ?? '',
      /still names what has another id now in glossaryTerms, items; --relink puts it right/,
    );
    assert.deepEqual(left?.names, [`asset ${lostAsset}`, `glossaryTerm ${lostTerm}`]);
    assert.match(left?.changes?.join() ?? '', new RegExp(`new:glossaryTerm:${lostTerm}`));
    assert.ok(productNow().items?.some(({ identifier }) => identifier === lostAsset));
  });

  it('names the new ids with --relink, and nothing else of it changes', async () => {
    const before = await everything(bench, [kept]);
    const was = productNow();

    const { planned, run, failed } = await restore(true);

    assert.deepEqual(failed, []);
    assert.equal(run.header.status, 'COMPLETE');
    const relinked = new Set(
      [...planned.actions].flatMap(({ action, kind, id }) => (action === 'relink' ? [`${kind} ${id}`] : [])),
    );
    assert.ok(relinked.has(`dataProduct ${product}`));
    const is = productNow();
    assert.deepEqual(
      [is.name, is.description, is.owningProjectId, is.items?.length],
      [was.name, was.description, was.owningProjectId, was.items?.length],
    );
    const ids = (is.items ?? []).map(({ identifier }) => identifier ?? '');
    assert.ok(!ids.includes(lostAsset) && !is.glossaryTerms?.includes(lostTerm));
    assert.equal(
      is.items?.find(({ identifier }) => identifier === bench.projects[1]?.assetIds[0])?.revision,
      '1',
    );
    for (const identifier of ids) {
      bench.service.call('GetAsset', { domainIdentifier: bench.domainId, identifier }, bench.caller);
    }
    const after = await everything(bench, [kept]);
    for (const [key, record] of before) {
      if (!relinked.has(key) && !key.startsWith('dataProductRevision'))
        assert.equal(after.get(key), record, key);
    }
    const again = await planRestore(restoreArgs(bench, bench.domainId), settings(true));
    assert.deepEqual(
      [...again.actions]
        .filter(({ action }) => action !== 'skip')
        .map(({ kind, action }) => `${action} ${kind}`),
      [],
    );
  });

  it('is planned after a restore that did not relink, too', async () => {
    await restore();

    const { planned, failed } = await restore(true);

    assert.deepEqual(failed, []);
    assert.ok([...planned.actions].some(({ action, id }) => action === 'relink' && id === product));
    assert.ok(!productNow().items?.some(({ identifier }) => identifier === lostAsset));
  });

  it('is relinked to the end where every answer to a change of it is lost', async () => {
    const lost = new Set<string>();
    const args = restoreArgs(bench, bench.domainId, async (call) => {
      const answer = await call.answer();
      if (call.operation !== 'CreateDataProductRevision' || lost.has(call.operation)) return answer;
      lost.add(call.operation);
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    });

    const { failed } = await restored(args, settings(true));

    assert.deepEqual([...lost], ['CreateDataProductRevision']);
    assert.deepEqual(failed, []);
    assert.ok(!productNow().items?.some(({ identifier }) => identifier === lostAsset));
  });

  it('names the newest id where what was restored was lost and restored once more', async () => {
    await restore(true);
    await committed(bench);
    const between = productNow();
    const { id: identifier } = restoredProject();
    const deletion = { domainIdentifier: bench.domainId, identifier, skipDeletionCheck: true };
    bench.service.call('DeleteProject', deletion, bench.caller);

    const { planned, failed } = await restore(true);

    assert.deepEqual(failed, []);
    assert.ok([...planned.actions].some(({ action, id }) => action === 'relink' && id === product));
    const is = productNow();
    assert.notDeepEqual(is.items, between.items);
    assert.notDeepEqual(is.glossaryTerms, between.glossaryTerms);
    assert.equal(is.items?.length, between.items?.length);
    for (const { identifier = '' } of is.items ?? []) {
      bench.service.call('GetAsset', { domainIdentifier: bench.domainId, identifier }, bench.caller);
    }
  });

  function restoredProject() {
    const { service, caller, domainId: domainIdentifier } = bench;
    const { items = [] } = service.call('ListProjects', { domainIdentifier }, caller);
    return items.find(({ id }) => !bench.projectIds.includes(id ?? '')) ?? assert.fail('it is not there');
  }

  function settings(relink?: boolean) {
    const selection = { projects: [gone], withDependents: true };
    return { instant: cutAt, selection, conflicts: 'skip' as const, relink };
  }

  function restore(relink?: boolean) {
    return restored(restoreArgs(bench, bench.domainId), settings(relink));
  }

  function productNow() {
    const { service, caller, domainId: domainIdentifier } = bench;
    return service.call('GetDataProduct', { domainIdentifier, identifier: product }, caller);
  }
});
