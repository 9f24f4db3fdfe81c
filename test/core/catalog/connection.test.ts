import assert from 'node:assert/strict';
import { connection, domainConnection } from '../../../core/catalog/connection';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import type { JsonObject } from '../../../core/catalog/kind';
import { ResourceAbsentError } from '../../../core/catalog/source';
import type { Given } from '../../../local/datazone/service';
import { Fixture } from '../../local/datazone/fixture';
import { allOf, listedBy, pagesOf } from './enumerated';
import { domainId, ScriptedSource } from './fixture';

const base: JsonObject = {
  connectionId: 'c1',
  domainId,
  domainUnitId: 'unit1',
  projectId: 'p1',
  environmentId: 'e1',
  name: 'warehouse',
  type: 'REDSHIFT',
  scope: 'PROJECT',
  physicalEndpoints: [],
};

const read = (answer: JsonObject) =>
  connection.read(new ScriptedSource({ GetConnection: () => answer }), 'c1');

describe('a connection', () => {
  const secret = 'hunter2';
  const kept = (reading: object): string => JSON.stringify(reading);

  const holders: Readonly<Record<string, JsonObject>> = {
    'the credentials of AWS': {
      connectionCredentials: {
        accessKeyId: secret,
        secretAccessKey: secret,
        sessionToken: secret,
        expiration: '2026-01-01T00:00:00.000Z',
      },
    },
    'the password of a database': {
      props: {
        redshiftProperties: { credentials: { usernamePassword: { username: 'admin', password: secret } } },
      },
    },
    'the password of a cluster': {
      props: { sparkEmrProperties: { credentials: { username: 'admin', password: secret } } },
    },
    'the token and the certificate of a managed endpoint': {
      props: {
        sparkEmrProperties: {
          certificateData: secret,
          managedEndpointCredentials: { id: 'x', token: secret },
        },
      },
    },
    'the tokens of OAuth': {
      physicalEndpoints: [
        {
          glueConnection: {
            authenticationConfiguration: {
              oAuth2Properties: {
                oAuth2Credentials: { accessToken: secret, refreshToken: secret, jwtToken: secret },
                authorizationCodeProperties: { authorizationCode: secret, redirectUri: 'https://x' },
                tokenUrlParametersMap: { client_secret: secret },
              },
            },
          },
        },
      ],
    },
    'a password among the properties of Glue and of Spark': {
      physicalEndpoints: [{ glueConnection: { connectionProperties: { PASSWORD: secret } } }],
      configurations: [{ classification: 'spark', properties: { 'fs.s3a.secret.key': secret } }],
    },
    'the secrets of a type of connection that is newer than this code': {
      props: { gitProperties: { repository: 'r', accessToken: secret, auth: { password: secret } } },
    },
  };

  for (const [what, holder] of Object.entries(holders)) {
    it(`is kept without ${what}, whether it is read or listed`, async () => {
      const answer = { ...base, ...holder };
      const list = new ScriptedSource({ ListConnections: () => ({ items: [answer] }) });

      assert.ok(!kept(await read(answer)).includes(secret));
      assert.ok(!kept(await pagesOf(connection, list, 'p1')).includes(secret));
    });
  }

  it('is read without asking for its secrets', async () => {
    const source = new ScriptedSource({ GetConnection: () => base });

    await connection.read(source, 'c1');

    assert.deepEqual(source.asked, [{ operation: 'GetConnection', input: { identifier: 'c1' } }]);
  });

  it('keeps where its secrets are kept', async () => {
    const { record } = await read({
      ...base,
      props: { redshiftProperties: { credentials: { secretArn: 'arn:secret' }, status: 'READY' } },
    });

    assert.deepEqual(record.props, { redshiftProperties: { credentials: { secretArn: 'arn:secret' } } });
  });

  it('keeps types that are newer than this code', async () => {
    const { facets } = await read({
      ...base,
      type: 'VPC',
      props: { vpcProperties: { vpcId: 'vpc-1', subnetIds: ['subnet-1'] } },
    });

    assert.deepEqual(facets['GetConnection.unknown'], {
      'props.vpcProperties': { vpcId: 'vpc-1', subnetIds: ['subnet-1'] },
    });
  });

  it('is listed under what the list shows of it, since it tells no time of a change', async () => {
    const source = new ScriptedSource({ ListConnections: () => ({ items: [base], nextToken: '' }) });

    assert.deepEqual(
      await listedBy(connection, source, 'p1'),
      [{ id: 'c1', scopeId: 'p1', summary: { ...base, physicalEndpoints: undefined } }].map((entry) =>
        JSON.parse(JSON.stringify(entry)),
      ),
    );
    assert.deepEqual(
      source.asked.map(({ input }) => input),
      [{ projectIdentifier: 'p1', maxResults: 50 }],
    );
  });

  it('refers to its project, its environment, and the connection through which it signs', async () => {
    const { record } = await read({
      ...base,
      physicalEndpoints: [{ awsLocation: { accessRole: 'arn:role', iamConnectionId: 'c0' } }],
      props: { iamProperties: { environmentId: 'e2' } },
    });

    assert.deepEqual(connection.references(record, { formModel: () => undefined }), [
      { kind: 'domainUnit', id: 'unit1', path: 'domainUnitId' },
      { kind: 'project', id: 'p1', path: 'projectId' },
      { kind: 'environment', id: 'e1', scopeId: 'p1', path: 'environmentId' },
      { kind: 'environment', id: 'e2', scopeId: 'p1', path: 'props.iamProperties.environmentId' },
      {
        kind: 'connection',
        id: 'c0',
        scopeId: 'p1',
        path: 'physicalEndpoints[0].awsLocation.iamConnectionId',
      },
    ]);
  });

  const scopes: readonly (readonly [string, JsonObject, typeof connection])[] = [
    ['that says PROJECT', { scope: 'PROJECT', projectId: 'p1' }, connection],
    ['that says DOMAIN', { scope: 'DOMAIN', projectId: 'p1' }, domainConnection],
    ['that says nothing and has a project', { scope: null, projectId: 'p1' }, connection],
    ['that says nothing and has none', { scope: null, projectId: null }, domainConnection],
  ];
  for (const [what, members, owner] of scopes) {
    it(`${what} is one of ${owner.scope === 'domain' ? "the domain's" : "a project's"}, and of nothing else`, async () => {
      const item = { ...base, ...members };
      const source = new ScriptedSource({
        ListConnections: () => ({ items: [item] }),
        GetConnection: () => item,
      });
      for (const kind of [connection, domainConnection]) {
        const scopeId = kind.scope === 'domain' ? domainId : 'p1';
        const listed = await listedBy(kind, source, scopeId);

        assert.equal(listed.length, kind === owner ? 1 : 0, kind.name);
        if (kind === owner) assert.equal((await kind.read(source, 'c1')).scopeId, scopeId);
        else await assert.rejects(kind.read(source, 'c1'), ResourceAbsentError);
      }
    });
  }
});

describe('the connections of a domain over the wire', () => {
  let fixture: Fixture;
  let source: DataZoneSource;
  let projectId: string;

  before(async () => {
    fixture = await new Fixture().start();
    const domainIdentifier = fixture.domain('V2');
    projectId = fixture.project(domainIdentifier);
    const environmentIdentifier = fixture.environment(domainIdentifier, projectId);
    const connect = (name: string, input: Omit<Given<'CreateConnection'>, 'domainIdentifier' | 'name'>) =>
      fixture.call('CreateConnection', { domainIdentifier, name, ...input });
    for (let n = 0; n < 55; n++) {
      const props = { athenaProperties: { workgroupName: `group-${n}` } };
      connect(`athena-${n}`, { environmentIdentifier, description: `number ${n}`, props });
    }
    const credentials = { usernamePassword: { username: 'admin', password: 'hunter2' } };
    connect('warehouse', {
      environmentIdentifier,
      props: { redshiftProperties: { storage: { workgroupName: 'w' }, databaseName: 'dev', credentials } },
    });
    connect('workflows', { environmentIdentifier, props: { workflowsServerlessProperties: {} } });
    connect('shared', { scope: 'DOMAIN', props: { s3Properties: { s3Uri: 's3://governed' } } });
    source = new DataZoneSource({ client: fixture.client(), domainId: domainIdentifier });
  });
  after(() => fixture.stop());

  it('are all met once, those of projects and those of the domain apart', async () => {
    const own = await allOf(connection, source, projectId);
    const shared = await allOf(domainConnection, source, source.domainId);

    assert.equal(new Set(own.map(({ id }) => id)).size, 57);
    assert.equal(own.length, 57);
    assert.deepEqual(
      shared.map(({ scopeId, record }) => [scopeId, record.name]),
      [[source.domainId, 'shared']],
    );
    assert.ok(own.every(({ scopeId }) => scopeId === projectId));
    assert.equal(own[7]?.record.description, 'number 7');
  });

  it('are whole but for their secrets', async () => {
    const readings = await allOf(connection, source, projectId);

    assert.ok(!JSON.stringify(readings).includes('hunter2'));
    for (const { facets } of readings) assert.deepEqual(facets, { 'GetConnection.unknown': null });
    assert.deepEqual(readings.at(-1)?.record.props, { workflowsServerlessProperties: {} });
  });

  it('stay under the same summary until somebody changes them', async () => {
    const before = await listedBy(connection, source, projectId);
    fixture.clock.advance(3_600_000);
    assert.deepEqual(await listedBy(connection, source, projectId), before);

    const identifier = before[0]?.id ?? '';
    const props = { athenaProperties: { workgroupName: 'other' } };
    fixture.call('UpdateConnection', { domainIdentifier: source.domainId, identifier, props });

    assert.notDeepEqual((await listedBy(connection, source, projectId))[0], before[0]);
  });
});
