import assert from 'node:assert/strict';
import { Pace } from '../../../core/catalog/pace';

describe('Pace', () => {
  let now: number;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };

  beforeEach(() => {
    now = 1_000_000;
  });

  async function secondsFor(
    pace: Pace,
    operation: 'Search' | 'ListProjects',
    calls: number,
  ): Promise<number> {
    const start = now;
    for (let n = 0; n < calls; n++) await pace.take(operation);
    return (now - start) / 1000;
  }

  it("stays under each operation's published rate", async () => {
    const pace = new Pace({ workers: 1, ...clock });

    const [search, list] = [
      await secondsFor(pace, 'Search', 404),
      await secondsFor(pace, 'ListProjects', 404),
    ];

    assert.equal(Math.round(search), 25); // 400 past the burst at 16 of 20 per second
    assert.equal(Math.round(list * 10), 625); // at 6.4 of 8 per second
  });

  it('gives each worker its share', async () => {
    assert.equal(Math.round(await secondsFor(new Pace({ workers: 4, ...clock }), 'Search', 404)), 100);
  });

  it('lets a few calls go at once, and after a pause again, but saves up no more than these', async () => {
    const pace = new Pace({ workers: 1, burst: 3, ...clock });

    assert.equal(await secondsFor(pace, 'Search', 3), 0);
    now += 3_600_000;
    assert.equal(await secondsFor(pace, 'Search', 3), 0);
    assert.ok((await secondsFor(pace, 'Search', 1)) > 0);
  });

  it('keeps calls that wait at the same time apart', async () => {
    const waits: number[] = [];
    const pace = new Pace({ workers: 1, burst: 1, now: () => now, sleep: async (ms) => void waits.push(ms) });

    await Promise.all([1, 2, 3].map(() => pace.take('Search')));

    assert.deepEqual(waits, [62.5, 125]);
  });
});
