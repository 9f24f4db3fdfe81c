import assert from 'node:assert/strict';
import {
  CreateConnectionCommand,
  type CreateConnectionCommandInput,
  CreateDataSourceCommand,
  DeleteConnectionCommand,
  DeleteDataSourceCommand,
  GetConnectionCommand,
  GetDataSourceCommand,
  ListConnectionsCommand,
  ListDataSourcesCommand,
  StartDataSourceRunCommand,
  UpdateConnectionCommand,
  UpdateDataSourceCommand,
} from '@aws-sdk/client-datazone';
import { Fixture } from './fixture';

describe('Connections and data sources of the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let projectIdentifier: string;
  let environmentIdentifier: string;
  let send: ReturnType<Fixture['client']>['send'];

  beforeEach(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain('V2');
    projectIdentifier = fixture.project(domainIdentifier);
    environmentIdentifier = fixture.environment(domainIdentifier, projectIdentifier);
    const client = fixture.client();
    send = client.send.bind(client);
  });
  afterEach(() => fixture.stop());

  const connect = async (input: Partial<CreateConnectionCommandInput> = {}) => {
    const { connectionId: identifier } = await send(
      new CreateConnectionCommand({
        domainIdentifier,
        environmentIdentifier,
        name: 'athena',
        props: { athenaProperties: { workgroupName: 'analytics' } },
        ...input,
      }),
    );
    return { domainIdentifier, identifier };
  };
  const names = async (input: object) =>
    (await send(new ListConnectionsCommand({ domainIdentifier, ...input }))).items?.map(({ name }) => name);

  it('are made in an environment, and read with what the list does not give', async () => {
    const one = await connect({ description: 'Queries' });

    const shown = await send(new GetConnectionCommand(one));
    const [listed] =
      (await send(new ListConnectionsCommand({ domainIdentifier, projectIdentifier }))).items ?? [];

    assert.deepEqual(
      [shown.type, shown.scope, shown.projectId, shown.environmentId],
      ['ATHENA', 'PROJECT', projectIdentifier, environmentIdentifier],
    );
    assert.equal(shown.description, 'Queries');
    assert.ok(shown.environmentUserRole?.startsWith('arn:aws:iam::'));
    assert.equal(listed?.connectionId, one.identifier);
    assert.ok(!('description' in (listed ?? {})));
  });

  it('give credentials only to who asks for them', async () => {
    const one = await connect();

    assert.equal((await send(new GetConnectionCommand(one))).connectionCredentials, undefined);
    const { connectionCredentials } = await send(new GetConnectionCommand({ ...one, withSecret: true }));
    assert.ok(connectionCredentials?.secretAccessKey);
  });

  it("are a project's or the whole domain's", async () => {
    await connect();
    await connect({
      environmentIdentifier: undefined,
      name: 'shared',
      scope: 'DOMAIN',
      props: { s3Properties: { s3Uri: 's3://governed' } },
    });

    assert.deepEqual(await names({ scope: 'DOMAIN' }), ['shared']);
    assert.deepEqual(await names({ scope: 'PROJECT', projectIdentifier }), ['athena']);
    assert.deepEqual(await names({ projectIdentifier }), ['athena', 'shared']);
    assert.deepEqual(await names({ type: 'S3' }), ['shared']);
    assert.deepEqual(await names({ sortBy: 'NAME', sortOrder: 'DESCENDING' }), ['shared', 'athena']);
  });

  it('stand before a Glue connection, of which they show the properties', async () => {
    const one = await connect({
      name: 'mysql',
      props: {
        glueProperties: {
          glueConnectionInput: {
            name: 'orders',
            connectionType: 'MYSQL',
            connectionProperties: { HOST: 'db', PASSWORD: 'hunter2' },
            authenticationConfiguration: { authenticationType: 'BASIC', secretArn: 'arn:secret' },
          },
        },
      },
    });

    const { type, props, physicalEndpoints } = await send(new GetConnectionCommand(one));

    assert.deepEqual([type, props], ['MYSQL', { glueProperties: { status: 'READY' } }]);
    const { glueConnection } = physicalEndpoints?.[0] ?? {};
    assert.deepEqual(glueConnection?.connectionProperties, { HOST: 'db', PASSWORD: 'hunter2' });
    assert.equal(glueConnection?.authenticationConfiguration?.secretArn, 'arn:secret');
  });

  it('are changed within their type', async () => {
    const one = await connect();

    await send(
      new UpdateConnectionCommand({
        ...one,
        description: 'Ad hoc',
        props: { athenaProperties: { workgroupName: 'adhoc' } },
      }),
    );
    const { description, props } = await send(new GetConnectionCommand(one));

    assert.deepEqual([description, props], ['Ad hoc', { athenaProperties: { workgroupName: 'adhoc' } }]);
    await assert.rejects(
      send(new UpdateConnectionCommand({ ...one, props: { s3Properties: { s3Uri: 's3://x' } } })),
      { name: 'ValidationException' },
    );
  });

  it('show at their endpoint what was changed of what stands behind them', async () => {
    const glue = await connect({
      name: 'mysql',
      props: {
        glueProperties: {
          glueConnectionInput: {
            name: 'mysql',
            connectionType: 'MYSQL',
            connectionProperties: { HOST: 'a' },
            authenticationConfiguration: { authenticationType: 'BASIC' },
          },
        },
      },
    });
    const redshift = await connect({ name: 'w', props: { redshiftProperties: { host: 'a', port: 1 } } });
    const secretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:s';
    const glueConnectionInput = {
      connectionProperties: { HOST: 'b' },
      authenticationConfiguration: { secretArn },
    };

    await send(new UpdateConnectionCommand({ ...glue, props: { glueProperties: { glueConnectionInput } } }));
    await send(new UpdateConnectionCommand({ ...redshift, props: { redshiftProperties: { host: 'b' } } }));

    const [mysql, w] = await Promise.all([glue, redshift].map((ids) => send(new GetConnectionCommand(ids))));
    assert.deepEqual(mysql?.physicalEndpoints?.[0]?.glueConnection?.connectionProperties, { HOST: 'b' });
    assert.deepEqual(mysql?.physicalEndpoints?.[0]?.glueConnection?.authenticationConfiguration, {
      authenticationType: 'BASIC',
      secretArn,
    });
    assert.deepEqual([w?.physicalEndpoints?.[0]?.host, w?.physicalEndpoints?.[0]?.port], ['b', 1]);
  });

  it('are refused without an environment, without properties, by a name that is taken, and in V1', async () => {
    await connect();

    await assert.rejects(connect(), { name: 'ConflictException' });
    await assert.rejects(connect({ name: 'b', environmentIdentifier: undefined }), {
      name: 'ValidationException',
    });
    await assert.rejects(connect({ name: 'b', props: undefined }), { name: 'ValidationException' });
    await assert.rejects(connect({ name: 'b', environmentIdentifier: 'nowhere' }), {
      name: 'ResourceNotFoundException',
    });
    await assert.rejects(connect({ domainIdentifier: fixture.domain('V1') }), {
      name: 'ValidationException',
    });
  });

  it('are gone once they are deleted, and hidden from strangers', async () => {
    const one = await connect();
    const stranger = fixture.client('Stranger');
    await assert.rejects(stranger.send(new GetConnectionCommand(one)), { name: 'AccessDeniedException' });
    await assert.rejects(stranger.send(new ListConnectionsCommand({ domainIdentifier, projectIdentifier })), {
      name: 'AccessDeniedException',
    });

    assert.equal((await send(new DeleteConnectionCommand(one))).status, 'DELETING');

    await assert.rejects(send(new GetConnectionCommand(one)), { name: 'ResourceNotFoundException' });
    assert.deepEqual(await names({ projectIdentifier }), []);
  });

  const glue = {
    glueRunConfiguration: {
      relationalFilterConfigurations: [
        { databaseName: 'sales', filterExpressions: [{ type: 'INCLUDE' as const, expression: '*' }] },
      ],
    },
  };
  let sources = 0;
  const source = async (input: object = {}) => {
    const { identifier: connectionIdentifier } = await connect({ name: `athena-${++sources}` });
    const { id } = await send(
      new CreateDataSourceCommand({
        domainIdentifier,
        projectIdentifier,
        connectionIdentifier,
        name: 'Lake tables',
        type: 'GLUE',
        configuration: glue,
        schedule: { schedule: 'cron(0 6 * * ? *)', timezone: 'UTC' },
        ...input,
      }),
    );
    return { domainIdentifier, identifier: id };
  };
  const listed = async () =>
    (await send(new ListDataSourcesCommand({ domainIdentifier, projectIdentifier }))).items ?? [];

  it('feed a project: the list names a data source, and gives its schedule but no configuration', async () => {
    const one = await source({ publishOnImport: true });

    const { configuration, ...shown } = await send(new GetDataSourceCommand(one));
    const [item, ...others] = await listed();

    assert.equal(configuration?.glueRunConfiguration?.region, 'eu-west-1');
    assert.equal(
      configuration?.glueRunConfiguration?.relationalFilterConfigurations?.[0]?.databaseName,
      'sales',
    );
    assert.deepEqual([shown.status, shown.enableSetting, shown.publishOnImport], ['READY', 'ENABLED', true]);
    assert.deepEqual(others, []);
    assert.deepEqual([item?.dataSourceId, item?.schedule], [one.identifier, shown.schedule]);
    assert.ok(!('configuration' in (item ?? {})) && !('publishOnImport' in (item ?? {})));
  });

  it('say of a data source how its last run went', async () => {
    const one = await source();
    const { updatedAt } = await send(new GetDataSourceCommand(one));
    fixture.clock.advance(60_000);

    const { identifier: dataSourceIdentifier } = one;
    await send(new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier }));

    const ran = await send(new GetDataSourceCommand(one));
    assert.equal(ran.lastRunStatus, 'SUCCESS');
    assert.deepEqual(ran.updatedAt, updatedAt);
    await send(new UpdateDataSourceCommand({ ...one, enableSetting: 'DISABLED' }));
    await assert.rejects(send(new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier })), {
      name: 'ConflictException',
    });
  });

  it('let a data source be changed and deleted, and tell of the change', async () => {
    const one = await source();
    const form = { formName: 'Extra', typeIdentifier: 'amazon.datazone.GlueTableFormType', content: '{}' };

    await send(
      new UpdateDataSourceCommand({
        ...one,
        schedule: { schedule: 'cron(30 23 * * ? *)' },
        assetFormsInput: [form],
      }),
    );

    const shown = await send(new GetDataSourceCommand(one));
    assert.deepEqual(shown.schedule, { schedule: 'cron(30 23 * * ? *)' });
    assert.equal(shown.assetFormsOutput?.[0]?.typeName, 'amazon.datazone.GlueTableFormType');
    assert.deepEqual(
      fixture.events.map((event) => event['detail-type']).filter((type) => type.startsWith('Data Source')),
      ['Data Source Created', 'Data Source Updated'],
    );
    assert.equal((await send(new DeleteDataSourceCommand(one))).status, 'DELETING');
    assert.deepEqual(await listed(), []);
    await assert.rejects(send(new GetDataSourceCommand(one)), { name: 'ResourceNotFoundException' });
  });

  it('refuse a data source that reads through nothing, or whose schedule is none', async () => {
    const refusals = [
      [{ connectionIdentifier: undefined }, 'ValidationException'],
      [{ connectionIdentifier: 'nowhere' }, 'ResourceNotFoundException'],
      [{ schedule: { schedule: 'every day' } }, 'ValidationException'],
      [{ projectIdentifier: 'nowhere' }, 'ResourceNotFoundException'],
    ] as const;
    for (const [input, name] of refusals) await assert.rejects(source(input), { name });
  });
});
