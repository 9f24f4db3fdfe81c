import assert from 'node:assert/strict';
import type { Json, JsonObject, Page } from '../../../core/catalog/kind';
import { kindByName, kinds, kindsOf, readActions, UnknownKindError } from '../../../core/catalog/registry';
import { MalformedAnswerError, ResourceAbsentError, ResourceDeniedError } from '../../../core/catalog/source';
import { domainId, fixtures, ScriptedSource } from './fixture';

describe('the registry of kinds', () => {
  it('has each kind once, and finds it by its name', () => {
    const names = kinds.map((kind) => kind.name);

    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.equal(kindByName(name).name, name);
    assert.throws(() => kindByName('notebook'), UnknownKindError);
  });

  it('names exactly the IAM actions that reading a domain needs', () => {
    const actions = [
      'datazone:GetAsset',
      'datazone:GetAssetType',
      'datazone:GetDomain',
      'datazone:GetFormType',
      'datazone:GetGlossary',
      'datazone:GetGlossaryTerm',
      'datazone:GetListing',
      'datazone:GetProject',
      'datazone:ListProjects',
      'datazone:Search',
      'datazone:SearchListings',
      'datazone:SearchTypes',
    ];

    assert.deepEqual(readActions('V1'), actions);
    assert.deepEqual(readActions('V2'), actions);
    assert.equal(kindsOf('V2').length, kinds.length);
  });

  it('reads every kind with the actions that it declares, and no others', async () => {
    for (const kind of kinds) {
      const answers = Object.fromEntries(kind.actions.map((action) => [action.slice(9), () => ({})]));
      const source = new ScriptedSource(answers);

      await kind.enumerate(source, domainId).catch(() => undefined);
      await kind.read(source, 'x').catch(() => undefined);

      assert.deepEqual(
        [...new Set(source.asked.map(({ operation }) => `datazone:${operation}`))].sort(),
        [...kind.actions].sort(),
        kind.name,
      );
    }
  });
});

describe('an enumeration', () => {
  it('asks for the assets of one project, 50 at a time, with their forms', async () => {
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
      additionalAttributes: ['FORMS'],
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

  const projectOf = (id: unknown): JsonObject => ({
    id: String(id),
    domainId,
    name: 'P',
    lastUpdatedAt: '2024-05-06T07:08:09.000Z',
    glossaryTerms: ['t2', 't1'],
  });

  it('reads each project by itself, with what the list does not give', async () => {
    const source = new ScriptedSource({
      ListProjects: () => ({ items: [{ id: 'a' }, { id: 'b' }], nextToken: 'more' }),
      GetProject: ({ identifier }) => projectOf(identifier),
    });

    const page = await kindByName('project').enumerate(source, domainId);

    assert.deepEqual(
      page.readings.map(({ id, changedAt, record }) => [id, changedAt, record.glossaryTerms]),
      [
        ['a', Date.parse('2024-05-06T07:08:09Z'), ['t1', 't2']],
        ['b', Date.parse('2024-05-06T07:08:09Z'), ['t1', 't2']],
      ],
    );
    assert.equal(page.cursor, 'more');
  });

  const notPermitted = new ResourceDeniedError('User is not permitted to perform operation: GetProject');
  for (const refusal of [new ResourceAbsentError('no such project'), notPermitted]) {
    it(`leaves out a project that is deleted meanwhile, which answers: ${refusal.message}`, async () => {
      const projects = ['a', 'gone', 'b'];
      const source = new ScriptedSource({
        ListProjects: () => ({ items: projects.map((id) => ({ id })) }),
        GetProject: ({ identifier }) => {
          if (identifier !== 'gone') return projectOf(identifier);
          projects.splice(1, 1);
          throw refusal;
        },
      });

      const { readings } = await kindByName('project').enumerate(source, domainId);

      assert.deepEqual(
        readings.map(({ id }) => id),
        ['a', 'b'],
      );
    });
  }

  const notAuthorized = new ResourceDeniedError('User: x is not authorized to perform: datazone:GetProject');
  for (const refusal of [notPermitted, notAuthorized]) {
    it(`does not pass over a project that is listed but not shown: ${refusal.message}`, async () => {
      const source = new ScriptedSource({
        ListProjects: () => ({ items: [{ id: 'a' }] }),
        GetProject: () => {
          throw refusal;
        },
      });

      await assert.rejects(kindByName('project').enumerate(source, domainId), refusal);
    });
  }

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
