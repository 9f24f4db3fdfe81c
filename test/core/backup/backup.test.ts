import assert from 'node:assert/strict';
import type { CommitResult } from '../../../core/backup/commit';
import { manifests, readManifest } from '../../../core/vault/manifest';
import { contentOf, heldAt } from '../../../core/vault/point-in-time';
import { FakeClock } from '../../../local/clock';
import { compareVault } from '../../../local/compare/compare-vault';
import { changeDomain } from '../../../local/fixture/change-domain';
import { BackupBench, type BenchOptions, type RunOptions } from '../../support/in-process-backup';
import type { ServiceCall } from '../../support/in-process-clients';
import { letJoin, removeReader } from './small-domain';

describe('a backup', () => {
  let bench: BackupBench;

  afterEach(() => bench?.stop());

  async function start(options: BenchOptions = {}): Promise<void> {
    bench = await BackupBench.start(options);
  }

  async function backup(options: RunOptions = {}): Promise<Extract<CommitResult, { more: false }>> {
    const result = await bench.run(options);
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    return result;
  }

  async function assertEqualToDomain(instant: string): Promise<void> {
    const projects = bench.projects.map(({ projectId }) => projectId);
    const comparison = await compareVault(bench.adminClient(), bench.vault(), instant, projects);
    assert.deepEqual(comparison.differences, []);
    assert.ok(comparison.equal);
  }

  /** Every version key in the vault, by kind and id. */
  async function versionCount(): Promise<number> {
    const vault = bench.vault();
    let count = 0;
    for (const scope of await vault.scopes()) {
      for await (const head of vault.heads(scope)) {
        for await (const _version of vault.versions(scope.kind, head.id)) count++;
      }
    }
    return count;
  }

  for (const version of ['V1', 'V2'] as const) {
    it(`holds every resource of a ${version} domain with the content that its own Get gives`, async () => {
      await start({ version, projects: 3, assets: 60 });
      const snapshot = await backup();
      assert.equal(snapshot.status, 'COMPLETE');
      assert.equal(snapshot.kinds.asset?.count, 180);
      await assertEqualToDomain(snapshot.cutAt);
    });
  }

  it('writes nothing for a domain that did not change, and says so', async () => {
    await start();
    const first = await backup();
    const before = await versionCount();
    const second = await backup();
    assert.equal(await versionCount(), before);
    assert.deepEqual(digests(second), digests(first));
    assert.deepEqual(changes(second), {});
  });

  it('writes exactly what was created, changed and deleted in between', async () => {
    await start({ projects: 2, assets: 50 });
    await backup();
    const before = await versionCount();
    changeDomain({
      service: bench.service,
      caller: bench.caller,
      domainId: bench.domainId,
      projects: bench.projects,
      random: bench.random,
    });
    const second = await backup();
    const written = Object.values(second.kinds).reduce((sum, kind) => sum + kind.changed + kind.deleted, 0);
    assert.equal((await versionCount()) - before, written);
    assert.equal(second.kinds.asset?.deleted, 2);
    assert.equal(second.kinds.glossaryTerm?.changed, 2);
    await assertEqualToDomain(second.cutAt);
  });

  it('reads assets in pages, with no call for each, even where pages may have moved under it', async () => {
    await start({ projects: 1, assets: 120 });
    const calls: Record<string, number> = {};
    const between = <T>({ operation, answer }: ServiceCall<T>): Promise<T> => {
      calls[operation] = (calls[operation] ?? 0) + 1;
      return answer();
    };
    const snapshot = await backup({ between });
    assert.equal(snapshot.kinds.asset?.count, 120);
    assert.deepEqual(
      [calls.GetAsset, calls.GetListing, calls.GetGlossaryTerm],
      [undefined, undefined, undefined],
    );
  });

  it('still shows the day before as it was', async () => {
    await start({ projects: 1, assets: 10 });
    const first = await backup();
    const gone = bench.projects[0]?.assetIds[1] ?? '';
    bench.service.call('DeleteAsset', { domainIdentifier: bench.domainId, identifier: gone }, bench.caller);
    const second = await backup();
    assert.ok((await liveAssets(first.cutAt)).has(gone));
    assert.ok(!(await liveAssets(second.cutAt)).has(gone));
  });

  it('keeps what a newer DataZone adds to an answer', async () => {
    await start({
      projects: 1,
      assets: 1,
      decorate: (operation, output) =>
        operation === 'GetDomain' ? { ...output, addedTomorrow: { deep: [1, 'two'] } } : output,
    });
    const snapshot = await backup();
    const vault = bench.vault();
    for await (const held of heldAt(vault, { kind: 'domain', scopeId: bench.domainId }, snapshot.cutAt)) {
      assert.match(JSON.stringify(await contentOf(vault, held)), /"addedTomorrow":\{"deep":\[1,"two"\]\}/);
    }
    assert.equal(snapshot.kinds.domain?.count, 1);
  });

  it('signs what it holds of a project that the configuration has dropped, and says how old that is', async () => {
    await start({ projects: 2, assets: 3 });
    const first = await backup();
    const [kept = ''] = bench.projects.map(({ projectId }) => projectId);
    const second = await backup({ projects: [kept] });
    assert.equal(second.status, 'COMPLETE');
    assert.equal(second.kinds.asset?.count, 6);
    assert.equal(second.kinds.asset?.digest, first.kinds.asset?.digest);
    assert.equal(second.kinds.asset?.oldestReading, first.startedAt);
    assert.equal(second.kinds.glossary?.oldestReading, second.startedAt);
  });

  it('continues where its worker ran out of time', async () => {
    await start({ projects: 1, assets: 60 });
    const snapshot = await backup({ pagesPerWorker: 1 });
    assert.equal(snapshot.status, 'COMPLETE');
    assert.equal(snapshot.kinds.asset?.count, 60);
    bench.service.call(
      'DeleteAsset',
      { domainIdentifier: bench.domainId, identifier: bench.projects[0]?.assetIds[7] ?? '' },
      bench.caller,
    );
    const second = await backup({ pagesPerWorker: 1 });
    assert.equal(second.kinds.asset?.deleted, 1);
    await assertEqualToDomain(second.cutAt);
  });

  describe('of a project that it may not read any more', () => {
    for (const strangerSearch of ['empty', 'denied'] as const) {
      it(`deletes nothing, is PARTIAL and names the scope (Search ${strangerSearch})`, async () => {
        await start({ unkind: { strangerSearch } });
        await backup();
        const lost = bench.projects[0]?.projectId ?? '';
        removeReader(bench, lost);
        const second = await backup();
        assert.equal(second.status, 'PARTIAL');
        assert.equal(second.kinds.asset?.deleted, 0);
        assert.equal(second.kinds.asset?.count, 10);
        assert.match(second.unreadable.first.join(), new RegExp(`asset@${lost}: .*member`));
        const kindsOfProjects = bench.kinds.filter(
          ({ scope, versions }) => scope === 'project' && versions.includes('V1'),
        );
        assert.equal(second.unreadable.count, kindsOfProjects.length);
      });
    }

    it('enrols itself where it captures all projects, and says where', async () => {
      await start();
      letJoin(bench);
      const lost = bench.projects[0]?.projectId ?? '';
      removeReader(bench, lost);
      const snapshot = await backup({ projects: 'all' });
      assert.equal(snapshot.status, 'COMPLETE');
      const manifest = await readManifest(bench.vault(), snapshot.startedAt);
      assert.deepEqual(manifest?.enrolled?.first, [lost]);
      assert.equal(snapshot.kinds.asset?.count, 10);
    });

    it('names a project that policy does not let it join, and captures the others', async () => {
      await start();
      const lost = bench.projects[0]?.projectId ?? '';
      removeReader(bench, lost);
      const snapshot = await backup({ projects: 'all' });
      assert.equal(snapshot.status, 'PARTIAL');
      assert.match(snapshot.unreadable.first.join(), new RegExp(`asset@${lost}: .*CreateProjectMembership`));
      assert.equal(snapshot.kinds.asset?.count, 5);
    });
  });

  describe('of deleted resources', () => {
    for (const deleted of ['notFound', 'denied'] as const) {
      it(`takes them for deleted where the service answers ${deleted}`, async () => {
        await start({ unkind: { deleted } });
        await backup();
        for (const identifier of bench.projects[0]?.assetIds.slice(1, 3) ?? []) {
          bench.service.call('DeleteAsset', { domainIdentifier: bench.domainId, identifier }, bench.caller);
        }
        const second = await backup();
        assert.equal(second.status, 'COMPLETE');
        assert.equal(second.kinds.asset?.deleted, 2);
      });
    }

    it('buries what a vanished project held', async () => {
      await start();
      await backup({ projects: 'all' });
      const gone = bench.projects[1];
      bench.service.call(
        'DeleteProject',
        { domainIdentifier: bench.domainId, identifier: gone?.projectId ?? '', skipDeletionCheck: true },
        bench.caller,
      );
      const second = await backup({ projects: 'all' });
      assert.equal(second.status, 'COMPLETE', JSON.stringify([second.unreadable, second.unresolved]));
      assert.equal(second.kinds.asset?.deleted, 5);
      assert.equal(second.kinds.asset?.count, 5);
    });
  });

  it('starts a sweep again whose cursors expired, and misses nothing', async () => {
    const clock = new FakeClock(Date.now());
    let searches = 0;
    await start({
      projects: 1,
      assets: 300,
      clock,
      unkind: { cursorLifetimeMilliseconds: 60_000 },
      decorate: (operation, output) => {
        if (operation === 'Search' && [5, 9, 10].includes(++searches)) clock.advance(61_000);
        return output;
      },
    });
    const snapshot = await backup();
    assert.equal(snapshot.status, 'COMPLETE');
    assert.equal(snapshot.kinds.asset?.count, 300);
  });

  describe('while another one runs', () => {
    it('is SKIPPED, says who works, and harms nothing', async () => {
      await start();
      const results = await Promise.all([backupOrSkip('one'), backupOrSkip('two')]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['COMPLETE', 'SKIPPED']);
      const skipped = results.find(({ status }) => status === 'SKIPPED');
      const worked = results[0]?.status === 'COMPLETE' ? 'one' : 'two';
      assert.ok(skipped && 'holder' in skipped);
      assert.equal(skipped.holder, worked);
      const all = [];
      for await (const manifest of manifests(bench.vault())) all.push(manifest.status);
      assert.deepEqual(all.sort(), ['COMPLETE', 'SKIPPED']);
    });

    async function backupOrSkip(execution: string) {
      const result = await bench.run({ execution });
      assert.ok('status' in result);
      return result;
    }
  });

  describe('that died', () => {
    it('is marked FAILED by the next run, which takes its lease over', async () => {
      await start();
      await assert.rejects(bench.run({ execution: 'dead', dieAt: 60 }));
      const dead = await bench.vault().lease();
      assert.equal(dead?.execution, 'dead');
      const next = await backup({ execution: 'next' });
      assert.equal(next.status, 'COMPLETE');
      const manifest = await readManifest(bench.vault(), dead?.startedAt ?? '');
      assert.equal(manifest?.status, 'FAILED');
      assert.match(manifest?.reason ?? '', /next/);
      assert.equal((await bench.vault().lease())?.execution, '');
    });
  });

  async function liveAssets(instant: string): Promise<Set<string>> {
    const found = new Set<string>();
    for (const { projectId } of bench.projects) {
      for await (const held of heldAt(bench.vault(), { kind: 'asset', scopeId: projectId }, instant)) {
        if (held.live) found.add(held.id);
      }
    }
    return found;
  }
});

function digests(snapshot: Extract<CommitResult, { more: false }>): Record<string, string> {
  return Object.fromEntries(Object.entries(snapshot.kinds).map(([kind, { digest }]) => [kind, digest]));
}

/** Kinds with something changed or deleted. */
function changes(snapshot: Extract<CommitResult, { more: false }>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(snapshot.kinds)
      .map(([kind, { changed, deleted }]) => [kind, changed + deleted] as const)
      .filter(([, count]) => count > 0),
  );
}
