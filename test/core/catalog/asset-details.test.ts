import assert from 'node:assert/strict';
import { assetFilter } from '../../../core/catalog/asset-filter';
import { attributeMetadata } from '../../../core/catalog/attribute-metadata';
import { attributeNames } from '../../../core/catalog/attribute-names';
import type { Json, JsonObject, Page, Parent } from '../../../core/catalog/kind';
import { ResourceAbsentError, ResourceDeniedError, RetryableError } from '../../../core/catalog/source';
import { timeSeriesPoint } from '../../../core/catalog/time-series-point';
import { domainId, ScriptedSource } from './fixture';

const assetOf = (record: JsonObject, facets: Record<string, Json> = {}): Parent => ({
  kind: 'asset',
  id: 'a',
  content: async () => ({ record, facets }),
});

const form = (formName: string, content: object): JsonObject => ({
  formName,
  typeName: `${formName}Type`,
  typeRevision: '1',
  content: JSON.stringify(content),
});

describe("the names of an asset's attributes", () => {
  it('stand in the forms of AWS by different members, each once, in order', () => {
    const record = {
      formsOutput: [
        form('GlueTableForm', {
          columns: [{ columnName: 'b' }, { columnName: 'a' }],
          partitionKeys: [{ columnName: 'day' }],
        }),
        form('ColumnBusinessMetadataForm', {
          columnsBusinessMetadata: [{ columnIdentifier: 'b', name: 'A name for people' }, {}],
        }),
      ],
      readOnlyFormsOutput: [form('RedshiftTableForm', { columns: [{ columnName: 'é' }] })],
    };

    assert.deepEqual(attributeNames(record), ['a', 'b', 'day', 'é']);
  });

  it('may be called name in a list of columns of a custom form, and nowhere else', () => {
    const record = {
      formsOutput: [form('Own', { fields: [{ name: 'x' }], owners: [{ name: 'Ann' }], columnName: 'y' })],
    };

    assert.deepEqual(attributeNames(record), ['x']);
  });

  it('are none where forms are no JSON, and none that the API would refuse', () => {
    const long = form('Own', {
      columns: [{ columnName: 'x'.repeat(257) }, { columnName: '' }, { columnName: '\ud83d' }, 'z', null],
    });

    assert.deepEqual(attributeNames({ formsOutput: [{ formName: 'F', content: '{' }, long] }), []);
    assert.deepEqual(attributeNames({}), []);
  });
});

describe('the metadata of attributes', () => {
  const wide = assetOf({
    formsOutput: [
      form('GlueTableForm', {
        columns: ['g', 'f', 'e', 'd', 'c', 'b', 'a'].map((columnName) => ({ columnName })),
      }),
    ],
  });
  const said = [{ formName: 'F', typeName: 'F', typeRevision: '1', content: '{}' }];

  it('is asked for five names at a time, each once, and kept where there is some', async () => {
    const source = new ScriptedSource({
      BatchGetAttributesMetadata: ({ attributeIdentifiers }) => ({
        attributes: (attributeIdentifiers as string[]).map((attributeIdentifier) => ({
          attributeIdentifier,
          forms: ['b', 'g'].includes(attributeIdentifier) ? said : [],
        })),
        errors: [],
      }),
    });

    const pages: Page[] = [];
    do pages.push(await attributeMetadata.enumerate(source, 'project', pages.at(-1)?.cursor, wide));
    while (pages.at(-1)?.cursor !== undefined);

    assert.deepEqual(
      source.asked.map(({ input }) => input),
      [
        ['a', 'b', 'c', 'd', 'e'],
        ['f', 'g'],
      ].map((attributeIdentifiers) => ({ entityType: 'ASSET', entityIdentifier: 'a', attributeIdentifiers })),
    );
    assert.deepEqual(
      pages.map(({ readings }) => readings.map(({ id }) => id)),
      [['a/b'], ['a/g']],
    );
    assert.deepEqual(pages[0]?.readings[0]?.record, { assetId: 'a', attributeIdentifier: 'b', forms: said });
  });

  it('is not asked for where the asset names no attribute', async () => {
    const page = await attributeMetadata.enumerate(
      new ScriptedSource({}),
      'project',
      undefined,
      assetOf({ formsOutput: [] }),
    );

    assert.deepEqual(page, { readings: [] });
  });

  const failing = (code: string, attributeIdentifier = 'a') =>
    new ScriptedSource({
      BatchGetAttributesMetadata: () => ({
        attributes: [],
        errors: [{ attributeIdentifier, code, message: 'so it is' }],
      }),
    });

  it('is absent where the asset has no such attribute', async () => {
    for (const code of ['RESOURCE_NOT_FOUND', 'ResourceNotFoundException', 'NotFound']) {
      const page = await attributeMetadata.enumerate(failing(code), 'project', undefined, wide);
      assert.deepEqual(page.readings, []);
      await assert.rejects(attributeMetadata.read(failing(code), 'a/a', 'project'), ResourceAbsentError);
    }
  });

  it('is not taken for absent on any other error within an answer of 200', async () => {
    const enumerated = (code: string) =>
      attributeMetadata.enumerate(failing(code), 'project', undefined, wide);

    await assert.rejects(enumerated('ACCESS_DENIED'), ResourceDeniedError);
    await assert.rejects(
      enumerated('SOMETHING_NEW'),
      /BatchGetAttributesMetadata: a: SOMETHING_NEW so it is/,
    );
    await assert.rejects(enumerated('ThrottlingException'), RetryableError);
    await assert.rejects(attributeMetadata.read(failing('INTERNAL'), 'a/a', 'project'), RetryableError);
  });

  it('takes names with any character', async () => {
    const name = 'a/b %?';
    const source = new ScriptedSource({
      BatchGetAttributesMetadata: ({ attributeIdentifiers }) => ({
        attributes: [{ attributeIdentifier: (attributeIdentifiers as string[])[0] ?? '', forms: said }],
      }),
    });
    const parent = assetOf({ formsOutput: [form('F', { columns: [{ columnName: name }] })] });
    const { readings } = await attributeMetadata.enumerate(source, 'project', undefined, parent);

    const again = await attributeMetadata.read(source, readings[0]?.id ?? '', 'project');

    assert.deepEqual(again, readings[0]);
  });
});

describe('a time series', () => {
  const measured = assetOf(
    {},
    {
      latestTimeSeriesDataPointFormsOutput: [
        { formName: 'quality', id: 'p9' },
        { formName: 'age', id: 'p8' },
      ],
    },
  );

  it('is not asked for on an asset that shows no latest point', async () => {
    for (const facets of [{}, { latestTimeSeriesDataPointFormsOutput: null }]) {
      const page = await timeSeriesPoint.enumerate(
        new ScriptedSource({}),
        'project',
        undefined,
        assetOf({}, facets),
      );
      assert.deepEqual(page, { readings: [] });
    }
  });

  it('is listed for each form to its last page, which an empty cursor ends too', async () => {
    const source = new ScriptedSource({
      ListTimeSeriesDataPoints: ({ formName, nextToken }) => ({
        items: [{ formName: String(formName), id: nextToken === undefined ? 'p1' : 'p2', timestamp: 5 }],
        nextToken: formName === 'quality' && nextToken === undefined ? 'more' : '',
      }),
    });

    const pages: Page[] = [];
    do pages.push(await timeSeriesPoint.enumerate(source, 'project', pages.at(-1)?.cursor, measured));
    while (pages.at(-1)?.cursor !== undefined);

    assert.deepEqual(
      pages.flatMap(({ listed }) => listed),
      ['a/age/p1', 'a/quality/p1', 'a/quality/p2'].map((id) => ({
        id,
        scopeId: 'project',
        summary: { timestamp: 5 },
      })),
    );
  });
});

describe('a filter', () => {
  const filter = { id: 'f', domainId, assetId: 'a', name: 'EU', status: 'VALID', createdAt: 5 };
  const summaryOf = async (item: JsonObject) => {
    const source = new ScriptedSource({ ListAssetFilters: () => ({ items: [item] }) });
    const page = await assetFilter.enumerate(source, 'project', undefined, assetOf({}));
    assert.equal(page.listed?.[0]?.id, 'a/f');
    return page.listed[0].summary;
  };

  it('tells of a change by what it comes to, whatever the order of its columns', async () => {
    const before = await summaryOf({ ...filter, effectiveColumnNames: ['a', 'b'] });

    assert.deepEqual(await summaryOf({ ...filter, effectiveColumnNames: ['b', 'a'] }), before);
    assert.notDeepEqual(await summaryOf({ ...filter, effectiveColumnNames: ['a', 'c'] }), before);
    assert.notDeepEqual(await summaryOf({ ...filter, name: 'US', effectiveColumnNames: ['a', 'b'] }), before);
  });

  it('is listed whatever its status is', async () => {
    const source = new ScriptedSource({ ListAssetFilters: () => ({ items: [] }) });

    await assetFilter.enumerate(source, 'project', undefined, assetOf({}));

    assert.deepEqual(source.asked[0]?.input, { assetIdentifier: 'a', maxResults: 50 });
  });

  it('is unchanged when the asset loses a column, but for what it comes to', async () => {
    const configuration = { columnConfiguration: { includedColumnNames: ['b', 'a'] } };
    const read = (more: JsonObject) =>
      assetFilter.read(
        new ScriptedSource({ GetAssetFilter: () => ({ ...filter, configuration, ...more }) }),
        'a/f',
        'project',
      );
    const valid = await read({ effectiveColumnNames: ['a', 'b'] });
    const invalid = await read({ status: 'INVALID', errorMessage: 'no column a' });

    assert.deepEqual(invalid.record, valid.record);
    assert.notDeepEqual(invalid.facets, valid.facets);
  });
});
