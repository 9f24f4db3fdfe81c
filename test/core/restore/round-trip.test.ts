import assert from 'node:assert/strict';
import { committed, randomBench } from '../backup/random-bench';
import { emptyDomain, restoreArgs, restored } from './restore-bench';

describe('a restore into an empty domain', function () {
  this.timeout(600_000);

  for (const version of ['V1', 'V2'] as const) {
    it(`makes a ${version} domain equal to what was backed up`, async () => {
      const { bench } = await randomBench({ seed: Number(process.env.SEED ?? 1), version });
      const { cutAt } = await committed(bench);
      const args = restoreArgs(bench, emptyDomain(bench, version));
      const { failed, verdict } = await restored(args, { instant: cutAt });
      assert.deepEqual(
        { failed, differences: verdict.differences, extras: verdict.extras.byOthers },
        {
          failed: [],
          differences: [],
          extras: [],
        },
      );
    });
  }
});
