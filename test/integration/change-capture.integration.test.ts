import assert from 'node:assert/strict';
import { ChangeBench } from '../support/change-bench';

describe('change capture, on the program as it is deployed', () => {
  let bench: ChangeBench;

  afterEach(() => bench?.close());

  it('brings what people do into both Regions within seconds, with no schedule', async () => {
    bench = await ChangeBench.start({
      assetsPerProject: 12,
      cloud: { config: { maxConcurrency: 2, changeCaptureBatchSeconds: 1, changeCaptureConcurrency: 2 } },
    });

    const edits = await bench.make(60, 3_000);
    const isSettled = await bench.settled(20_000);

    assert.ok(isSettled);
    assert.deepEqual(bench.cloud.rules.failures, []);
    assert.deepEqual(bench.deadLetters(), []);
    assert.deepEqual(
      (await bench.compare()).map(({ differences }) => differences),
      [[], []],
    );
    assert.ok((await bench.latencies(edits)).captured > 0);
  });
});
