import assert from 'node:assert/strict';
import fc from 'fast-check';
import { IdMap } from '../../../core/restore/id-map';
import { verifyRestored } from '../../../core/restore/restore';
import type { BackupBench } from '../../support/in-process-backup';
import { committed, randomBench } from '../backup/random-bench';
import { emptyDomain, profileOf, restoreArgs, restored } from './restore-bench';

/** RUNS=200 for the whole property; as many as the suite has time for else. */
const numRuns = Number(process.env.RUNS ?? 20);

describe('a restore into an empty domain', function () {
  this.timeout(3_600_000);

  const domains = { seed: fc.nat(), version: fc.constantFrom('V1' as const, 'V2' as const) };

  it('makes any domain equal to what was backed up, and a restore of that one too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(domains), async ({ seed, version }) => {
        const { bench: first } = await randomBench({ seed, version });
        const second = await restoredFrom(first, version);
        const third = await restoredFrom(second, version);
        await assertEqualAcross(first, second, third);
      }),
      { numRuns, seed: 20260101 },
    );
  });

  /** Backs a domain up, restores it into a new one, and gives that. */
  async function restoredFrom(bench: BackupBench, version: 'V1' | 'V2'): Promise<BackupBench> {
    const snapshot = await committed(bench);
    assert.equal(snapshot.status, 'COMPLETE');
    const target = emptyDomain(bench, version);
    const args = restoreArgs(bench, target);
    const { failed, verdict } = await restored(args, { instant: snapshot.cutAt });
    const { differences, extras, equal } = verdict;
    assert.deepEqual(
      { failed, differences, extras: extras.byOthers, equal },
      { failed: [], differences: [], extras: [], equal: true },
    );
    return bench.another(target);
  }

  async function assertEqualAcross(
    first: BackupBench,
    second: BackupBench,
    third: BackupBench,
  ): Promise<void> {
    const there = await IdMap.load(first.vault(), second.domainId);
    const onward = await IdMap.load(second.vault(), third.domainId);
    const whole = await IdMap.load(first.vault(), third.domainId);
    for await (const { kind, sourceId, targetId } of there.entries()) {
      const last = onward.targetOf(kind, targetId);
      if (last !== undefined) await whole.put(kind, sourceId, last);
    }
    const args = restoreArgs(first, third.domainId);
    const instant = new Date(first.clock.now()).toISOString();
    const { differences, equal } = await verifyRestored(
      args,
      { instant, selection: {} },
      await profileOf(args),
    );
    assert.deepEqual({ differences, equal }, { differences: [], equal: true });
  }
});
