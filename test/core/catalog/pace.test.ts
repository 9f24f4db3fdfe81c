import assert from 'node:assert/strict';
import { callersOf } from '../../../core/catalog/callers';
import { Pace } from '../../../core/catalog/pace';
import { MadeUpResources } from '../../support/made-up-kinds';

describe('Pace', () => {
  let now: number;
  const one = () => 1;
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
    const pace = new Pace({ callers: one, ...clock });

    const [search, list] = [
      await secondsFor(pace, 'Search', 404),
      await secondsFor(pace, 'ListProjects', 404),
    ];

    assert.equal(Math.round(search), 25); // 400 past the burst at 16 of 20 per second
    assert.equal(Math.round(list * 10), 625); // at 6.4 of 8 per second
  });

  it('gives each worker its share', async () => {
    assert.equal(Math.round(await secondsFor(new Pace({ callers: () => 4, ...clock }), 'Search', 404)), 100);
  });

  it('takes another share of the published rates, or the rate that it is given', async () => {
    const pace = new Pace({ callers: () => 2, share: 40, requests: { Search: 2 }, ...clock });

    assert.equal(Math.round(await secondsFor(pace, 'Search', 404)), 400);
    assert.equal(Math.round(await secondsFor(pace, 'ListProjects', 404)), 250);
  });

  it('lets a few calls go at once, and after a pause again, but saves up no more than these', async () => {
    const pace = new Pace({ callers: one, burst: 3, ...clock });

    assert.equal(await secondsFor(pace, 'Search', 3), 0);
    now += 3_600_000;
    assert.equal(await secondsFor(pace, 'Search', 3), 0);
    assert.ok((await secondsFor(pace, 'Search', 1)) > 0);
  });

  it('keeps calls that wait at the same time apart', async () => {
    const waits: number[] = [];
    const pace = new Pace({
      callers: one,
      burst: 1,
      now: () => now,
      sleep: async (ms) => void waits.push(ms),
    });

    await Promise.all([1, 2, 3].map(() => pace.take('Search')));

    assert.deepEqual(waits, [62.5, 125]);
  });
});

describe('callersOf', () => {
  const resources = new MadeUpResources();
  const kinds = [
    resources.kind({ name: 'domainWide', actions: ['datazone:SearchTypes', 'datazone:GetRule'] }),
    resources.kind({ name: 'another', actions: ['datazone:SearchTypes'] }),
    resources.kind({
      name: 'ofProjects',
      scope: 'project',
      actions: ['datazone:Search', 'datazone:GetRule'],
    }),
    resources.kind({ name: 'third', actions: ['datazone:Search'] }),
  ];
  const callers = callersOf(kinds, 10);

  it('counts all workers where a kind of projects needs the operation, else a worker for each kind', () => {
    const operations = ['Search', 'GetRule', 'SearchTypes', 'SearchListings'];
    assert.deepEqual(operations.map(callers), [10, 10, 2, 1]);
  });

  it('counts all workers for what each of them calls to enter projects', () => {
    assert.deepEqual(['ListProjectMemberships', 'GetUserProfile', 'GetProject'].map(callers), [10, 10, 10]);
  });
});
