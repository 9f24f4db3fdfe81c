import assert from 'node:assert/strict';
import { selectedKinds, selectedProjects } from '../../../core/backup/selection';
import { kindsOf } from '../../../core/catalog/registry';
import { readManifest } from '../../../core/vault/manifest';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { MadeUpResources } from '../../support/made-up-kinds';
import type { Committed } from './vault-views';

describe('the selection of what is backed up', () => {
  describe('of kinds', () => {
    const resources = new MadeUpResources();
    const kinds = [
      resources.kind({ name: 'tree' }),
      resources.kind({ name: 'branch', parentage: { kinds: ['tree'], rotates: false } }),
      resources.kind({ name: 'stone' }),
    ];
    const names = (named: 'all' | string[], excludeKinds: string[]) =>
      selectedKinds(kinds, { kinds: named, excludeKinds }).map(({ name }) => name);

    it('is all, those that are named, or all but some, in the order of the catalog', () => {
      assert.deepEqual(names('all', []), ['tree', 'branch', 'stone']);
      assert.deepEqual(names(['branch', 'tree'], []), ['tree', 'branch']);
      assert.deepEqual(names('all', ['stone']), ['tree', 'branch']);
      assert.deepEqual(names('all', ['branch', 'tree']), ['stone']);
    });

    it('is refused where a kind is in that another is listed under which is not', () => {
      const problem = { name: 'SelectionError', message: 'branch is listed under tree, which is left out' };
      assert.throws(() => names('all', ['tree']), problem);
      assert.throws(() => names(['branch', 'stone'], []), problem);
    });

    it('asks for no parents that the domain does not have in its version', () => {
      for (const version of ['V1', 'V2'] as const) {
        const all = kindsOf(version);
        assert.equal(selectedKinds(all, { kinds: 'all', excludeKinds: [] }).length, all.length);
      }
    });
  });

  describe('of projects', () => {
    let bench: BackupBench;
    /** Units: root - north - far north, root - south. The projects one to four: root, north, far north, south. */
    let units: Record<'root' | 'north' | 'farNorth' | 'south', string>;
    let ids: string[];

    before(async () => {
      bench = await BackupBench.start({ projects: 1, assets: 0, inMemory: true });
      const { service, caller, domainId: domainIdentifier } = bench;
      const { rootDomainUnitId: root = '' } = service.call(
        'GetDomain',
        { identifier: domainIdentifier },
        caller,
      );
      const unit = (name: string, parentDomainUnitIdentifier: string) =>
        service.call('CreateDomainUnit', { domainIdentifier, name, parentDomainUnitIdentifier }, caller).id;
      const north = unit('north', root);
      units = { root, north, farNorth: unit('far north', north), south: unit('south', root) };
      ids = bench.projects.map(({ projectId }) => projectId);
      for (const domainUnitId of [units.north, units.farNorth, units.south]) {
        const name = `of ${domainUnitId}`;
        ids.push(service.call('CreateProject', { domainIdentifier, name, domainUnitId }, caller).id);
      }
    });

    after(() => bench.stop());

    async function numbersOf(selection: Partial<Parameters<typeof selectedProjects>[1]>): Promise<number[]> {
      const all = {
        ...{ projects: 'all' as const, excludeProjects: [], domainUnits: 'all' as const },
        ...{ excludeDomainUnits: [], kinds: 'all' as const, excludeKinds: [] },
      };
      const { ids: selected } = await selectedProjects(bench.reader(), { ...all, ...selection });
      return selected.map((id) => ids.indexOf(id) + 1).sort();
    }

    it('is all, those that are named, or all but some', async () => {
      const [one = '', two = '', three = ''] = ids;
      assert.deepEqual(await numbersOf({}), [1, 2, 3, 4]);
      assert.deepEqual(await numbersOf({ projects: [one, two] }), [1, 2]);
      assert.deepEqual(await numbersOf({ excludeProjects: [one, three] }), [2, 4]);
      assert.deepEqual(await numbersOf({ projects: [one, two], excludeProjects: [two] }), [1]);
    });

    it('is by the units that they are in, and the units below those', async () => {
      const { root, north, farNorth, south } = units;
      assert.deepEqual(await numbersOf({ domainUnits: [root] }), [1, 2, 3, 4]);
      assert.deepEqual(await numbersOf({ domainUnits: [north] }), [2, 3]);
      assert.deepEqual(await numbersOf({ domainUnits: [farNorth, south] }), [3, 4]);
      assert.deepEqual(await numbersOf({ excludeDomainUnits: [north] }), [1, 4]);
      assert.deepEqual(await numbersOf({ domainUnits: [north], excludeDomainUnits: [farNorth] }), [2]);
      assert.deepEqual(await numbersOf({ projects: ids.slice(0, 2), domainUnits: [north] }), [2]);
    });

    it('keeps a project that is not shown, so that the backup names it', async () => {
      const selected = await selectedProjects(bench.reader(), {
        ...{ projects: ['unknown'], excludeProjects: [], domainUnits: [units.north] },
        ...{ excludeDomainUnits: [], kinds: 'all', excludeKinds: [] },
      });
      assert.deepEqual(selected.ids, ['unknown']);
    });

    it('looks for no project that is left out, and for each that the domain lists no more', async () => {
      const [one = ''] = ids;
      const selected = await selectedProjects(bench.reader(), {
        ...{ projects: 'all', excludeProjects: ['left out'], domainUnits: 'all' },
        ...{ excludeDomainUnits: [], kinds: 'all', excludeKinds: [] },
      });
      const asked = [one, 'left out', 'vanished'].map((id) => selected.mayHaveVanished(id));
      assert.deepEqual(asked, [false, false, true]);
    });
  });

  describe('in a backup', () => {
    let bench: BackupBench;

    before(async () => {
      bench = await BackupBench.start({ projects: 2, assets: 3, inMemory: true });
    });

    after(() => bench.stop());

    async function backup(options: RunOptions = {}): Promise<Committed> {
      const result = await bench.run({ projects: 'all', ...options });
      assert.ok('more' in result && !result.more, JSON.stringify(result));
      return result;
    }

    it('leaves what was captured before as it was, though it has changed or is gone', async () => {
      const first = await backup();
      const { service, caller, domainId: domainIdentifier } = bench;
      const [kept, dropped] = bench.projects;
      const identifier = dropped?.assetIds[1] ?? '';
      service.call('DeleteAsset', { domainIdentifier, identifier }, caller);
      service.call(
        'UpdateGlossary',
        { domainIdentifier, identifier: kept?.glossaryId ?? '', name: 'x' },
        caller,
      );
      const second = await backup({
        selection: { excludeProjects: [dropped?.projectId ?? ''], excludeKinds: ['glossary'] },
      });
      assert.equal(second.status, 'COMPLETE', JSON.stringify(second.unreadable));
      assert.equal(second.kinds.asset?.digest, first.kinds.asset?.digest);
      assert.equal(second.kinds.glossary?.digest, first.kinds.glossary?.digest);
      assert.equal(second.kinds.glossary?.oldestReading, first.startedAt);
      assert.equal(second.kinds.glossaryTerm?.oldestReading, second.startedAt);
    });

    it('counts references to a kind that is left out as outside', async () => {
      await bench.emptyVault();
      const snapshot = await backup({ selection: { excludeKinds: ['glossary'] } });
      assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot.unresolved));
      assert.equal(snapshot.kinds.glossary, undefined);
      const manifest = await readManifest(bench.vault(), snapshot.startedAt);
      assert.match(JSON.stringify(manifest?.outside?.first), /glossary /);
    });
  });
});
