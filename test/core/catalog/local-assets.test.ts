import assert from 'node:assert/strict';
import { DataZone, type DataZoneClientConfig } from '@aws-sdk/client-datazone';
import { asset } from '../../../core/catalog/asset';
import { assetFilter } from '../../../core/catalog/asset-filter';
import { assetRevision } from '../../../core/catalog/asset-revision';
import { assetType } from '../../../core/catalog/asset-type';
import { assetTypeRevision } from '../../../core/catalog/asset-type-revision';
import { attributeMetadata } from '../../../core/catalog/attribute-metadata';
import { dataZoneClient } from '../../../core/catalog/client';
import { compositeId } from '../../../core/catalog/composite-id';
import { dataProduct } from '../../../core/catalog/data-product';
import { dataProductRevision } from '../../../core/catalog/data-product-revision';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import { formType } from '../../../core/catalog/form-type';
import { formTypeRevision } from '../../../core/catalog/form-type-revision';
import { objects } from '../../../core/catalog/json';
import type { JsonObject, Kind, Listed, Parent, Reading } from '../../../core/catalog/kind';
import { lineageEvent } from '../../../core/catalog/lineage-event';
import { listing } from '../../../core/catalog/listing';
import { ResourceAbsentError } from '../../../core/catalog/source';
import { timeSeriesPoint } from '../../../core/catalog/time-series-point';
import { calm, DataZoneService } from '../../../local/datazone/service';
import { Random } from '../../../local/random';
import { accountId, serveWire, type WireServer } from '../../support/wire-server';

const quality = 'amazon.datazone.DataQualityResultFormType';
const columns = ['id', 'country', 'amount', 'currency', 'tax', 'discount', 'note'];

describe('what hangs on the assets of a domain, and what is made of them', () => {
  let server: WireServer;
  let source: DataZoneSource;
  let admin: DataZone;
  let domainIdentifier: string;
  let project: string;
  let orders: string;
  let plain: string;
  let product: string;
  let term: string;
  let now = Date.UTC(2026, 0, 1);

  const options = (accessKeyId: string): DataZoneClientConfig => ({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'secret' },
  });

  before(async () => {
    server = await serveWire(
      new DataZoneService({
        clock: { now: () => (now += 1000), sleep: async () => {} },
        random: new Random(1),
        accountId,
        region: 'eu-west-1',
        unkind: calm,
      }),
    );
    admin = new DataZone(options('admin'));
    await fill();
    source = new DataZoneSource({ client: dataZoneClient(options('admin')), domainId: domainIdentifier });
  });

  after(() => server.close());

  for (const kind of [
    asset,
    assetRevision,
    assetFilter,
    attributeMetadata,
    timeSeriesPoint,
    dataProduct,
    dataProductRevision,
    formTypeRevision,
    assetTypeRevision,
    listing,
    lineageEvent,
  ]) {
    it(`is read the same each time, with nothing unknown: ${kind.name}`, async () => {
      const scopeId = kind.scope === 'domain' ? domainIdentifier : project;
      const readings = await all(kind);

      assert.ok(readings.length > 0);
      assert.equal(new Set(readings.map(({ id }) => id)).size, readings.length);
      for (const { id, record, facets, scopeId: found } of readings) {
        const again = await kind.read(source, id, scopeId);
        assert.deepEqual([again.id, again.scopeId, again.record], [id, scopeId, record]);
        assert.equal(found, scopeId);
        const unknown = Object.entries({ ...facets, ...again.facets }).filter(
          ([name, facet]) => name.endsWith('.unknown') && facet !== null,
        );
        assert.deepEqual(unknown, []);
        assert.ok(Object.values(kind.columns(record)).every((column) => column !== ''));
      }
    });
  }

  it('has the project of what hangs on an asset found by the asset, where nobody knows it', async () => {
    for (const kind of [assetFilter, attributeMetadata, timeSeriesPoint]) {
      const [first] = await all(kind);
      assert.equal((await kind.read(source, first?.id ?? '', domainIdentifier)).scopeId, project, kind.name);
      assert.equal((await kind.read(source, first?.id ?? '')).scopeId, project, kind.name);
    }
  });

  it('has each revision before the latest, with what it had then, and without what is of the asset', async () => {
    const records = (await all(assetRevision)).map(({ record }) => record);

    assert.deepEqual(
      records.map(({ revision, name }) => [revision, name]),
      [
        ['2', 'orders 2'],
        ['1', 'orders'],
      ],
    );
    assert.ok(records.every((record) => !('listing' in record) && !('governedGlossaryTerms' in record)));
    const products = (await all(dataProductRevision)).map(({ record }) => record);
    assert.deepEqual(
      products.map(({ revision, description }) => [revision, description]),
      [['1', 'first']],
    );
  });

  it('has all revisions of a type but the latest, and none of types of AWS', async () => {
    const ids = async (kind: Kind) => (await all(kind)).map(({ id }) => id);

    assert.deepEqual(await ids(formTypeRevision), ['Governance/1', 'Governance/2']);
    assert.deepEqual(await ids(assetTypeRevision), ['Report/1']);
    await assert.rejects(formTypeRevision.read(source, compositeId('Governance', '9')), ResourceAbsentError);
  });

  it('has the configuration of a filter, and apart from it what the filter comes to', async () => {
    const [byColumns, byRows] = await all(assetFilter);

    assert.deepEqual(byColumns?.record.configuration, {
      columnConfiguration: { includedColumnNames: ['amount', 'id'] },
    });
    assert.deepEqual(byColumns?.facets.effectiveColumnNames, ['amount', 'id']);
    assert.equal(byRows?.facets.effectiveRowFilter, `"country" = 'DE'`);
    assert.ok(!('effectiveRowFilter' in (byRows?.record ?? {})));
  });

  it('has the metadata of those attributes that have some, and the terms in it', async () => {
    const readings = await all(attributeMetadata);

    assert.deepEqual(
      readings.map(({ id }) => id),
      [compositeId(orders, 'amount'), compositeId(orders, 'tax')],
    );
    assert.deepEqual(
      attributeMetadata
        .references(readings[0]?.record ?? {}, { formModel: () => undefined })
        .map(({ kind, id, path }) => [kind, id, path]),
      [
        ['asset', orders, 'assetId'],
        ['formType', 'amazon.datazone.ColumnBusinessMetadataFormType', 'forms[0].typeName'],
        ['glossaryTerm', term, 'forms[0].content{form}.columnsBusinessMetadata[0].glossaryTerms[0]'],
      ],
    );
    await assert.rejects(
      attributeMetadata.read(source, compositeId(orders, 'note'), project),
      ResourceAbsentError,
    );
    await assert.rejects(
      attributeMetadata.read(source, compositeId(orders, 'nowhere'), project),
      ResourceAbsentError,
    );
  });

  it('asks for points of those assets that have some, and whole', async () => {
    const before = source.requestCounts().ListTimeSeriesDataPoints ?? 0;
    const points = await all(timeSeriesPoint);

    assert.deepEqual(
      points.map(({ record }) => [record.formName, (record.form as JsonObject).content]),
      [
        ['completeness', '{"passingPercentage":50}'],
        ['quality', '{"passingPercentage":90}'],
        ['quality', '{"passingPercentage":80}'],
      ],
    );
    // One call for each of the two series of one asset, none for the other asset.
    assert.equal((source.requestCounts().ListTimeSeriesDataPoints ?? 0) - before, 2);
  });

  it('shows a new point on its asset, in the search too', async () => {
    const shown = async () =>
      (await all(asset)).find(({ id }) => id === orders)?.facets.latestTimeSeriesDataPointFormsOutput;
    const before = await shown();

    await post('quality', 70, Date.UTC(2026, 0, 9));

    const after = await shown();
    assert.notDeepEqual(after, before);
    assert.deepEqual(after, (await asset.read(source, orders)).facets.latestTimeSeriesDataPointFormsOutput);
  });

  it('tells of a new revision of a data product in what its list says', async () => {
    const summary = async () => (await named(dataProduct)).find(({ id }) => id === product)?.summary;
    const before = await summary();
    await admin.createDataProductRevision({
      domainIdentifier,
      identifier: product,
      name: 'Finance',
      description: 'third',
    });

    assert.notDeepEqual(await summary(), before);
    const { record } = await dataProduct.read(source, product);
    assert.deepEqual([record.revision, record.description, record.items], ['3', 'third', undefined]);
  });

  it('keeps lineage as it was posted, and finds the ids in it', async () => {
    const [first] = await all(lineageEvent);
    const references = lineageEvent.references(first?.record ?? {}, { formModel: () => undefined });

    assert.equal(first?.record.event, eventText());
    assert.equal(first?.record.eventTime, Date.UTC(2026, 0, 3) / 1000);
    assert.equal(first?.facets.processingStatus, 'SUCCESS');
    assert.deepEqual(references, [
      { kind: 'domain', id: domainIdentifier, path: 'event{json}.job.namespace' },
      { kind: 'asset', id: orders, path: 'event{json}.inputs[0].facets.datazone.assetId' },
    ]);
  });

  it('lists a published data product, and leaves it out when it is withdrawn', async () => {
    const listed = (await all(listing)).find(({ record }) => record.listed === 'dataProduct');
    assert.deepEqual(
      listing
        .references(listed?.record ?? {}, { formModel: () => undefined })
        .map(({ kind, id }) => [kind, id]),
      [
        ['dataProduct', product],
        ['project', project],
        ['listing', objects(listed?.record ?? {}, 'items')[0]?.listingId],
      ],
    );

    await admin.createListingChangeSet({
      domainIdentifier,
      entityIdentifier: product,
      entityType: 'DATA_PRODUCT',
      action: 'UNPUBLISH',
    });

    await assert.rejects(listing.read(source, listed?.id ?? ''), ResourceAbsentError);
  });

  /** Everything of a kind, under all its parents. */
  async function all(kind: Kind): Promise<Reading[]> {
    const scopeId = kind.scope === 'domain' ? domainIdentifier : project;
    const { readings, listed } = await pages(kind);
    return [...readings, ...(await Promise.all(listed.map(({ id }) => kind.read(source, id, scopeId))))];
  }

  async function named(kind: Kind): Promise<Listed[]> {
    return (await pages(kind)).listed;
  }

  async function pages(kind: Kind): Promise<{ readings: Reading[]; listed: Listed[] }> {
    const scopeId = kind.scope === 'domain' ? domainIdentifier : project;
    const readings: Reading[] = [];
    const listed: Listed[] = [];
    for (const parent of await parentsOf(kind)) {
      let cursor: string | undefined;
      do {
        const page = await kind.enumerate(source, scopeId, cursor, parent);
        readings.push(...page.readings);
        listed.push(...(page.listed ?? []));
        ({ cursor } = page);
      } while (cursor !== undefined);
    }
    return { readings, listed };
  }

  async function parentsOf(kind: Kind): Promise<(Parent | undefined)[]> {
    if (kind.parentage === undefined) return [undefined];
    const parents = [asset, dataProduct, formType, assetType].filter(({ name }) =>
      kind.parentage?.kinds.includes(name),
    );
    return (await Promise.all(parents.map(all)))
      .flat()
      .map(({ id, record, facets }) => ({ kind: kind.name, id, content: async () => ({ record, facets }) }));
  }

  async function fill(): Promise<void> {
    const role = `arn:aws:iam::${accountId}:role/execution`;
    const domain = await admin.createDomain({ name: 'governance', domainExecutionRole: role });
    domainIdentifier = domain.id ?? assert.fail();
    project = (await admin.createProject({ domainIdentifier, name: 'sales' })).id ?? assert.fail();
    const owned = { domainIdentifier, owningProjectIdentifier: project };
    const { id: glossaryIdentifier } = await admin.createGlossary({
      ...owned,
      name: 'Class',
      status: 'ENABLED',
    });
    const created = await admin.createGlossaryTerm({ domainIdentifier, glossaryIdentifier, name: 'Open' });
    term = created.id ?? assert.fail();
    await createTypes(owned);
    await createAssets(owned);
    await describeOrders();
    await createProduct(owned);
    await admin.postLineageEvent({ domainIdentifier, event: Buffer.from(eventText()) });
  }

  async function createTypes(owned: { domainIdentifier: string; owningProjectIdentifier: string }) {
    for (const member of ['note', 'remark', 'comment']) {
      const smithy = `structure Governance {\n${member}: String\n}`;
      await admin.createFormType({ ...owned, name: 'Governance', model: { smithy }, status: 'ENABLED' });
    }
    for (const typeRevision of ['1', '3']) {
      await admin.createAssetType({
        ...owned,
        name: 'Report',
        formsInput: { Governance: { typeIdentifier: 'Governance', typeRevision, required: false } },
      });
    }
  }

  async function createAssets(owned: { domainIdentifier: string; owningProjectIdentifier: string }) {
    const formsInput = [
      {
        formName: 'GlueTableForm',
        content: JSON.stringify({ columns: columns.map((columnName) => ({ columnName })) }),
      },
    ];
    const typeIdentifier = 'amazon.datazone.GlueTableAssetType';
    const first = await admin.createAsset({ ...owned, name: 'orders', typeIdentifier, formsInput });
    orders = first.id ?? assert.fail();
    for (const revision of [2, 3]) {
      await admin.createAssetRevision({
        domainIdentifier,
        identifier: orders,
        name: `orders ${revision}`,
        formsInput,
      });
    }
    plain =
      (await admin.createAsset({ ...owned, name: 'report', typeIdentifier: 'Report' })).id ?? assert.fail();
    await admin.createListingChangeSet({
      domainIdentifier,
      entityIdentifier: orders,
      entityType: 'ASSET',
      action: 'PUBLISH',
    });
  }

  async function describeOrders(): Promise<void> {
    const filtered = { domainIdentifier, assetIdentifier: orders };
    await admin.createAssetFilter({
      ...filtered,
      name: 'columns',
      configuration: { columnConfiguration: { includedColumnNames: ['id', 'amount'] } },
    });
    await admin.createAssetFilter({
      ...filtered,
      name: 'rows',
      configuration: {
        rowConfiguration: {
          rowFilter: { expression: { equalTo: { columnName: 'country', value: 'DE' } } },
          sensitive: true,
        },
      },
    });
    await admin.batchPutAttributesMetadata({
      domainIdentifier,
      entityType: 'ASSET',
      entityIdentifier: orders,
      attributes: ['tax', 'amount'].map((attributeIdentifier) => ({
        attributeIdentifier,
        forms: [
          {
            formName: 'ColumnBusinessMetadataForm',
            typeIdentifier: 'amazon.datazone.ColumnBusinessMetadataFormType',
            content: JSON.stringify({
              columnsBusinessMetadata: [{ columnIdentifier: attributeIdentifier, glossaryTerms: [term] }],
            }),
          },
        ],
      })),
    });
    await post('quality', 80, Date.UTC(2026, 0, 1));
    await post('quality', 90, Date.UTC(2026, 0, 2));
    await post('completeness', 50, Date.UTC(2026, 0, 2));
  }

  async function post(formName: string, passingPercentage: number, at: number): Promise<void> {
    await admin.postTimeSeriesDataPoints({
      domainIdentifier,
      entityType: 'ASSET',
      entityIdentifier: orders,
      forms: [
        {
          formName,
          typeIdentifier: quality,
          timestamp: new Date(at),
          content: JSON.stringify({ passingPercentage }),
        },
      ],
    });
  }

  async function createProduct(owned: { domainIdentifier: string; owningProjectIdentifier: string }) {
    const items = [
      { itemType: 'ASSET' as const, identifier: orders, revision: '3', glossaryTerms: [term] },
      { itemType: 'ASSET' as const, identifier: plain },
    ];
    const created = await admin.createDataProduct({ ...owned, name: 'Finance', description: 'first', items });
    product = created.id ?? assert.fail();
    await admin.createDataProductRevision({
      domainIdentifier,
      identifier: product,
      name: 'Finance',
      description: 'second',
      items,
    });
    await admin.createListingChangeSet({
      domainIdentifier,
      entityIdentifier: product,
      entityType: 'DATA_PRODUCT',
      action: 'PUBLISH',
    });
  }

  /** Not as a program would print it, so that a copy by value would show. */
  function eventText(): string {
    return `{ "eventType": "COMPLETE", "eventTime": "2026-01-03T00:00:00Z",
      "run": { "runId": "d2e7c111-8f3c-4f5b-9ebd-cb1d7995082a", "rows": 1.0 },
      "job": { "namespace": "datazone:${domainIdentifier}", "name": "curate" },
      "inputs": [{ "namespace": "glue", "name": "orders", "facets": { "datazone": { "assetId": "${orders}" } } }]
    }\n`;
  }
});
