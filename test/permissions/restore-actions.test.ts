import assert from 'node:assert/strict';
import { kindsOf, restoreActions } from '../../core/catalog/registry';
import { committed, randomBench } from '../core/backup/random-bench';
import { emptyDomain, restoreArgs, restored } from '../core/restore/restore-bench';

describe('What a restore calls', function () {
  this.timeout(300_000);

  for (const version of ['V1', 'V2'] as const) {
    it(`of a ${version} domain is what its role is granted, and all that makes something is called`, async () => {
      const { bench } = await randomBench({ seed: 1, version });
      const { cutAt } = await committed(bench);
      const args = restoreArgs(bench, emptyDomain(bench, version));
      await restored(args, { instant: cutAt });

      const called = new Set(Object.keys(args.target.requestCounts()));
      const granted = restoreActions(version);
      const making = kindsOf(version).flatMap(({ restore }) => restore?.operations.create ?? []);

      assert.deepEqual(
        [...called].filter((operation) => !granted.includes(`datazone:${operation}`)),
        [],
      );
      assert.deepEqual([...new Set(making)].filter((operation) => !called.has(operation)).sort(), []);
    });
  }
});
