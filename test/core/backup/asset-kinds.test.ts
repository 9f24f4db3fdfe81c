import assert from 'node:assert/strict';
import { readManifest } from '../../../core/vault/manifest';
import { compareVault } from '../../../local/compare/compare-vault';
import type { Given, OperationName } from '../../../local/datazone/service';
import { createAsset } from '../../../local/fixture/fill-domain';
import { fillProducts } from '../../../local/fixture/fill-products';
import { BackupBench } from '../../support/in-process-backup';
import { accountId } from '../../support/wire-server';

describe('a backup of what hangs on assets, and of what is made of them', () => {
  let bench: BackupBench;
  let assetId: string;
  /** Answers so far, by operation. */
  let answers: Map<string, number>;

  beforeEach(async () => {
    answers = new Map();
    bench = await BackupBench.start({
      projects: 2,
      assets: 3,
      inMemory: true,
      decorate: (operation, output) => {
        answers.set(operation, (answers.get(operation) ?? 0) + 1);
        return output;
      },
    });
    const { service, caller, domainId, projects, random } = bench;
    fillProducts({
      service,
      caller,
      domainId,
      isV2: false,
      accountId,
      region: 'eu-west-1',
      projects,
      random,
    });
    assetId = bench.projects[0]?.assetIds[0] ?? assert.fail();
  });

  afterEach(() => bench.stop());

  it('has all of it', async () => {
    const { compared, differences } = await backup();

    assert.deepEqual(differences, []);
    for (const kind of [
      'assetFilter',
      'attributeMetadata',
      'timeSeriesPoint',
      'dataProduct',
      'lineageEvent',
    ]) {
      assert.ok((compared[kind] ?? 0) > 0, kind);
    }
  });

  it('follows new revisions, new points and deletions', async () => {
    const { compared: before } = await backup();
    const product = bench.service.call(
      'Search',
      { domainIdentifier: bench.domainId, searchScope: 'DATA_PRODUCT' },
      bench.caller,
    ).items?.[0]?.dataProductItem;
    const fresh = createAsset(bench, bench.projects[0] ?? assert.fail(), 900);

    revise('renamed');
    call('CreateDataProductRevision', {
      identifier: product?.id ?? '',
      name: 'Renamed',
      items: [{ itemType: 'ASSET', identifier: fresh }],
    });
    call('PostTimeSeriesDataPoints', {
      entityType: 'ASSET',
      entityIdentifier: assetId,
      forms: [
        {
          formName: 'quality',
          typeIdentifier: 'amazon.datazone.DataQualityResultFormType',
          timestamp: new Date(),
          content: '{"passingPercentage":12.5}',
        },
      ],
    });
    call('PostLineageEvent', { event: Buffer.from(eventAbout(assetId)) });
    call('DeleteTimeSeriesDataPoints', {
      entityType: 'ASSET',
      entityIdentifier: bench.projects[1]?.assetIds[0] ?? '',
      formName: 'quality',
    });
    const { compared, differences } = await backup();

    assert.deepEqual(differences, []);
    for (const kind of ['assetRevision', 'dataProductRevision']) {
      assert.equal(compared[kind], (before[kind] ?? 0) + 1, kind);
    }
    assert.equal(compared.timeSeriesPoint, 2);
  });

  it('reads each older revision, point and product but once, whatever becomes of the latest', async () => {
    revise('second');
    await bench.run();
    revise('third');
    answers.clear();

    await bench.run();

    // The revision that was the latest before, and no other; a slice in turn may come on top.
    assert.ok((answers.get('GetAsset') ?? 0) <= 2);
    assert.ok((answers.get('GetTimeSeriesDataPoint') ?? 0) <= 1);
    assert.ok((answers.get('GetDataProduct') ?? 0) <= 1);
    assert.equal(answers.get('ListTimeSeriesDataPoints'), 1);
  });

  it('says that what a lineage event points to is gone', async () => {
    call('PostLineageEvent', { event: Buffer.from(eventAbout('gone')) });

    const result = await bench.run();
    assert.ok('startedAt' in result);
    const manifest = await readManifest(bench.vault(), result.startedAt);

    assert.match(JSON.stringify(manifest?.dangling), /asset gone: not found/);
  });

  async function backup() {
    const result = await bench.run();
    assert.ok('cutAt' in result && result.status === 'COMPLETE', JSON.stringify(result));
    const ids = bench.projects.map(({ projectId }) => projectId);
    return compareVault(bench.adminClient(), bench.vault(), result.cutAt, ids);
  }

  function call<N extends OperationName>(operation: N, input: Omit<Given<N>, 'domainIdentifier'>) {
    const whole = { ...input, domainIdentifier: bench.domainId } as unknown as Given<N>;
    return bench.service.call(operation, whole, bench.caller);
  }

  /** A revision of the asset under another name, all else as it is. */
  function revise(name: string): void {
    const { formsOutput } = call('GetAsset', { identifier: assetId });
    const formsInput = formsOutput.map(({ typeName, ...form }) => ({ ...form, typeIdentifier: typeName }));
    call('CreateAssetRevision', { identifier: assetId, name, formsInput });
  }

  function eventAbout(id: string): string {
    return JSON.stringify({
      eventTime: '2026-01-01T00:00:00Z',
      run: { runId: 'r' },
      job: { namespace: 'etl', name: 'curate' },
      inputs: [{ namespace: 'n', name: 'n', facets: { datazone: { assetId: id } } }],
    });
  }
});
