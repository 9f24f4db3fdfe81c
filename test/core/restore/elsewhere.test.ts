import assert from 'node:assert/strict';
import { valueMappingSchema } from '../../../core/restore/value-mapping';
import { calm, DataZoneService } from '../../../local/datazone/service';
import { Random } from '../../../local/random';
import { accountId } from '../../support/wire-server';
import { committed, randomBench } from '../backup/random-bench';
import { emptyDomain, restoreArgs, restored } from './restore-bench';

describe('a restore into another Region', function () {
  this.timeout(120_000);

  for (const version of ['V1', 'V2'] as const) {
    it(`makes a ${version} domain equal there, with what is called otherwise by its new name`, async () => {
      const { bench } = await randomBench({ seed: 5, version });
      const { cutAt: instant } = await committed(bench);
      const service = new DataZoneService({
        clock: bench.clock,
        random: new Random(99),
        accountId,
        region: 'eu-central-1',
        unkind: calm,
      });
      const args = restoreArgs(bench, emptyDomain({ service }, version), undefined, service);
      const told = await restored(args, { instant });
      const naming = [...told.planned.actions].filter(
        ({ namesSourceRegion = [] }) => namesSourceRegion.length > 0,
      );
      assert.ok(naming.length > 0, 'nothing names the Region that was left');

      const mapped = restoreArgs(bench, emptyDomain({ service }, version), undefined, service);
      const { failed, verdict, planned } = await restored(mapped, {
        instant,
        mapping: { 'eu-west-1': 'eu-central-1' },
      });

      assert.deepEqual(
        { failed, differences: verdict.differences, equal: verdict.equal },
        { failed: [], differences: [], equal: true },
      );
      assert.deepEqual(
        [...planned.actions].filter(({ namesSourceRegion }) => namesSourceRegion !== undefined),
        [],
      );
    });
  }

  it('takes no rule that would break the texts in which values stand', () => {
    assert.equal(valueMappingSchema.safeParse({ '111122223333': '444455556666' }).success, true);
    for (const to of ['"', 'a b', '', '\\']) {
      assert.equal(valueMappingSchema.safeParse({ 'eu-west-1': to }).success, false, JSON.stringify(to));
    }
  });
});
