import assert from 'node:assert/strict';
import type { Json, JsonObject, Page } from '../../../core/catalog/kind';
import { kindByName, kinds, readActions, UnknownKindError } from '../../../core/catalog/registry';
import { MalformedAnswerError, ResourceAbsentError } from '../../../core/catalog/source';
import { domainId, fixtures, ScriptedSource } from './fixture';

describe('the registry of kinds', () => {
  it('has each kind once, and finds it by its name', () => {
    const names = kinds.map((kind) => kind.name);

    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.equal(kindByName(name).name, name);
    assert.throws(() => kindByName('spaceship'), UnknownKindError);
  });

  it('needs no IAM action that changes anything', () => {
    for (const version of ['V1', 'V2'] as const) {
      for (const action of readActions(version)) assert.match(action, /^datazone:(Get|BatchGet|List|Search)/);
    }
  });
});

describe('an enumeration', () => {
  it('asks for the assets of one project, 50 at a time, with their forms and what was measured last', async () => {
    const source = new ScriptedSource({
      Search: ({ nextToken }) =>
        nextToken === undefined
          ? { ...(fixtures.asset ?? assert.fail()).page, nextToken: 'two' }
          : { items: [] },
    });
    const asset = kindByName('asset');

    const page = await asset.enumerate(source, '6r0hufjsnx8mkw');
    const last = await asset.enumerate(source, '6r0hufjsnx8mkw', page.cursor);

    const input = {
      searchScope: 'ASSET',
      owningProjectIdentifier: '6r0hufjsnx8mkw',
      additionalAttributes: ['FORMS', 'TIME_SERIES_DATA_POINT_FORMS'],
      maxResults: 50,
    };
    assert.deepEqual(
      source.asked.map((call) => call.input),
      [input, { ...input, nextToken: 'two' }],
    );
    assert.equal(page.total, 1);
    assert.equal(page.readings[0]?.changedAt, 1715000000123);
    assert.deepEqual(last, { readings: [] });
  });

  it("goes through AWS's own types first, then through custom ones, and adds up the totals", async () => {
    const pages: Readonly<Record<string, readonly string[]>> = {
      true: ['amazon.datazone.A', 'amazon.datazone.B', 'amazon.datazone.C'],
      false: ['Mine'],
    };
    const source = new ScriptedSource({
      SearchTypes: ({ managed, nextToken }) => {
        const names = pages[String(managed)] ?? [];
        const at = Number(nextToken ?? 0);
        return {
          items: names.slice(at, at + 2).map((name) => ({ formTypeItem: { domainId, name, revision: '1' } })),
          totalMatchCount: names.length,
          ...(at + 2 < names.length && { nextToken: String(at + 2) }),
        };
      },
    });

    const seen: Page[] = [];
    do seen.push(await kindByName('formType').enumerate(source, domainId, seen.at(-1)?.cursor));
    while (seen.at(-1)?.cursor !== undefined);

    assert.deepEqual(
      seen.map((page) => page.readings.map((reading) => reading.id)),
      [['amazon.datazone.A', 'amazon.datazone.B'], ['amazon.datazone.C'], ['Mine']],
    );
    assert.deepEqual(
      seen.map((page) => page.total),
      [undefined, undefined, 4],
    );
  });

  it('names the projects of a page by what tells a change of them', async () => {
    const project = { id: 'a', domainId, name: 'A', projectStatus: 'ACTIVE', createdBy: 'someone' };
    const source = new ScriptedSource({
      ListProjects: () => ({ items: [project, { id: 'b', description: null }], nextToken: 'more' }),
    });

    const page = await kindByName('project').enumerate(source, domainId);

    assert.deepEqual(page, {
      readings: [],
      listed: [
        { id: 'a', scopeId: domainId, summary: { name: 'A', projectStatus: 'ACTIVE' } },
        { id: 'b', scopeId: domainId, summary: {} },
      ],
      cursor: 'more',
    });
  });

  it('reads a project with what the list does not give', async () => {
    const lastUpdatedAt = '2024-05-06T07:08:09.000Z';
    const source = new ScriptedSource({
      GetProject: ({ identifier }) => ({
        ...{ id: String(identifier), domainId, name: 'P', lastUpdatedAt },
        glossaryTerms: ['t2', 't1'],
      }),
    });

    const { id, changedAt, record } = await kindByName('project').read(source, 'a');

    assert.deepEqual([id, changedAt, record.glossaryTerms], ['a', Date.parse(lastUpdatedAt), ['t1', 't2']]);
  });

  it('refuses an item without an id', async () => {
    const source = new ScriptedSource({ Search: () => ({ items: [{ assetItem: { name: 'x' } }] }) });

    await assert.rejects(kindByName('asset').enumerate(source, 'p'), MalformedAnswerError);
  });
});

describe('a listing', () => {
  const inactive = (status: Json): JsonObject => ({ ...(fixtures.listing ?? assert.fail()).get, status });

  it('is absent once it is unpublished, though GetListing still shows it', async () => {
    const source = new ScriptedSource({ GetListing: () => inactive('INACTIVE') });

    await assert.rejects(kindByName('listing').read(source, 'c3v5listing'), ResourceAbsentError);
  });

  it('tells listings of assets from those of data products, and of what AWS lists tomorrow', async () => {
    const listed = { listingId: 'l', entityId: 'e', owningProjectId: 'p' };
    const source = new ScriptedSource({
      SearchListings: () => ({
        items: [{ assetListing: listed }, { dataProductListing: listed }, { modelListing: listed }],
      }),
    });

    const { readings } = await kindByName('listing').enumerate(source, domainId);

    assert.deepEqual(
      readings.map(({ record }) => record.listed),
      ['asset', 'dataProduct', 'modelListing'],
    );
  });
});

describe('the columns of an asset', () => {
  const columns = kindByName('asset').columns;

  it('are the six that are read without unpacking, dates for people', () => {
    assert.deepEqual(
      columns({
        id: '4d8qkhbhnbo7f4',
        typeIdentifier: 'amazon.datazone.GlueTableAssetType',
        name: 'orders',
        externalIdentifier: 'arn:aws:glue:eu-west-1:111122223333:table/sales/orders',
        createdAt: 1715000000.123,
        firstRevisionCreatedAt: 1714000000,
      }),
      {
        AssetId: '4d8qkhbhnbo7f4',
        AssetType: 'amazon.datazone.GlueTableAssetType',
        AssetName: 'orders',
        ExternalIdentifier: 'arn:aws:glue:eu-west-1:111122223333:table/sales/orders',
        CreationDate: '2024-05-06T12:53:20.123Z',
        FirstRevisionCreatedAt: '2024-04-24T23:06:40.000Z',
      },
    );
  });

  it('leave out what the asset does not have: an index takes no empty string', () => {
    assert.deepEqual(columns({ id: 'a', name: 'b', externalIdentifier: '' }), {
      AssetId: 'a',
      AssetName: 'b',
    });
  });
});
