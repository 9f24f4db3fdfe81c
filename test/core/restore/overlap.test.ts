import assert from 'node:assert/strict';
import { applyRestore, keepPlan, planRestore } from '../../../core/restore/restore';
import { ClaimLostError, claimLasts, RestoreRun } from '../../../core/restore/restore-run';
import { readManifest } from '../../../core/vault/manifest';
import { explain } from '../../../core/vault/pins';
import { FakeClock } from '../../../local/clock';
import { BackupBench } from '../../support/in-process-backup';
import type { Between } from '../../support/in-process-clients';
import { committed } from '../backup/random-bench';
import { remove } from '../backup/small-domain';
import { restoreArgs } from './restore-bench';

describe('a backup while a restore writes to the domain', function () {
  this.timeout(120_000);
  let bench: BackupBench;
  let clock: FakeClock;
  let run: RestoreRun;
  const lost = (): readonly string[] => bench.projects[0]?.assetIds.slice(0, 28) ?? [];

  beforeEach(async () => {
    clock = new FakeClock();
    bench = await BackupBench.start({ projects: 1, assets: 30, clock, inMemory: true });
    const { cutAt: instant } = await committed(bench);
    clock.advance(1000);
    remove(bench, lost()[0]);
    const settings = { instant, selection: { kinds: ['asset'] }, conflicts: 'skip' as const };
    const args = restoreArgs(bench, bench.domainId);
    run = await keepPlan(args, settings, await planRestore(args, settings));
  });

  it('is taken and marked, is not HELD, and neither pushes out a whole one nor is compared with', async () => {
    await during(async () => {
      // As much is gone as would hold any other.
      for (const id of lost().slice(1)) remove(bench, id);
      const { status, startedAt } = await committed(bench);

      assert.equal(status, 'COMPLETE');
      const manifest = await readManifest(bench.vault(), startedAt);
      assert.deepEqual(manifest?.overlapsRestore, [run.runId]);
      for await (const { manifest, kept } of explain(bench.vault())) {
        const isNewest = kept.some(({ why }) => why === 'newest');
        assert.equal(isNewest, manifest.overlapsRestore === undefined, manifest.startedAt);
      }
    });

    clock.advance(1000);
    const next = await committed(bench);

    assert.equal(next.status, 'HELD', 'compared with what was half restored');
    assert.equal((await readManifest(bench.vault(), next.startedAt))?.overlapsRestore, undefined);
  });

  it('is not marked for long after a restore that was killed', async () => {
    await assert.rejects(
      during(() => Promise.reject(new Error('killed'))),
      /killed/,
    );
    clock.advance(claimLasts + 1);

    const { startedAt, status } = await committed(bench);

    assert.equal(status, 'COMPLETE');
    assert.equal((await readManifest(bench.vault(), startedAt))?.overlapsRestore, undefined);
  });

  it('says of a restore that could not keep its claim that it was left to others', async () => {
    const ended = during(async () => clock.advance(claimLasts + 1));

    await assert.rejects(ended, ClaimLostError);
  });

  /** Applies the plan; something else happens in the middle of it. */
  async function during(happens: () => Promise<unknown>): Promise<void> {
    let happening: Promise<unknown> | undefined;
    const between: Between = async (call) => {
      if (call.operation === 'PutItem' && run.header.status === 'RUNNING') {
        happening ??= happens();
        await happening;
      }
      return call.answer();
    };
    const args = restoreArgs(bench, bench.domainId, between);
    run = await RestoreRun.open(args.vault, run.runId);
    await applyRestore(args, run);
  }
});
