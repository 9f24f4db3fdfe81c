import assert from 'node:assert/strict';
import { assetRevision } from '../../../core/catalog/asset-revision';
import { assetTypeRevision } from '../../../core/catalog/asset-type-revision';
import { dataProductRevision } from '../../../core/catalog/data-product-revision';
import { formTypeRevision } from '../../../core/catalog/form-type-revision';
import type { JsonObject, Kind, Parent } from '../../../core/catalog/kind';
import { MalformedAnswerError } from '../../../core/catalog/source';
import { domainId, ScriptedSource } from './fixture';

const parentOf = (kind: string, id: string, record: JsonObject = {}): Parent => ({
  kind,
  id,
  content: async () => ({ record, facets: {} }),
});

/** Ids that a kind names under one parent, page by page; the answers are those of its list, in turn. */
async function named(kind: Kind, parent: Parent, ...answers: JsonObject[]): Promise<string[][]> {
  const operation = `List${kind.name.charAt(0).toUpperCase()}${kind.name.slice(1)}s`;
  const source = new ScriptedSource({ [operation]: () => answers.shift() ?? assert.fail('asked too often') });
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await kind.enumerate(source, 'project', cursor, parent);
    assert.deepEqual(page.readings, []);
    pages.push((page.listed ?? []).map(({ id }) => id));
    ({ cursor } = page);
  } while (cursor !== undefined);
  assert.deepEqual(answers, []);
  return pages;
}

const item = (revision: string, createdAt: number): JsonObject => ({ id: 'a', revision, createdAt });

describe('the revisions of an asset', () => {
  const asset = parentOf('asset', 'a');

  it('are those before the latest, in whatever order they are listed', async () => {
    const [first, second, third] = [item('1', 10), item('2', 20), item('3', 30.5)];

    assert.deepEqual(await named(assetRevision, asset, { items: [third, second, first] }), [['a/2', 'a/1']]);
    assert.deepEqual(await named(assetRevision, asset, { items: [first, second, third] }), [['a/1', 'a/2']]);
    assert.deepEqual(await named(assetRevision, asset, { items: [first], nextToken: '' }), [[]]);
  });

  it('are all of a list of several pages, which does not show the latest', async () => {
    const pages = [{ items: [item('3', 30), item('2', 20)], nextToken: 'more' }, { items: [item('1', 10)] }];

    assert.deepEqual(await named(assetRevision, asset, ...pages), [['a/3', 'a/2'], ['a/1']]);
  });

  it('made at one time are told apart by their numbers, and are all kept where that is no number', async () => {
    const [one, ten, two] = [item('1', 5), item('10', 5), item('2', 5)];

    assert.deepEqual(await named(assetRevision, asset, { items: [one, ten, two] }), [['a/1', 'a/2']]);
    assert.deepEqual(await named(assetRevision, asset, { items: [item('b', 5), item('a', 5)] }), [
      ['a/b', 'a/a'],
    ]);
  });

  it('are told by their numbers alone, so that each is read once', async () => {
    const source = new ScriptedSource({
      ListAssetRevisions: () => ({ items: [item('2', 20), item('1', 10)] }),
    });

    const { listed } = await assetRevision.enumerate(source, 'project', undefined, asset);

    assert.deepEqual(listed, [{ id: 'a/1', scopeId: 'project', summary: { revision: '1' } }]);
    assert.deepEqual(source.asked[0]?.input, { identifier: 'a', maxResults: 50 });
  });

  it('are read by number, without what is of the asset whatever its revision', async () => {
    const source = new ScriptedSource({
      GetAsset: ({ revision }) => ({
        ...{ id: 'a', domainId, owningProjectId: 'project', name: 'orders', revision: String(revision) },
        ...{ createdAt: 10.5, governedGlossaryTerms: ['t'], listing: { listingId: 'l' } },
      }),
    });

    const { id, scopeId, record, changedAt } = await assetRevision.read(source, 'a/1');

    assert.deepEqual(source.asked[0]?.input, { identifier: 'a', revision: '1' });
    assert.deepEqual([id, scopeId, changedAt], ['a/1', 'project', 10_500]);
    assert.deepEqual(Object.keys(record).sort(), [
      'createdAt',
      'domainId',
      'id',
      'name',
      'owningProjectId',
      'revision',
    ]);
    assert.deepEqual(
      assetRevision.references(record, { formModel: () => undefined }).map(({ kind }) => kind),
      ['asset', 'project'],
    );
  });

  it('are refused where the list lacks a number', async () => {
    await assert.rejects(
      named(assetRevision, asset, { items: [item('2', 20), { id: 'a', createdAt: 10 }] }),
      MalformedAnswerError,
    );
  });
});

describe('the revisions of a data product', () => {
  it('are not asked for while there is but one', async () => {
    assert.deepEqual(await named(dataProductRevision, parentOf('dataProduct', 'a', { revision: '1' })), [[]]);
  });

  it('are those before the latest', async () => {
    const product = parentOf('dataProduct', 'a', { revision: '2' });

    assert.deepEqual(await named(dataProductRevision, product, { items: [item('1', 10), item('2', 20)] }), [
      ['a/1'],
    ]);
  });
});

for (const [kind, parent] of [
  [formTypeRevision, 'formType'],
  [assetTypeRevision, 'assetType'],
] as const) {
  describe(`the revisions of a type: ${kind.name}`, () => {
    it('are counted down from its own, which no call tells better', async () => {
      assert.deepEqual(await named(kind, parentOf(parent, 'Orders', { revision: '3' })), [
        ['Orders/1', 'Orders/2'],
      ]);
      assert.deepEqual(await named(kind, parentOf(parent, 'Orders', { revision: '1' })), [[]]);
    });

    it('are none of a type of AWS, and none where they are not counted', async () => {
      const managed = parentOf(parent, 'amazon.datazone.GlueTableFormType', { revision: '13' });

      assert.deepEqual(await named(kind, managed), [[]]);
      assert.deepEqual(await named(kind, parentOf(parent, 'Orders', { revision: 'b7' })), [[]]);
      assert.deepEqual(await named(kind, parentOf(parent, 'Orders')), [[]]);
    });
  });
}
