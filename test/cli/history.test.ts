import assert from 'node:assert/strict';
import { committed } from '../core/backup/random-bench';
import { LosableGlossary } from './losable-glossary';

describe('dzr history', function () {
  this.timeout(60_000);

  it('tells the whole story of what was restored, by whichever of its ids, once and twice over', async () => {
    const shop = await LosableGlossary.start();
    await shop.dzr('prove');
    const ids = [shop.id];
    const story: (string | undefined)[][] = [[shop.id, 'LIVE', undefined]];
    for (const time of ['once', 'twice']) {
      if (time === 'once') shop.lose();
      else {
        const identifier = ids.at(-1);
        shop.edit('UpdateGlossary', { identifier, status: 'DISABLED' });
        shop.edit('DeleteGlossary', { identifier });
      }
      await committed(shop.bench);
      const before = ids.at(-1);
      story.push([before, 'DELETED', ids.at(-2)]);
      const { value } = await shop.json('plan', '--at', shop.cutAt, '--id', shop.id);
      assert.equal((await shop.dzr('restore', value.plan)).code, 0);
      const made = shop.glossaries().find((one) => one.name === 'Sales terms')?.id ?? '';
      assert.ok(!ids.includes(made));
      ids.push(made);
      await committed(shop.bench);
      story.push([made, 'LIVE', before]);

      for (const id of ids) {
        const { value: told } = await shop.json('history', 'glossary', id);
        assert.deepEqual(
          told.versions.map((one: Record<string, string>) => [one.id, one.state, one.continues]),
          story,
          `${time}, ${id}`,
        );
        assert.equal(told.content.record.id, made);
      }
    }
    const { text } = await shop.dzr('history', 'glossary', shop.id);
    assert.match(text, new RegExp(`LIVE .* ${ids[2]} +continues ${ids[1]}`));
  });
});
