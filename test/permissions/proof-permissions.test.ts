import assert from 'node:assert/strict';
import { vaultIn } from '../../local/demo/clients';
import { ProbedCloud } from './probed-cloud';
import type { RunTimeGrant } from './run-time-grants';

const roles = ['proof', 'proof-replica', 'proof-replica-schedule', 'proof-schedule'];

describe('Permissions of the proofs', function () {
  this.timeout(120_000);
  let probed: ProbedCloud;
  let grants: RunTimeGrant[];

  before(async () => {
    probed = await ProbedCloud.start('datazone');
    assert.equal((await probed.run()).manifest?.status, 'COMPLETE');
    await probed.cloud.dynamodb.drainReplication();
    grants = probed.grants.filter(({ role }) => role.startsWith('proof'));
  });
  after(() => probed?.cloud.close());

  const isReplicas = (role: string) => role.startsWith('proof-replica');

  function regionOf(role: string): string {
    const { region, secondaryRegion } = probed.cloud.outputs;
    return isReplicas(role) ? secondaryRegion : region;
  }

  /** Proves anew in a Region; gives the answer's text. */
  async function prove(region: string): Promise<string> {
    const vault = vaultIn(probed.cloud, region);
    for await (const { pk, sk, check } of vault.table.query(vault.keys.proofs(region))) {
      await vault.table.remove({ pk: String(pk), sk: String(sk) }, 'check', String(check));
    }
    return (await probed.cloud.runProof(region)).payload;
  }

  it('belong to two roles in each Region', () => {
    assert.deepEqual([...new Set(grants.map(({ role }) => role))].sort(), roles);
  });

  it('are of the own Region alone', () => {
    const foreign = grants.filter(({ role, resource }) => {
      const region = resource.split(':')[3];
      return region !== undefined && region !== regionOf(role);
    });
    assert.deepEqual(foreign, []);
  });

  it('are all needed but those of best effort: without one the proof fails, and names it', async () => {
    const needed = grants.filter((grant) => grant.class !== 'bestEffort');
    assert.equal(needed.length, 2 * (4 + 3 + 1));
    for (const grant of needed) {
      const giveBack = probed.withdraw(grant);
      const said = await prove(regionOf(grant.role)).catch((error: unknown) => String(error));
      giveBack();
      assert.ok(said.includes(grant.action), `${grant.role} without ${grant.action}: ${said}`);
    }
  });

  it('are enough without those of best effort', async () => {
    const giveBack = grants
      .filter((grant) => grant.class === 'bestEffort')
      .map((grant) => probed.withdraw(grant));
    for (const role of ['proof', 'proof-replica']) assert.match(await prove(regionOf(role)), /"proven"/);
    for (const give of giveBack) give();
  });
});
