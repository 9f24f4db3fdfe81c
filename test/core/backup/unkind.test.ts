import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FakeClock } from '../../../local/clock';
import { compareVault } from '../../../local/compare/compare-vault';
import { harsh } from '../../../local/datazone/service';
import { Random } from '../../../local/random';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { type Between, faulty } from '../../support/in-process-clients';
import { Timeline } from './timeline';
import type { Committed } from './vault-views';

const faults = { throttled: 0.3, failed: 0.1, lost: 0.02 };
/** More than harsh indexes and counts ever lag. */
const caughtUp = 120_000;

describe('a backup of an unkind DataZone', function () {
  this.timeout(300_000);
  const statuses: string[] = [];

  const unkindness = fc.record({
    seed: fc.nat(),
    deleted: fc.constantFrom('notFound' as const, 'denied' as const),
    strangerSearch: fc.constantFrom('empty' as const, 'denied' as const),
    cursorLifetimeMilliseconds: fc.constantFrom(2_000, 600_000),
    changesPerCall: fc.constantFrom(0, 0.01, 0.1),
    changesBefore: fc.nat(5),
    sinceChanges: fc.nat(25_000),
  });

  it('is COMPLETE or names what is missing, never goes back, and is equal once the index has caught up', async () => {
    await fc.assert(
      fc.asyncProperty(
        unkindness,
        async ({ seed, changesPerCall, changesBefore, sinceChanges, ...unkind }) => {
          const random = new Random(seed);
          const clock = new FakeClock();
          const bench = await BackupBench.start({
            projects: 1,
            assets: 70,
            seed,
            inMemory: true,
            clock,
            unkind: { ...harsh, ...unkind },
          });
          clock.advance(caughtUp);
          const timeline = await Timeline.of(bench, random.fork());
          const disturbed: RunOptions = {
            between: disturbance(clock, random, async () => {
              if (random.chance(changesPerCall)) await timeline.change();
            }),
            attempts: 8,
            sleep: async (milliseconds) => clock.advance(milliseconds),
          };
          for (let run = 1; run <= 2; run++) {
            for (let change = 0; change < changesBefore; change++) await timeline.change();
            clock.advance(sinceChanges);
            const snapshot = committed(await bench.run(disturbed));
            statuses.push(snapshot.status);
            if (snapshot.status === 'PARTIAL') {
              assert.ok(snapshot.unreadable.count + snapshot.unresolved.count > 0);
            }
            await timeline.assertKept(
              snapshot.startedAt,
              harsh.indexLagMilliseconds,
              snapshot.unreadable.first,
            );
          }

          clock.advance(caughtUp);
          const last = committed(await bench.run());
          assert.equal(last.status, 'COMPLETE', JSON.stringify([last.unreadable, last.unresolved]));
          const projects = bench.projects.map(({ projectId }) => projectId);
          const { differences } = await compareVault(
            bench.adminClient(),
            bench.vault(),
            last.cutAt,
            projects,
          );
          assert.deepEqual(differences, []);
        },
      ),
      { numRuns: 12, seed: 20260101 },
    );
    const complete = statuses.filter((status) => status === 'COMPLETE').length;
    assert.ok(complete > statuses.length / 2, `${complete} of ${statuses.length} were COMPLETE`);
  });

  it('is COMPLETE where the API and DynamoDB throttle, fail and lose answers', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const bench = await BackupBench.start({ projects: 1, assets: 5, seed });
      const snapshot = committed(await bench.run({ between: faulty(new Random(seed), faults), attempts: 8 }));
      assert.equal(snapshot.status, 'COMPLETE', JSON.stringify(snapshot));
      const projects = bench.projects.map(({ projectId }) => projectId);
      const { differences } = await compareVault(
        bench.adminClient(),
        bench.vault(),
        snapshot.cutAt,
        projects,
      );
      assert.deepEqual(differences, []);
      await bench.stop();
    }
  });
});

/** Time passes, calls to DataZone fail, and `meanwhile` happens. */
function disturbance(clock: FakeClock, random: Random, meanwhile: () => Promise<void>): Between {
  const faultyApi = faulty(random.fork(), faults);
  return async (call) => {
    clock.advance(random.below(150));
    await meanwhile();
    return call.service === 'dynamodb' ? call.answer() : faultyApi(call);
  };
}

function committed(result: Awaited<ReturnType<BackupBench['run']>>): Committed {
  assert.ok('more' in result && !result.more, JSON.stringify(result));
  return result;
}
