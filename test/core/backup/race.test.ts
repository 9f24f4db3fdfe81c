import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SnapshotEndedError } from '../../../core/backup/commit';
import { type Manifest, manifests } from '../../../core/vault/manifest';
import { ConditionFailedError } from '../../../core/vault/table';
import { type Clock, FakeClock, systemClock } from '../../../local/clock';
import { BackupBench } from '../../support/in-process-backup';
import { fewKinds, withoutManagedTypes } from './small-domain';
import { currentView } from './vault-views';

describe('two backups of one domain', function () {
  this.timeout(120_000);

  const clocks: readonly { when: string; clock: () => Clock }[] = [
    { when: 'one after the other', clock: () => systemClock },
    { when: 'all in one millisecond', clock: () => new FakeClock() },
  ];

  for (const { when, clock } of clocks) {
    describe(when, () => {
      let bench: BackupBench;
      let expected: readonly string[];
      let calls: number;

      before(async () => {
        bench = await start(clock());
        await bench.run();
        calls = bench.calls;
        expected = await currentView(bench.vault());
      });

      after(() => bench.stop());

      it('end COMPLETE or SKIPPED, at whatever call of the first the second begins', async () => {
        for (let at = 1; at <= calls; at++) {
          await bench.emptyVault();
          const where = `began at call ${at} of ${calls}`;
          let second: Promise<unknown> | undefined;
          let call = 0;
          const first = await bench.run({
            execution: 'first',
            between: async ({ answer }) => {
              if (++call === at) second = bench.run({ execution: 'second' });
              await second;
              return answer();
            },
          });
          assert.ok('status' in first, where);
          await assertSettled(['COMPLETE', 'SKIPPED'], where);
        }
      });

      it('end COMPLETE or SKIPPED in whatever order their calls are served', async () => {
        await fc.assert(
          fc.asyncProperty(fc.scheduler(), async (scheduler) => {
            await bench.emptyVault();
            const runs = ['first', 'second', 'third'].map((execution) =>
              bench.run({
                execution,
                between: async ({ answer }) => {
                  await scheduler.schedule(Promise.resolve());
                  return answer();
                },
              }),
            );
            await scheduler.waitFor(Promise.all(runs));
            await assertSettled(['COMPLETE', 'SKIPPED'], 'any order');
          }),
          { numRuns: 15, seed: 20260101 },
        );
      });

      async function assertSettled(statuses: readonly string[], where: string): Promise<void> {
        const all = await allManifests(bench);
        assert.ok(
          all.some(({ status }) => status === 'COMPLETE'),
          where,
        );
        for (const { status } of all) assert.ok(statuses.includes(status), `${where}: ${status}`);
        assert.equal((await bench.vault().lease())?.execution, '', where);
        assert.deepEqual(await currentView(bench.vault()), expected, where);
      }
    });
  }

  it('leave one whole snapshot when the first is taken for dead and goes on', async () => {
    const bench = await start(systemClock);
    await bench.run();
    const { calls } = bench;
    const expected = await currentView(bench.vault());
    for (let at = 1; at <= calls; at++) {
      await bench.emptyVault();
      const where = `taken for dead at call ${at} of ${calls}`;
      let second: Promise<unknown> | undefined;
      let call = 0;
      const first = bench.run({
        execution: 'first',
        between: ({ answer }) => {
          if (++call === at) {
            bench.running.delete('first');
            second = bench.run({ execution: 'second' });
          }
          return answer();
        },
      });
      const [result] = await Promise.allSettled([first]);
      await second;
      const all = await allManifests(bench);
      const of = (execution: string) => all.find((manifest) => manifest.execution === execution)?.status;
      assert.ok(
        all.some(({ status }) => status === 'COMPLETE'),
        where,
      );
      assert.ok(!all.some(({ status }) => status === 'RUNNING'), where);
      if (result?.status === 'rejected') {
        const { reason } = result;
        assert.ok(reason instanceof SnapshotEndedError || reason instanceof ConditionFailedError, where);
        assert.notEqual(of('first'), 'COMPLETE', where);
        assert.equal(of('second'), 'COMPLETE', where);
      }
      assert.equal((await bench.vault().lease())?.execution, '', where);
      assert.deepEqual(await currentView(bench.vault()), expected, where);
    }
    await bench.stop();
  });

  function start(clock: Clock): Promise<BackupBench> {
    return BackupBench.start({
      projects: 1,
      assets: 1,
      inMemory: true,
      kinds: fewKinds,
      decorate: withoutManagedTypes,
      clock,
    });
  }

  async function allManifests(bench: BackupBench): Promise<Manifest[]> {
    const all: Manifest[] = [];
    for await (const manifest of manifests(bench.vault())) all.push(manifest);
    return all;
  }
});
