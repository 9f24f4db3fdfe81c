import assert from 'node:assert/strict';
import { proofOf } from '../../core/vault/proof';
import { vaultIn } from '../../local/demo/clients';
import { CloudBench } from '../support/cloud-bench';

describe('proofs on the local cloud', function () {
  this.timeout(120_000);
  let bench: CloudBench;
  let startedAt: string;

  before(async () => {
    bench = await CloudBench.start({ flavour: 'datazone' }, 2);
    const ended = await bench.run();
    assert.equal(ended.result.status, 'COMPLETE');
    startedAt = (await bench.manifestOf(ended.executionArn))?.startedAt ?? '';
    await bench.cloud.dynamodb.drainReplication();
  });
  after(() => bench?.stop());

  async function prove(region: string) {
    const { payload, failed } = await bench.cloud.runProof(region);
    assert.equal(failed, false, payload);
    return JSON.parse(payload) as { readonly status: string; readonly region: string };
  }

  it('are made in each Region by a schedule of its own, and written there', async () => {
    const { region, secondaryRegion } = bench.cloud.outputs;
    for (const each of [region, secondaryRegion]) {
      assert.deepEqual(await prove(each), { region: each, startedAt, status: 'proven', unproven: [] });
      assert.equal((await proofOf(vaultIn(bench.cloud, each), startedAt, each))?.status, 'proven');
    }
  });

  it('are made in the secondary Region when the primary is lost', async () => {
    const { cloud } = bench;
    const { region, secondaryRegion } = cloud.outputs;
    assert.equal((await bench.run()).result.status, 'COMPLETE');
    await cloud.dynamodb.drainReplication();
    const bringBack = cloud.loseRegion(region);

    assert.equal((await prove(secondaryRegion)).status, 'proven');
    bringBack();
  });
});
