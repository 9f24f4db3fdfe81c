import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../../local/random';
import { ChangeQueue } from '../../support/change-queue';
import { type Between, faulty } from '../../support/in-process-clients';
import { committed, randomBench } from './random-bench';
import { RandomWork } from './random-work';
import { currentView } from './vault-views';

const runs = Number(process.env.RUNS ?? 3);

describe('changes that events tell of', function () {
  this.timeout(120_000);

  it('leave the vault as the domain is, late, repeated and in whatever order, through faults and crashes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e9 }),
        fc.constantFrom('V1', 'V2'),
        async (seed, version) => {
          const { queue, bench, clock, random } = await start(seed, version);
          await committed(bench, { projects: 'all' });
          const work = new RandomWork(queue.recorded(bench), random);
          queue.waiting.length = 0;
          for (let n = 0; n < 25; n++) {
            work.change();
            clock.advance(random.below(3000));
            if (!random.chance(0.3)) continue;
            // Some batches meet a snapshot.
            const snapshot = random.chance(0.2) ? bench.run({ projects: 'all' }) : undefined;
            await Promise.all([deliverSome(queue, bench, random, true), snapshot]);
          }
          clock.advance(60_000);
          for (let round = 0; queue.waiting.length > 0; round++) {
            assert.ok(round < 3, JSON.stringify(queue.failures.slice(-5)));
            await deliverSome(queue, bench, random, false);
          }

          const captured = live(await currentView(bench.vault()));
          clock.advance(60_000);
          await committed(bench, { projects: 'all', held: { heldShare: 100, heldLeast: 1_000_000 } });
          const domain = live(await currentView(bench.vault()));
          assert.deepEqual(
            { lost: without(domain, captured), stale: without(captured, domain) },
            { lost: [], stale: [] },
          );
          await assertNoneTwice(bench);
        },
      ),
      { numRuns: runs, seed: 20260101 },
    );
  });

  async function start(seed: number, version: 'V1' | 'V2') {
    const queue = new ChangeQueue();
    const { bench, clock } = await randomBench({ seed, version, emit: queue.emit });
    return { queue, bench, clock, random: new Random(seed) };
  }

  /** Several workers at once take some of what waits, in any order, some of it twice. */
  async function deliverSome(
    queue: ChangeQueue,
    bench: Parameters<ChangeQueue['deliver']>[0],
    random: Random,
    mayDie: boolean,
  ): Promise<void> {
    const all = queue.waiting.splice(0);
    const batches: string[][] = [[], [], []];
    for (const body of all) {
      if (mayDie && random.chance(0.3)) queue.waiting.push(body);
      else for (let n = 0; n < (random.chance(0.3) ? 2 : 1); n++) random.pick(batches).splice(0, 0, body);
    }
    await Promise.all(
      batches.map(async (bodies) => {
        const faults = mayDie
          ? {
              between: ofDataZone(faulty(random.fork(), { throttled: 0.2, failed: 0.02, lost: 0.02 })),
              attempts: 3,
              ...(random.chance(0.3) && { dieAt: 1 + random.below(60), doneBeforeDeath: random.chance(0.5) }),
            }
          : {};
        try {
          await queue.deliver(bench, bodies, faults);
        } catch (error) {
          if (!mayDie) throw error;
        }
      }),
    );
  }
});

/** A vault in memory answers nothing that could stand for a fault; a process that dies cuts it off. */
function ofDataZone(between: Between): Between {
  return (call) => (call.service === 'datazone' ? between(call) : call.answer());
}

function without(one: readonly string[], other: readonly string[]): string[] {
  const those = new Set(other);
  return one.filter((line) => !those.has(line));
}

function live(view: readonly string[]): string[] {
  return view.filter((line) => line.endsWith('LIVE'));
}

/** No head ever named the same content twice in a row. */
async function assertNoneTwice(bench: Awaited<ReturnType<typeof randomBench>>['bench']): Promise<void> {
  const vault = bench.vault();
  for (const scope of await vault.scopes()) {
    for await (const head of vault.heads(scope)) {
      let after = '';
      for (let sk: string | undefined = head.version; sk !== undefined; ) {
        const version = await vault.version(scope.kind, head.id, sk);
        assert.ok(version, `${scope.kind} ${head.id} ${sk}`);
        const { listed: _, ...facets } = version.facets;
        const content = JSON.stringify([version.state, version.hash, facets]);
        assert.notEqual(content, after, `${scope.kind} ${head.id} ${sk}`);
        after = content;
        sk = version.previous;
      }
    }
  }
}
