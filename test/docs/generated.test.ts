import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages, root } from './pages';
import { tables } from './tables';

/**
 * Tables between `<!-- made: <name> -->` and `<!-- end -->` are made from the code. After a change:
 *
 *   npm run docs
 */
const made = /(<!-- made: ([\w ]+) -->\n)[\s\S]*?(<!-- end -->)/g;

describe('tables of the documentation', () => {
  for (const { path, text } of pages()) {
    if (text.search(made) < 0) continue;

    it(`of ${path} say what the code says`, async () => {
      const present = new Map<string, string>();
      for (const [, , name = ''] of text.matchAll(made)) {
        const make = tables[name];
        assert.ok(make, `${path} asks for a table "${name}"; there are ${Object.keys(tables).join(', ')}`);
        present.set(name, await make());
      }

      const expected = text.replaceAll(
        made,
        (_, start: string, name: string, end: string) => `${start}\n${present.get(name)}\n\n${end}`,
      );

      if (process.env.UPDATE_DOCS === '1') writeFileSync(join(root, path), expected);
      assert.equal(readFileSync(join(root, path), 'utf8'), expected);
    });
  }

  it('are all in use', () => {
    const used = pages().flatMap(({ text }) => [...text.matchAll(made)].map(([, , name]) => name));

    assert.deepEqual(
      Object.keys(tables).filter((name) => !used.includes(name)),
      [],
    );
  });
});

describe('the picture of the architecture', () => {
  /** Labels of nodes and edges, whatever the version of Graphviz that drew them. */
  function words(text: string): string[] {
    return [...new Set(text.match(/\p{L}{3,}/gu))].sort();
  }

  it('is drawn from its source: npm run picture', () => {
    const source = readFileSync(join(root, 'docs/architecture.dot'), 'utf8');
    const drawn = readFileSync(join(root, 'docs/architecture.svg'), 'utf8');

    const labels = [...source.matchAll(/label="([^"]*)"/g)].map(([, label = '']) =>
      label.replaceAll('\\n', ' '),
    );
    const texts = [...drawn.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
      text.replaceAll(/&#\d+;/g, ' '),
    );

    assert.ok(labels.length > 10);
    assert.deepEqual(words(texts.join(' ')), words(labels.join(' ')));
  });
});
