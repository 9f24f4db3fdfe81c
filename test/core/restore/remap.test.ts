import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject, Reference } from '../../../core/catalog/kind';
import { modelsOf, ReferenceFinder } from '../../../core/catalog/reference-finder';
import { remap } from '../../../core/restore/remap';
import { SourceView } from '../../../core/restore/source-view';
import { committed, randomBench } from '../backup/random-bench';

const at = (path: string, id: string, kind = 'glossaryTerm'): Reference => ({ kind, id, path });
const to =
  (ids: Readonly<Record<string, string>>) =>
  ({ id }: Reference) =>
    ids[id];

describe('ids of another domain', function () {
  this.timeout(120_000);

  it('take the place of those that references name, and of no others', () => {
    const record = { terms: ['a', 'b'], owner: 'a', text: 'a b' };

    const { record: found, unresolved } = remap(
      record,
      [at('terms[0]', 'a'), at('terms[1]', 'b')],
      to({ a: 'A', b: 'B' }),
    );

    assert.deepEqual([found, unresolved], [{ terms: ['A', 'B'], owner: 'a', text: 'a b' }, []]);
  });

  it('leave out what has no place there, and say so', () => {
    const record = { terms: ['a', 'b', 'c'], owner: 'a' };
    const references = [at('terms[0]', 'a'), at('terms[1]', 'b'), at('terms[2]', 'c'), at('owner', 'a')];

    const { record: found, unresolved } = remap(record, references, to({ b: 'B' }));

    assert.deepEqual(found, { terms: ['B'] });
    assert.deepEqual(
      unresolved.map(({ path }) => path),
      ['terms[0]', 'terms[2]', 'owner'],
    );
  });

  it('change nothing else in a form, whatever its numbers, order and spaces', () => {
    const content = '{ "n": 12345678901234567890, "terms":[ "a" ,"x"],  "e": 1e400, "a": "\\u00e9" }';

    const { record } = remap({ content }, [at('content{form}.terms[0]', 'a')], to({ a: 'A' }));

    assert.equal(record.content, content.replace('[ "a"', '[ "A"'));
  });

  it('are found behind names that hold what separates names', () => {
    const record = { 'a.b[0]': { 'c{d}': ['x'] } };

    const { record: found } = remap(record, [at('a.b[0].c{d}[0]', 'x')], to({ x: 'X' }));

    assert.deepEqual(found, { 'a.b[0]': { 'c{d}': ['X'] } });
  });

  it('stand alone in something longer, and not inside of other ids', () => {
    const record = { entity: '111122223333:abc', arn: 'arn:x/abc/abcd' };

    const { record: found } = remap(record, [at('entity', 'abc'), at('arn', 'abc')], to({ abc: 'X' }));

    assert.deepEqual(found, { entity: '111122223333:X', arn: 'arn:x/X/abcd' });
  });

  it('are in the annotations of a model, not in its comments and texts', () => {
    const smithy =
      '// @glossaryterm("g")\nstructure S { @amazon.datazone#glossaryterm("g") a: String, @doc("@glossaryterm(g)") b: String }';

    const { record } = remap(
      { model: { smithy } },
      [at('model.smithy{glossaryterm}[0]', 'g', 'glossary')],
      to({ g: 'NEW' }),
    );

    assert.deepEqual(record, {
      model: { smithy: smithy.replace('#glossaryterm("g")', '#glossaryterm("NEW")') },
    });
  });

  it('are all reached, in every record of any domain', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom('V1' as const, 'V2' as const), async (seed, version) => {
        const { bench } = await randomBench({ seed, version });
        const { cutAt } = await committed(bench);
        const view = new SourceView(bench.vault(), cutAt, bench.kinds);
        const finder = new ReferenceFinder(modelsOf(bench.reader()));
        let met = 0;
        for (const kind of bench.kinds) {
          for await (const resource of view.resources(kind)) {
            const record = (await view.content(resource)).record as JsonObject;
            const references = await view.references(kind, record);
            const live = await finder.referencesOf(kind, { record });
            assert.deepEqual(references, live, 'the vault tells other models than the domain');
            // Form models are looked up by the names of types, and a domain is known by its own id.
            const isName = ({ kind: name }: Reference) => /(Type|^domain)$/.test(name);
            const moved = (reference: Reference) =>
              isName(reference) ? reference.id : reference.id.replace(/./, '_');
            const { record: found } = remap(record, references, moved);
            const after = await view.references(kind, found);
            assert.deepEqual(
              after.map(({ kind: name, id, path }) => ({ name, id, path })),
              references.map((one) => ({ name: one.kind, id: moved(one), path: one.path })),
              `${kind.name} ${resource.id}`,
            );
            met += references.length;
          }
        }
        assert.ok(met > 50);
      }),
      { numRuns: 10, seed: 20260101 },
    );
  });
});
