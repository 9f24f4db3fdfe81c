import assert from 'node:assert/strict';
import { readManifest } from '../../../core/vault/manifest';
import type { Given, OperationName } from '../../../local/datazone/service';
import { BackupBench } from '../../support/in-process-backup';

describe('a data source that uses a connection which all projects share', () => {
  let bench: BackupBench;
  let connectionId: string;

  beforeEach(async () => {
    bench = await BackupBench.start({ version: 'V2', projects: 1, assets: 1, inMemory: true });
    const props = { s3Properties: { s3Uri: 's3://governed-data/shared/' } };
    ({ connectionId } = call('CreateConnection', { name: 'shared', scope: 'DOMAIN', props }));
    call('CreateDataSource', {
      projectIdentifier: bench.projectIds[0] ?? '',
      connectionIdentifier: connectionId,
      name: 'Lake tables',
      type: 'GLUE',
      configuration: {
        glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }] },
      },
    });
  });

  afterEach(() => bench.stop());

  it('is not said to point to nothing', async () => {
    assert.deepEqual(await dangling(), []);
  });

  it('is said to point to nothing once that is deleted', async () => {
    await dangling();

    call('DeleteConnection', { identifier: connectionId });

    assert.deepEqual(await dangling(), [`domainConnection ${connectionId}`]);
  });

  async function dangling(): Promise<string[]> {
    const result = await bench.run();
    assert.ok('cutAt' in result && result.status === 'COMPLETE', JSON.stringify(result));
    const manifest = await readManifest(bench.vault(), result.startedAt);
    return manifest?.dangling?.first.map((line) => line.split(':')[0] ?? '') ?? assert.fail('no manifest');
  }

  function call<N extends OperationName>(operation: N, input: Omit<Given<N>, 'domainIdentifier'>) {
    const whole = { ...input, domainIdentifier: bench.domainId } as unknown as Given<N>;
    return bench.service.call(operation, whole, bench.caller);
  }
});
