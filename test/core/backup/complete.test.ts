import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareVault } from '../../../local/compare/compare-vault';
import { Random } from '../../../local/random';
import type { BackupBench } from '../../support/in-process-backup';
import { type Between, faulty } from '../../support/in-process-clients';
import { committed, randomBench } from './random-bench';
import type { Committed } from './vault-views';

/** RUNS=200 for the whole property; as many as the suite has time for else. */
const numRuns = Number(process.env.RUNS ?? 60);

describe('a backup of any domain', function () {
  this.timeout(600_000);

  const domains = { seed: fc.nat(), version: fc.constantFrom('V1' as const, 'V2' as const) };

  it('holds what a walk with the plain SDK finds, no more and no less, byte for byte', async () => {
    const met = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.record(domains), async (options) => {
        const { bench } = await randomBench(options);
        const snapshot = await committed(bench);
        const { differences, compared } = await compare(bench, snapshot);
        assert.deepEqual([snapshot.status, differences], ['COMPLETE', []]);
        for (const [kind, count] of Object.entries(compared)) met.set(kind, (met.get(kind) ?? 0) + count);
      }),
      { numRuns, seed: 20260101 },
    );
    assert.deepEqual(
      [...met].filter(([, count]) => count === 0).map(([kind]) => kind),
      [],
      'the domains have none of these kinds',
    );
  });

  for (const version of ['V1', 'V2'] as const) {
    it(`holds lists of many pages and the largest forms of a ${version} domain`, async () => {
      const extent = {
        ...{ units: 40, users: 130, groups: 30, projects: 3, terms: 120 },
        ...{ types: 60, assets: 80, subscriptions: 120, form: 290_000 },
      };
      const { bench } = await randomBench({ seed: 7, version, extent });
      const snapshot = await committed(bench);
      const { differences } = await compare(bench, snapshot);
      assert.deepEqual([snapshot.status, differences], ['COMPLETE', []]);
    });
  }

  it('is COMPLETE and the same, or names each scope that it lacks, where the API throttles and fails', async () => {
    const statuses: string[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.record({ ...domains, attempts: fc.constantFrom(2, 3, 5) }),
        async ({ attempts, ...options }) => {
          const { bench } = await randomBench(options);
          const snapshot = await committed(bench, { attempts, between: troubled(options.seed) });
          statuses.push(snapshot.status);
          const { differences, scopes } = await compare(bench, snapshot);
          if (snapshot.status === 'COMPLETE') assert.deepEqual(differences, []);
          else assertNamed(snapshot, scopes);
        },
      ),
      { numRuns: 40, seed: 20260101 },
    );
    for (const status of ['COMPLETE', 'PARTIAL']) assert.ok(statuses.includes(status), `none is ${status}`);
  });
});

/** Of the calls to DataZone 30 % are throttled, and 10 % fail. */
function troubled(seed: number): Between {
  const trouble = faulty(new Random(seed), { throttled: 0.3, failed: 0.1, lost: 0 });
  return (call) => (call.service === 'datazone' ? trouble(call) : call.answer());
}

function compare(bench: BackupBench, { cutAt }: Committed) {
  return compareVault(bench.adminClient(), bench.vault(), cutAt, bench.projectIds, bench.kinds);
}

/** Every scope that is not as in the domain stands in the manifest, as one that was not read or could not be closed. */
function assertNamed({ unreadable, unresolved }: Committed, scopes: readonly string[]): void {
  assert.ok(unreadable.count + unresolved.count > 0, 'PARTIAL without a reason');
  assert.ok(unreadable.count <= unreadable.first.length, 'more than the manifest shows at once');
  const named = new Set(unreadable.first.map((line) => line.split(': ', 1)[0]));
  assert.deepEqual(
    scopes.filter((scope) => !named.has(scope)),
    [],
  );
}
