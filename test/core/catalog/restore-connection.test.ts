import assert from 'node:assert/strict';
import { connection } from '../../../core/catalog/connection';
import type { JsonObject } from '../../../core/catalog/kind';
import { ResourceFailedError } from '../../../core/catalog/restoration';
import { hiddenSecret } from '../../../core/catalog/shape';
import { InvalidRequestError } from '../../../core/catalog/source';
import { portable } from '../../../core/restore/portable';
import { create, inTurn, update } from './scripted-target';

describe('a connection that is restored', () => {
  const record = {
    connectionId: 'source',
    domainUnitId: 'u1',
    projectId: 'p1',
    environmentId: 'e1',
    name: 'warehouse',
    scope: 'PROJECT',
  };
  const answer = { connectionId: 'c1', props: {} };

  const glueConnection = {
    name: 'mysql',
    connectionType: 'MYSQL',
    description: 'd',
    matchCriteria: ['one'],
    connectionProperties: { HOST: 'db', PASSWORD: hiddenSecret },
    authenticationConfiguration: { authenticationType: 'BASIC', secretArn: 'arn:secret' },
    creationTime: 1,
    compatibleComputeEnvironments: ['SPARK'],
  };
  const inputs: readonly (readonly [string, JsonObject, JsonObject])[] = [
    [
      'a database, through a connection of AWS Glue',
      {
        props: { glueProperties: {} },
        physicalEndpoints: [{ glueConnectionName: 'mysql', host: 'db', glueConnection }],
      },
      {
        props: {
          glueProperties: {
            glueConnectionInput: {
              name: 'mysql',
              connectionType: 'MYSQL',
              description: 'd',
              matchCriteria: 'one',
              connectionProperties: { HOST: 'db' },
              authenticationConfiguration: { authenticationType: 'BASIC', secretArn: 'arn:secret' },
            },
          },
        },
      },
    ],
    [
      'Redshift, at the address of its endpoint',
      {
        props: {
          redshiftProperties: {
            storage: { workgroupName: 'w' },
            jdbcUrl: 'jdbc:redshift://w',
            credentials: { secretArn: 'arn:secret' },
            lineageSync: { enabled: true, lineageJobId: 'job' },
          },
        },
        physicalEndpoints: [{ host: 'w.example.com', port: 5439, protocol: 'JDBC', stage: 'PROD' }],
      },
      {
        props: {
          redshiftProperties: {
            storage: { workgroupName: 'w' },
            credentials: { secretArn: 'arn:secret' },
            lineageSync: { enabled: true },
            host: 'w.example.com',
            port: 5439,
          },
        },
      },
    ],
    [
      'a Spark cluster, in the place and with the settings that were chosen',
      {
        props: { sparkEmrProperties: { computeArn: 'arn:emr', livyEndpoint: 'https://livy' } },
        physicalEndpoints: [
          {
            host: 'found',
            awsLocation: { awsRegion: 'eu-west-1', iamConnectionId: 'c0' },
            enableTrustedIdentityPropagation: true,
          },
        ],
        configurations: [{ classification: 'spark', properties: { a: 'b', secretKey: hiddenSecret } }],
      },
      {
        props: { sparkEmrProperties: { computeArn: 'arn:emr' } },
        awsLocation: { awsRegion: 'eu-west-1', iamConnectionId: 'c0' },
        enableTrustedIdentityPropagation: true,
        configurations: [{ classification: 'spark', properties: { a: 'b' } }],
      },
    ],
  ];
  for (const [what, members, input] of inputs) {
    it(`is one to ${what}`, async () => {
      const { target, id } = await create(
        connection,
        { ...record, ...members },
        { CreateConnection: () => answer },
      );

      assert.equal(id, 'c1');
      assert.deepEqual(target.inputOf('CreateConnection'), {
        name: 'warehouse',
        scope: 'PROJECT',
        environmentIdentifier: 'e1',
        ...input,
        clientToken: 'token',
      });
    });
  }

  it('is not made of a type that this code does not know', async () => {
    await assert.rejects(create(connection, { ...record, type: 'VPC' }, {}), InvalidRequestError);
  });

  it('is waited for, and says why it does not come up', async () => {
    const s3 = (members: JsonObject) => ({
      connectionId: 'c1',
      props: { s3Properties: { s3Uri: 's3://x', ...members } },
    });
    const wanted = { ...record, ...s3({}) };
    const slow = { CreateConnection: () => s3({ status: 'CREATING' }) };

    const { target } = await create(connection, wanted, {
      ...slow,
      GetConnection: inTurn(s3({ status: 'CREATING' }), s3({ status: 'READY' })),
    });

    assert.deepEqual(target.operations, ['CreateConnection', 'GetConnection', 'GetConnection']);
    await assert.rejects(
      create(connection, wanted, {
        ...slow,
        GetConnection: () => s3({ status: 'CREATE_FAILED', errorMessage: 'no such bucket' }),
      }),
      new ResourceFailedError('connection c1 is CREATE_FAILED: no such bucket'),
    );
  });

  it('is changed in what a request can change, and asks for nothing where that is nothing', async () => {
    const glue = (members: JsonObject) => ({
      ...record,
      props: { glueProperties: {} },
      physicalEndpoints: [{ glueConnection: { ...glueConnection, ...members } }],
    });
    const other = await update(connection, glue({}), glue({ description: 'other' }));
    await other.done;
    const spark = (glueVersion: string) => ({ ...record, props: { sparkGlueProperties: { glueVersion } } });
    const none = await update(connection, spark('5.0'), spark('4.0'));
    await none.done;

    assert.deepEqual(other.target.inputOf('UpdateConnection'), {
      identifier: 'x1',
      props: {
        glueProperties: {
          glueConnectionInput: {
            description: 'd',
            connectionProperties: { HOST: 'db' },
            authenticationConfiguration: { secretArn: 'arn:secret' },
          },
        },
      },
    });
    assert.deepEqual(none.target.operations, []);
  });

  describe('and comes with an environment', () => {
    const own = {
      ...record,
      name: 'project.iam',
      props: { iamProperties: { environmentId: 'e1', glueLineageSyncEnabled: true } },
      physicalEndpoints: [{ awsLocation: { awsAccountId: '111122223333' } }],
    };

    it('is looked for, and alike in what people can change of it', async () => {
      const items = [{ connectionId: 'c9', name: 'project.iam', projectId: 'p1' }];

      const { target, id } = await create(connection, own, {
        ListConnections: inTurn({ items: [] }, { items }),
      });

      assert.equal(id, 'c9');
      assert.deepEqual(target.inputOf('ListConnections'), { projectIdentifier: 'p1', name: 'project.iam' });
      assert.deepEqual(portable(connection, own), {
        projectId: 'p1',
        environmentId: 'e1',
        name: 'project.iam',
        scope: 'PROJECT',
        props: { iamProperties: { glueLineageSyncEnabled: true } },
      });
    });

    it('is never made in its place', async () => {
      await assert.rejects(
        create(connection, own, { ListConnections: () => ({ items: [] }) }),
        new InvalidRequestError('project.iam comes with an environment of its project, and none has made it'),
      );
    });

    it('keeps what its environment deployed', async () => {
      const athena = (workgroupName: string) => ({
        ...record,
        name: 'project.athena',
        props: { athenaProperties: { workgroupName } },
      });

      assert.deepEqual(
        portable(connection, athena('workgroup-old')),
        portable(connection, athena('workgroup-new')),
      );
    });
  });
});
