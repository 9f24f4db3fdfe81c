import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { compareVault } from '../../local/compare/compare-vault';
import { dataZoneOf, vaultIn } from '../../local/demo/clients';
import { measuredRun } from '../../local/demo/measured-run';
import { fillDomain } from '../../local/fixture/fill-domain';
import { startLocalCloud } from '../../local/local-cloud';
import { Random } from '../../local/random';

describe('the callbacks under the Node.js of their Lambda runtime', () => {
  it('back a domain up, and the vault is equal to it', async function () {
    const nodeBinary = process.env.LAMBDA_NODE;
    if (nodeBinary === undefined) {
      console.log('      skipped: LAMBDA_NODE names no Node.js of the runtime’s major version');
      this.skip();
    }
    const version = spawnSync(nodeBinary, ['--version'], { encoding: 'utf8' }).stdout;
    const cloud = await startLocalCloud({ flavour: 'datazone', projects: ['One', 'Two'], nodeBinary });
    try {
      const runtimes = cloud.graph.resources.flatMap(({ type, inputs }) =>
        type === 'aws:lambda/function:Function' ? [inputs.runtime] : [],
      );
      assert.deepEqual([...new Set(runtimes)], [`nodejs${/^v(\d+)\./.exec(version)?.[1]}.x`]);
      await fillDomain({
        service: cloud.datazone,
        caller: cloud.administrator,
        domainId: cloud.outputs.domainId,
        projectIds: cloud.projectIds,
        assetsPerProject: 20,
        random: new Random(1),
      });

      const { snapshot } = await measuredRun(cloud);

      assert.equal(snapshot.status, 'COMPLETE');
      const vault = vaultIn(cloud, cloud.outputs.secondaryRegion);
      const { differences } = await compareVault(dataZoneOf(cloud), vault, snapshot.cutAt, cloud.projectIds);
      assert.deepEqual(differences, []);
    } finally {
      await cloud.close();
    }
  });
});
