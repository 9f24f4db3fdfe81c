import assert from 'node:assert/strict';
import { dataSource } from '../../../core/catalog/data-source';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import type { JsonObject } from '../../../core/catalog/kind';
import { Fixture } from '../../local/datazone/fixture';
import { allOf, listedBy } from './enumerated';
import { domainId, ScriptedSource } from './fixture';

const found: JsonObject = {
  id: 's1',
  domainId,
  projectId: 'p1',
  name: 'Lake tables',
  type: 'GLUE',
  status: 'READY',
  environmentId: 'e1',
  connectionId: 'c1',
  enableSetting: 'ENABLED',
  schedule: { schedule: 'cron(0 6 * * ? *)', timezone: 'UTC' },
  assetFormsOutput: [
    { formName: 'B', typeName: 'Quality', typeRevision: '2', content: '{}' },
    { formName: 'A', typeName: 'Quality', typeRevision: '1', content: '{}' },
  ],
  configuration: {
    glueRunConfiguration: {
      relationalFilterConfigurations: [
        { databaseName: 'sales', filterExpressions: [{ type: 'INCLUDE', expression: '*' }] },
      ],
    },
  },
  updatedAt: '2024-05-06T07:08:09.000Z',
};

const read = (answer: JsonObject) =>
  dataSource.read(new ScriptedSource({ GetDataSource: () => answer }), 's1');

describe('a data source', () => {
  it('is no other after a run, nor while one is under way', async () => {
    const before = await read(found);

    const after = await read({
      ...found,
      status: 'RUNNING',
      lastRunStatus: 'FAILED',
      lastRunAt: '2024-05-07T06:00:00.000Z',
      lastRunAssetCount: 7,
      lastRunErrorMessage: { errorType: 'ACCESS_DENIED_EXCEPTION' },
      selfGrantStatus: {
        glueSelfGrantStatus: { selfGrantStatusDetails: [{ databaseName: 'sales', status: 'GRANTED' }] },
      },
    });

    assert.deepEqual(after, before);
    assert.equal(before.changedAt, Date.parse('2024-05-06T07:08:09Z'));
  });

  it('keeps its schedule, its configuration and its forms', async () => {
    const { record } = await read(found);

    assert.deepEqual([record.schedule, record.configuration], [found.schedule, found.configuration]);
    assert.deepEqual(
      (record.assetFormsOutput as JsonObject[]).map(({ formName }) => formName),
      ['A', 'B'],
    );
  });

  it('is listed by its id under what people set, not under its last run', async () => {
    const { id: dataSourceId = '', configuration: _, assetFormsOutput: __, ...item } = found;
    const list = (members: JsonObject) =>
      listedBy(
        dataSource,
        new ScriptedSource({ ListDataSources: () => ({ items: [{ ...item, dataSourceId, ...members }] }) }),
        'p1',
      );

    const listed = await list({ lastRunStatus: 'SUCCESS', lastRunAt: '2024-05-07T06:00:00.000Z' });

    assert.deepEqual(listed, await list({ lastRunStatus: 'FAILED', status: 'RUNNING' }));
    assert.deepEqual(
      listed.map(({ id, scopeId }) => [id, scopeId]),
      [['s1', 'p1']],
    );
    assert.notDeepEqual(listed, await list({ updatedAt: '2024-05-07T06:00:00.000Z' }));
    assert.notDeepEqual(listed, await list({ schedule: { schedule: 'cron(0 7 * * ? *)' } }));
  });

  it('refers to its project, to what it reads through, and to the types of its forms', async () => {
    const { record } = await read(found);

    assert.deepEqual(dataSource.references(record, { formModel: () => undefined }), [
      { kind: 'project', id: 'p1', path: 'projectId' },
      { kind: 'environment', id: 'e1', scopeId: 'p1', path: 'environmentId' },
      { kind: 'connection', id: 'c1', scopeId: 'p1', path: 'connectionId' },
      { kind: 'formType', id: 'Quality', revision: '1', path: 'assetFormsOutput[0].typeName' },
      { kind: 'formType', id: 'Quality', revision: '2', path: 'assetFormsOutput[1].typeName' },
    ]);
  });
});

for (const version of ['V1', 'V2'] as const) {
  describe(`the data sources of a domain of ${version} over the wire`, () => {
    let fixture: Fixture;
    let source: DataZoneSource;
    let projectIdentifier: string;

    before(async () => {
      fixture = await new Fixture().start();
      const domainIdentifier = fixture.domain(version);
      projectIdentifier = fixture.project(domainIdentifier);
      const environmentIdentifier = fixture.environment(domainIdentifier, projectIdentifier);
      const through =
        version === 'V1'
          ? { environmentIdentifier }
          : {
              connectionIdentifier: fixture.call('CreateConnection', {
                domainIdentifier,
                environmentIdentifier,
                name: 'lake',
                props: { iamProperties: {} },
              }).connectionId,
            };
      for (let n = 0; n < 52; n++) {
        const input = {
          domainIdentifier,
          projectIdentifier,
          ...through,
          name: `source ${n}`,
          type: 'SAGEMAKER',
        };
        const trackingAssets = { models: [`arn:b-${n}`, `arn:a-${n}`] };
        fixture.call('CreateDataSource', {
          ...input,
          configuration: { sageMakerRunConfiguration: { trackingAssets } },
        });
      }
      source = new DataZoneSource({ client: fixture.client(), domainId: domainIdentifier });
    });
    after(() => fixture.stop());

    it('are all met once, and whole', async () => {
      const readings = await allOf(dataSource, source, projectIdentifier);

      assert.equal(new Set(readings.map(({ id }) => id)).size, 52);
      assert.equal(readings.length, 52);
      for (const { facets, scopeId } of readings) {
        assert.deepEqual(facets, { 'GetDataSource.unknown': null });
        assert.equal(scopeId, projectIdentifier);
      }
      assert.match(JSON.stringify(readings[3]?.record.configuration), /"models":\["arn:a-3","arn:b-3"\]/);
    });

    it('are the same after a run', async () => {
      const [before] = await allOf(dataSource, source, projectIdentifier);
      const listed = await listedBy(dataSource, source, projectIdentifier);
      fixture.clock.advance(3_600_000);

      fixture.call('StartDataSourceRun', {
        domainIdentifier: source.domainId,
        dataSourceIdentifier: before?.id ?? '',
      });

      assert.deepEqual(await listedBy(dataSource, source, projectIdentifier), listed);
      assert.deepEqual((await allOf(dataSource, source, projectIdentifier))[0], before);
    });
  });
}
