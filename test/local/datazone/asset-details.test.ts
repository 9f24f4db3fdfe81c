import assert from 'node:assert/strict';
import {
  type AssetFilterConfiguration,
  BatchGetAttributesMetadataCommand,
  BatchPutAttributesMetadataCommand,
  CreateAssetFilterCommand,
  CreateAssetRevisionCommand,
  DeleteAssetCommand,
  DeleteAssetFilterCommand,
  DeleteTimeSeriesDataPointsCommand,
  GetAssetCommand,
  GetAssetFilterCommand,
  GetTimeSeriesDataPointCommand,
  ListAssetFiltersCommand,
  ListTimeSeriesDataPointsCommand,
  PostTimeSeriesDataPointsCommand,
  SearchCommand,
  UpdateAssetFilterCommand,
} from '@aws-sdk/client-datazone';
import { Fixture, tableType } from './fixture';

describe('What hangs on an asset of the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let owningProjectIdentifier: string;
  let asset: string;
  let send: ReturnType<Fixture['client']>['send'];

  before(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain();
    owningProjectIdentifier = fixture.project(domainIdentifier);
    const client = fixture.client();
    send = client.send.bind(client);
  });
  beforeEach(() => {
    asset = fixture.call('CreateAsset', {
      domainIdentifier,
      owningProjectIdentifier,
      name: 'orders',
      typeIdentifier: tableType,
      formsInput: tableOf('id', 'country', 'amount'),
    }).id;
  });
  after(() => fixture.stop());

  const tableOf = (...columns: string[]) => [
    {
      formName: 'GlueTableForm',
      content: JSON.stringify({ columns: columns.map((columnName) => ({ columnName })) }),
    },
  ];

  describe('a filter', () => {
    const byColumns: AssetFilterConfiguration = {
      columnConfiguration: { includedColumnNames: ['id', 'amount'] },
    };
    const create = (configuration: AssetFilterConfiguration, name = 'Public view') =>
      send(new CreateAssetFilterCommand({ domainIdentifier, assetIdentifier: asset, name, configuration }));
    const list = (status?: 'VALID' | 'INVALID') =>
      send(new ListAssetFiltersCommand({ domainIdentifier, assetIdentifier: asset, status }));

    it('is listed with what it comes to, and shows its configuration by itself alone', async () => {
      const { id } = await create(byColumns);

      const { items } = await list();
      const got = await send(
        new GetAssetFilterCommand({ domainIdentifier, assetIdentifier: asset, identifier: id }),
      );

      assert.deepEqual(items?.[0]?.effectiveColumnNames, ['id', 'amount']);
      assert.ok(!('configuration' in (items?.[0] ?? {})));
      assert.deepEqual(got.configuration, byColumns);
    });

    it('says which rows it lets through', async () => {
      const { effectiveRowFilter } = await create({
        rowConfiguration: {
          rowFilter: {
            and: [
              { expression: { in: { columnName: 'country', values: ['DE', "Côte d'Ivoire"] } } },
              { or: [{ expression: { greaterThan: { columnName: 'amount', value: '5' } } }] },
              { expression: { isNotNull: { columnName: 'id' } } },
            ],
          },
        },
      });

      assert.equal(
        effectiveRowFilter,
        `("country" IN ('DE', 'Côte d''Ivoire') AND ("amount" > '5') AND "id" IS NOT NULL)`,
      );
    });

    it('is refused with a column that the asset has not, and turns invalid when the asset loses one', async () => {
      await create(byColumns);
      const unknown = { columnConfiguration: { includedColumnNames: ['salary'] } };
      await assert.rejects(create(unknown), { name: 'ValidationException' });

      await send(
        new CreateAssetRevisionCommand({
          domainIdentifier,
          identifier: asset,
          name: 'orders',
          formsInput: tableOf('id'),
        }),
      );

      const [valid, invalid, all] = await Promise.all([list('VALID'), list('INVALID'), list()]);
      assert.deepEqual(valid.items, []);
      assert.equal(all.items?.length, 1);
      assert.equal(invalid.items?.[0]?.errorMessage, 'The asset has no column amount');
    });

    it('can be changed and deleted, and keeps its asset from being deleted until then', async () => {
      const { id: identifier } = await create(byColumns);
      const filter = { domainIdentifier, assetIdentifier: asset, identifier };

      const updated = await send(
        new UpdateAssetFilterCommand({
          ...filter,
          configuration: { columnConfiguration: { includedColumnNames: ['id'] } },
        }),
      );
      assert.deepEqual([updated.name, updated.effectiveColumnNames], ['Public view', ['id']]);
      const deletion = new DeleteAssetCommand({ domainIdentifier, identifier: asset });
      await assert.rejects(send(deletion), { name: 'ConflictException' });
      await send(new DeleteAssetFilterCommand(filter));
      await assert.rejects(send(new GetAssetFilterCommand(filter)), { name: 'ResourceNotFoundException' });
      await send(deletion);
    });

    it('is hidden from those who are no members of the project', async () => {
      const { id: identifier } = await create(byColumns);
      const stranger = fixture.client('stranger');

      await assert.rejects(
        stranger.send(new GetAssetFilterCommand({ domainIdentifier, assetIdentifier: asset, identifier })),
        { name: 'AccessDeniedException' },
      );
    });
  });

  describe('the metadata of an attribute', () => {
    const entity = () => ({ domainIdentifier, entityType: 'ASSET' as const, entityIdentifier: asset });
    const form = {
      formName: 'ColumnBusinessMetadataForm',
      typeIdentifier: 'amazon.datazone.ColumnBusinessMetadataFormType',
      content: '{"columnsBusinessMetadata":[]}',
    };

    it('is kept by attribute, and an attribute that the asset has not is an error within the answer', async () => {
      const put = await send(
        new BatchPutAttributesMetadataCommand({
          ...entity(),
          attributes: [
            { attributeIdentifier: 'amount', forms: [form] },
            { attributeIdentifier: 'salary', forms: [form] },
          ],
        }),
      );
      const got = await send(
        new BatchGetAttributesMetadataCommand({
          ...entity(),
          attributeIdentifiers: ['id', 'amount', 'salary'],
        }),
      );

      assert.deepEqual(put.attributes, [{ attributeIdentifier: 'amount' }]);
      assert.deepEqual(
        put.errors?.map((error) => error.attributeIdentifier),
        ['salary'],
      );
      assert.deepEqual(
        got.attributes?.map(({ attributeIdentifier, forms }) => [
          attributeIdentifier,
          forms?.map(({ typeName, typeRevision }) => [typeName, typeRevision]),
        ]),
        [
          ['id', []],
          ['amount', [['amazon.datazone.ColumnBusinessMetadataFormType', '1']]],
        ],
      );
      assert.deepEqual(
        got.errors?.map((error) => error.attributeIdentifier),
        ['salary'],
      );
    });

    it('is read for five attributes at a time, and no more', async () => {
      await assert.rejects(
        send(
          new BatchGetAttributesMetadataCommand({
            ...entity(),
            attributeIdentifiers: ['1', '2', '3', '4', '5', '6'],
          }),
        ),
        { name: 'ValidationException' },
      );
    });
  });

  describe('a time series', () => {
    const entity = () => ({ domainIdentifier, entityType: 'ASSET' as const, entityIdentifier: asset });
    const post = (day: number, passing: number) =>
      send(
        new PostTimeSeriesDataPointsCommand({
          ...entity(),
          forms: [
            {
              formName: 'quality',
              typeIdentifier: 'amazon.datazone.DataQualityResultFormType',
              timestamp: new Date(Date.UTC(2026, 0, day)),
              content: JSON.stringify({ passingPercentage: passing }),
            },
          ],
        }),
      );
    const formName = 'quality';

    it('lists its points newest first, with a summary, and shows one whole', async () => {
      await post(2, 90);
      await post(3, 95);
      await post(1, 80);

      const { items } = await send(new ListTimeSeriesDataPointsCommand({ ...entity(), formName }));
      const identifier = items?.[0]?.id;
      const got = await send(new GetTimeSeriesDataPointCommand({ ...entity(), formName, identifier }));
      const since = new ListTimeSeriesDataPointsCommand({
        ...entity(),
        formName,
        startedAt: new Date(Date.UTC(2026, 0, 2)),
      });

      assert.deepEqual(
        items?.map(({ timestamp, contentSummary }) => [timestamp?.getUTCDate(), contentSummary]),
        [
          [3, '{"passingPercentage":95}'],
          [2, '{"passingPercentage":90}'],
          [1, '{"passingPercentage":80}'],
        ],
      );
      assert.equal(got.form?.content, '{"passingPercentage":95}');
      assert.equal((await send(since)).items?.length, 2);
    });

    it('shows its latest point with the asset, live and in a search that asks for it', async () => {
      await post(2, 90);
      await post(1, 80);

      const got = await send(new GetAssetCommand({ domainIdentifier, identifier: asset }));
      const search = (additionalAttributes?: ('FORMS' | 'TIME_SERIES_DATA_POINT_FORMS')[]) =>
        send(
          new SearchCommand({
            domainIdentifier,
            searchScope: 'ASSET',
            filters: { filter: { attribute: 'identifier', value: asset } },
            additionalAttributes,
          }),
        );
      const { items } = await search(['FORMS', 'TIME_SERIES_DATA_POINT_FORMS']);
      const [plain] = (await search()).items ?? [];

      const latest = got.latestTimeSeriesDataPointFormsOutput;
      assert.equal(latest?.[0]?.timestamp?.getUTCDate(), 2);
      assert.deepEqual(
        items?.[0]?.assetItem?.additionalAttributes?.latestTimeSeriesDataPointFormsOutput,
        latest,
      );
      assert.equal(items?.[0]?.assetItem?.additionalAttributes?.formsOutput?.length, 1);
      assert.equal(plain?.assetItem?.additionalAttributes, undefined);
    });

    it('can be deleted as a whole', async () => {
      await post(2, 90);
      await send(new DeleteTimeSeriesDataPointsCommand({ ...entity(), formName }));

      assert.deepEqual(
        (await send(new ListTimeSeriesDataPointsCommand({ ...entity(), formName }))).items,
        [],
      );
      const got = await send(new GetAssetCommand({ domainIdentifier, identifier: asset }));
      assert.equal(got.latestTimeSeriesDataPointFormsOutput, undefined);
    });
  });
});
