import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pictureOf } from '../support/picture';
import { graphOf } from '../support/program';

/**
 * test/golden/<stack>.graph.txt show what a change does to a deployment. After an intended change:
 *
 *   UPDATE_GOLDEN=1 npx mocha test/stacks/golden.test.ts
 */
const golden = resolve(__dirname, '../golden');

describe('the graph of a stack', () => {
  for (const stack of ['datazone', 'smus'] as const) {
    it(`of flavour ${stack} is the one in test/golden/${stack}.graph.txt`, async () => {
      const file = resolve(golden, `${stack}.graph.txt`);

      const picture = pictureOf(await graphOf(stack));

      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, picture);
      assert.equal(picture, readFileSync(file, 'utf8'));
    });
  }

  it('has the same outputs in both flavours', async () => {
    const [datazone, smus] = [await graphOf('datazone'), await graphOf('smus')];

    assert.deepEqual(Object.keys(datazone.outputs).sort(), Object.keys(smus.outputs).sort());
  });
});
