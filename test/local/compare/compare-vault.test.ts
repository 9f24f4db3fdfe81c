import assert from 'node:assert/strict';
import { kinds } from '../../../core/catalog/registry';
import { compareVault } from '../../../local/compare/compare-vault';
import { walks } from '../../../local/compare/walk';
import { createAsset } from '../../../local/fixture/fill-domain';
import { BackupBench } from '../../support/in-process-backup';

describe('the walk through a domain', () => {
  it('knows every kind by itself', () => {
    assert.deepEqual(
      kinds.map(({ name }) => name).filter((name) => !Object.hasOwn(walks, name)),
      [],
    );
  });
});

describe('the comparison of a vault with its domain', () => {
  let bench: BackupBench;
  let cutAt: string;

  beforeEach(async () => {
    bench = await BackupBench.start({ projects: 1, assets: 5 });
    const result = await bench.run();
    assert.ok('cutAt' in result);
    cutAt = result.cutAt;
  });

  afterEach(() => bench.stop());

  function compare() {
    const ids = bench.projects.map(({ projectId }) => projectId);
    return compareVault(bench.adminClient(), bench.vault(), cutAt, ids);
  }

  function inDomain() {
    const { service, caller, domainId, random } = bench;
    return { service, caller, domainId, random };
  }

  it('finds them equal after a backup, and says what it has compared', async () => {
    const { equal, compared, differences } = await compare();

    assert.deepEqual([equal, compared.asset, differences], [true, 5, []]);
  });

  it('names what only the domain has', async () => {
    const [project] = bench.projects;
    assert.ok(project);
    const id = createAsset(inDomain(), project, 101);

    const { equal, differences } = await compare();

    assert.equal(equal, false);
    assert.deepEqual(differences, [`asset ${id} is only in the domain`]);
  });

  it('names what only the vault has', async () => {
    const identifier = bench.projects[0]?.assetIds[1] ?? '';
    bench.service.call('DeleteAsset', { domainIdentifier: bench.domainId, identifier }, bench.caller);

    const { equal, differences } = await compare();

    assert.equal(equal, false);
    assert.deepEqual(differences, [`asset ${identifier} is only in the vault`]);
  });

  it('names what says something else in the domain', async () => {
    const identifier = bench.projects[0]?.termIds[3] ?? '';
    bench.service.call(
      'UpdateGlossaryTerm',
      { domainIdentifier: bench.domainId, identifier, shortDescription: 'Something else' },
      bench.caller,
    );

    const { equal, differences } = await compare();

    assert.equal(equal, false);
    assert.deepEqual(differences, [`glossaryTerm ${identifier} has another content in the domain`]);
  });

  it('refuses a vault that was tampered with', async () => {
    const vault = bench.vault();
    const [project] = bench.projects;
    const head = await vault.head(
      { kind: 'asset', scopeId: project?.projectId ?? '' },
      project?.assetIds[0] ?? '',
    );
    assert.ok(head);
    await vault.table.put({ ...head, AssetName: 'forged' });

    await assert.rejects(compare(), /does not match its check/);
  });
});
