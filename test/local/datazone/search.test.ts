import assert from 'node:assert/strict';
import {
  type FilterClause,
  paginateSearch,
  SearchCommand,
  type SearchInput,
  SearchTypesCommand,
} from '@aws-sdk/client-datazone';
import { Fixture } from './fixture';

describe('Search in the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let sales: string;
  let term: string;

  before(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain();
    sales = fixture.project(domainIdentifier);
    const glossaryIdentifier = fixture.glossary(domainIdentifier, sales);
    term = fixture.call('CreateGlossaryTerm', { domainIdentifier, glossaryIdentifier, name: 'PII' }).id;
    for (let i = 0; i < 120; i++) {
      fixture.asset(domainIdentifier, sales, `table ${String(i).padStart(3, '0')}`);
      fixture.clock.advance(1000);
    }
    const marketing = fixture.project(domainIdentifier, 'Marketing');
    fixture.call('CreateAsset', {
      domainIdentifier,
      owningProjectIdentifier: marketing,
      name: 'campaigns',
      typeIdentifier: 'amazon.datazone.GlueTableAssetType',
      glossaryTerms: [term],
      formsInput: [{ formName: 'GlueTableForm', content: '{"tableName":"c","region":"eu-west-1"}' }],
    });
  });
  after(() => fixture.stop());

  const search = (input: Partial<SearchInput> = {}) =>
    fixture.client().send(new SearchCommand({ domainIdentifier, searchScope: 'ASSET', ...input }));
  const names = async (input: Partial<SearchInput>) =>
    (await search(input)).items?.map((item) => item.assetItem?.name);
  const filter = (
    attribute: string,
    value: string,
    operator: 'EQ' | 'LT' | 'TEXT_SEARCH' = 'EQ',
  ): FilterClause => ({
    filter: { attribute, value, operator },
  });

  it('pages through a project in the order of creation, counting all matches', async () => {
    const pages: (string | undefined)[][] = [];
    const input: SearchInput = { domainIdentifier, searchScope: 'ASSET', owningProjectIdentifier: sales };
    for await (const page of paginateSearch({ client: fixture.client(), pageSize: 50 }, input)) {
      assert.equal(page.totalMatchCount, 120);
      pages.push((page.items ?? []).map((item) => item.assetItem?.name));
    }

    assert.deepEqual(
      pages.map((page) => page.length),
      [50, 50, 20],
    );
    assert.deepEqual(
      pages.flat(),
      Array.from({ length: 120 }, (_, i) => `table ${String(i).padStart(3, '0')}`),
    );
  });

  it('loses and repeats nothing when something is deleted and created between two pages', async () => {
    const owningProjectIdentifier = fixture.project(domainIdentifier, 'Moving');
    const ids = ['a', 'b', 'c', 'd'].map((name) =>
      fixture.asset(domainIdentifier, owningProjectIdentifier, name),
    );
    const first = await search({ owningProjectIdentifier, maxResults: 2 });
    fixture.call('DeleteAsset', { domainIdentifier, identifier: `${ids[0]}` });
    fixture.asset(domainIdentifier, owningProjectIdentifier, 'e');

    const rest = await names({ owningProjectIdentifier, maxResults: 50, nextToken: first.nextToken });
    assert.deepEqual(rest, ['c', 'd', 'e']);
  });

  it('adds forms as they were written only where they are asked for', async () => {
    const text = { searchText: 'campaigns' };
    const [bare] = (await search(text)).items ?? [];
    const [full] = (await search({ ...text, additionalAttributes: ['FORMS'] })).items ?? [];

    assert.equal(bare?.assetItem?.additionalAttributes, undefined);
    assert.deepEqual(full?.assetItem?.additionalAttributes?.formsOutput, [
      {
        formName: 'GlueTableForm',
        typeName: 'amazon.datazone.GlueTableFormType',
        typeRevision: '1',
        content: '{"tableName":"c","region":"eu-west-1"}',
      },
    ]);
  });

  it('filters by form fields, terms and times, combined with and and or', async () => {
    const started = new Date(Date.UTC(2026, 0, 1) + 2000).toISOString();

    assert.deepEqual(await names({ filters: filter('GlueTableForm.region', 'eu-west-1') }), ['campaigns']);
    assert.deepEqual(await names({ filters: filter('__DataZoneGlossaryTerms', term) }), ['campaigns']);
    assert.deepEqual(await names({ filters: filter('creationTime', started, 'LT') }), [
      'table 000',
      'table 001',
    ]);
    const either = { or: [filter('name', 'campaigns'), filter('name', 'TABLE 07', 'TEXT_SEARCH')] };
    const both = { and: [either, filter('owningProjectId', sales)] };
    assert.deepEqual(await names({ filters: both, maxResults: 2 }), ['table 070', 'table 071']);
    assert.equal((await search({ filters: both })).totalMatchCount, 10);
  });

  it('sorts, over page borders', async () => {
    const input = {
      sort: { attribute: 'name', order: 'DESCENDING' as const },
      owningProjectIdentifier: sales,
    };
    const first = await search({ ...input, maxResults: 2 });

    assert.deepEqual(await names({ ...input, maxResults: 2 }), ['table 119', 'table 118']);
    assert.deepEqual(await names({ ...input, maxResults: 2, nextToken: first.nextToken }), [
      'table 117',
      'table 116',
    ]);
  });

  it('finds glossaries, and terms by their glossary', async () => {
    const { items: [found] = [] } = await search({ searchScope: 'GLOSSARY', owningProjectIdentifier: sales });
    const glossary = found?.glossaryItem;
    const attribute = 'BusinessGlossaryTermForm.businessGlossaryId';
    const terms = await search({
      searchScope: 'GLOSSARY_TERM',
      filters: filter(attribute, `${glossary?.id}`),
    });

    assert.deepEqual([glossary?.name, glossary?.owningProjectId], ['Business', sales]);
    assert.deepEqual(
      terms.items?.map((item) => item.glossaryTermItem?.id),
      [term],
    );
  });

  it("tells AWS's types from the domain's own, and answers the latest revision of each", async () => {
    const own = { domainIdentifier, owningProjectIdentifier: sales, name: 'OwnForm' };
    for (const field of ['a', 'b']) {
      fixture.call('CreateFormType', { ...own, model: { smithy: `structure OwnForm { ${field}: String }` } });
    }
    const types = async (managed: boolean, searchScope: 'FORM_TYPE' | 'ASSET_TYPE') =>
      (await fixture.client().send(new SearchTypesCommand({ domainIdentifier, searchScope, managed })))
        .items ?? [];

    assert.deepEqual(
      (await types(false, 'FORM_TYPE')).map((item) => [item.formTypeItem?.name, item.formTypeItem?.revision]),
      [['OwnForm', '2']],
    );
    const managed = (await types(true, 'ASSET_TYPE')).map((item) => item.assetTypeItem?.name);
    assert.ok(managed.includes('amazon.datazone.GlueTableAssetType'));
    assert.ok(managed.includes('amazon.datazone.S3ObjectCollectionAssetType'));
    assert.ok(managed.includes('amazon.datazone.RedshiftTableAssetType'));
  });

  it('refuses a cursor of another query, and one that is none', async () => {
    const { nextToken } = await search({ maxResults: 2 });

    await assert.rejects(search({ searchScope: 'GLOSSARY', nextToken }), { name: 'ValidationException' });
    for (const madeUp of ['made up', Buffer.from('null').toString('base64url')]) {
      await assert.rejects(search({ nextToken: madeUp }), { name: 'ValidationException' });
    }
  });
});
