import assert from 'node:assert/strict';
import {
  CreateDomainCommand,
  CreateDomainUnitCommand,
  CreateEnvironmentCommand,
  CreateEnvironmentProfileCommand,
  CreateProjectProfileCommand,
  CreateUserProfileCommand,
  DeleteDomainCommand,
  GetDomainCommand,
  GetDomainUnitCommand,
  GetEnvironmentBlueprintConfigurationCommand,
  GetUserProfileCommand,
  ListDomainsCommand,
  ListDomainUnitsForParentCommand,
  ListEntityOwnersCommand,
  ListEnvironmentBlueprintsCommand,
  ListEnvironmentsCommand,
  ListTagsForResourceCommand,
  PutEnvironmentBlueprintConfigurationCommand,
  SearchUserProfilesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-datazone';
import { executionRole, Fixture } from './fixture';

describe('Domains of the local DataZone', () => {
  let fixture: Fixture;
  let send: ReturnType<Fixture['client']>['send'];

  before(async () => {
    fixture = await new Fixture({ deployMilliseconds: 5000 }).start();
    const client = fixture.client();
    send = client.send.bind(client);
  });
  after(() => fixture.stop());

  it('come up after a while, and announce it then', async () => {
    const created = await send(
      new CreateDomainCommand({ name: 'slow', domainExecutionRole: executionRole, tags: { team: 'data' } }),
    );
    const get = () => send(new GetDomainCommand({ identifier: created.id }));
    const announced = () => fixture.events.filter((e) => e['detail-type'] === 'Domain Creation Succeeded');

    assert.equal((await get()).status, 'CREATING');
    assert.deepEqual(announced(), []);
    fixture.clock.advance(5000);
    const domain = await get();
    await Promise.resolve();

    assert.deepEqual(
      [domain.status, domain.domainVersion, domain.tags],
      ['AVAILABLE', 'V1', { team: 'data' }],
    );
    assert.match(domain.arn ?? '', /^arn:aws:datazone:eu-west-1:111122223333:domain\/dzd_/);
    assert.deepEqual(
      announced().map((e) => e.detail.metadata.id),
      [created.id],
    );
  });

  it('are listed by status, and gone when deleted', async () => {
    const { id: identifier } = await send(
      new CreateDomainCommand({ name: 'short', domainExecutionRole: executionRole }),
    );
    const list = async (status: 'AVAILABLE' | 'CREATING') =>
      (await send(new ListDomainsCommand({ status }))).items?.map((domain) => domain.name);

    assert.deepEqual([await list('AVAILABLE'), await list('CREATING')], [['slow'], ['short']]);
    const deleted = await send(new DeleteDomainCommand({ identifier }));
    assert.equal(deleted.$metadata.httpStatusCode, 202);
    await assert.rejects(send(new GetDomainCommand({ identifier })), { name: 'ResourceNotFoundException' });
  });

  it('have a root unit that their creator owns, and units below it', async () => {
    const domainIdentifier = fixture.domain('V2');
    const { rootDomainUnitId = '' } = await send(new GetDomainCommand({ identifier: domainIdentifier }));
    const unit = { domainIdentifier, parentDomainUnitIdentifier: rootDomainUnitId };
    const created = await send(new CreateDomainUnitCommand({ ...unit, name: 'Research' }));

    const root = await send(new GetDomainUnitCommand({ domainIdentifier, identifier: rootDomainUnitId }));
    const { items } = await send(new ListDomainUnitsForParentCommand(unit));
    const { owners } = await send(
      new ListEntityOwnersCommand({
        domainIdentifier,
        entityType: 'DOMAIN_UNIT',
        entityIdentifier: created.id,
      }),
    );

    assert.deepEqual(items, [{ id: created.id, name: 'Research' }]);
    assert.deepEqual(created.ancestorDomainUnitIds, [rootDomainUnitId]);
    assert.deepEqual(owners, root.owners);
    assert.equal(owners?.length, 1);
    await assert.rejects(send(new CreateDomainUnitCommand({ ...unit, name: 'Research' })), {
      name: 'ConflictException',
    });
  });

  it('carry tags', async () => {
    const { arn: resourceArn } = await send(new GetDomainCommand({ identifier: fixture.domain() }));
    await send(new TagResourceCommand({ resourceArn, tags: { team: 'sales', stage: 'dev' } }));
    await send(new UntagResourceCommand({ resourceArn, tagKeys: ['stage'] }));

    const { tags } = await send(new ListTagsForResourceCommand({ resourceArn }));
    assert.deepEqual(tags, { team: 'sales' });
    await assert.rejects(send(new TagResourceCommand({ resourceArn, tags: { 'aws:stack': 'mine' } })), {
      name: 'ValidationException',
    });
  });

  it('have one profile for each principal, found by id, ARN and search', async () => {
    const domainIdentifier = fixture.domain();
    const userIdentifier = 'arn:aws:iam::111122223333:role/Backup';
    const create = new CreateUserProfileCommand({ domainIdentifier, userIdentifier, userType: 'IAM_ROLE' });
    const { id } = await send(create);

    const get = { domainIdentifier, type: 'IAM' as const };
    const byArn = await send(new GetUserProfileCommand({ ...get, userIdentifier }));
    const byId = await send(new GetUserProfileCommand({ ...get, userIdentifier: id }));
    const { items } = await send(
      new SearchUserProfilesCommand({
        domainIdentifier,
        userType: 'DATAZONE_IAM_USER',
        searchText: 'role/backup',
      }),
    );

    assert.equal(byArn.id, id);
    assert.equal(byId.details?.iam?.arn, userIdentifier);
    assert.deepEqual(
      items?.map((item) => item.id),
      [id],
    );
    await assert.rejects(
      send(
        new CreateUserProfileCommand({
          domainIdentifier,
          userIdentifier,
          userType: 'IAM_ROLE',
          clientToken: 'x',
        }),
      ),
      { name: 'ValidationException', message: /^Cannot create a user profile for existing principalId/ },
    );
  });

  it('deploy environments from a profile of a configured blueprint (V1)', async () => {
    const domainIdentifier = fixture.domain('V1');
    const projectIdentifier = fixture.project(domainIdentifier);
    const { items: [blueprint] = [] } = await send(
      new ListEnvironmentBlueprintsCommand({ domainIdentifier, managed: true, name: 'DefaultDataLake' }),
    );
    const environmentBlueprintIdentifier = `${blueprint?.id}`;
    const profileInput = {
      domainIdentifier,
      projectIdentifier,
      environmentBlueprintIdentifier,
      name: 'Lake',
    };
    const createProfile = () => send(new CreateEnvironmentProfileCommand(profileInput));
    await assert.rejects(createProfile, { name: 'ResourceNotFoundException' });
    const configuration = { domainIdentifier, environmentBlueprintIdentifier };
    await send(
      new PutEnvironmentBlueprintConfigurationCommand({
        ...configuration,
        enabledRegions: ['eu-west-1'],
        regionalParameters: { 'eu-west-1': { S3Location: 's3://lake' } },
        globalParameters: { secret: 'never read back' },
      }),
    );
    const environmentProfileIdentifier = (await createProfile()).id;

    const environment = { domainIdentifier, projectIdentifier, environmentProfileIdentifier };
    await send(new CreateEnvironmentCommand({ ...environment, name: 'dev' }));
    const list = async () =>
      (await send(new ListEnvironmentsCommand(environment))).items?.map(({ name, status }) => [name, status]);
    const read = await send(new GetEnvironmentBlueprintConfigurationCommand(configuration));

    assert.deepEqual(read.regionalParameters, { 'eu-west-1': { S3Location: 's3://lake' } });
    assert.equal(Reflect.get(read, 'globalParameters'), undefined);
    assert.deepEqual(await list(), [['dev', 'CREATING']]);
    fixture.clock.advance(5000);
    assert.deepEqual(await list(), [['dev', 'ACTIVE']]);
    await assert.rejects(send(new CreateProjectProfileCommand({ domainIdentifier, name: 'All' })), {
      name: 'ValidationException',
    });
  });

  it('deploy the environments of a project profile with the project (V2)', async () => {
    const fixtureV2 = new Fixture({ deployMilliseconds: 5000 });
    const domainIdentifier = fixtureV2.domain('V2');
    const [tooling] = fixtureV2.call('ListEnvironmentBlueprints', {
      domainIdentifier,
      name: 'Tooling',
    }).items;
    const environmentBlueprintId = `${tooling?.id}`;
    const { id: projectProfileId } = fixtureV2.call('CreateProjectProfile', {
      domainIdentifier,
      name: 'Analytics',
      environmentConfigurations: [
        { name: 'Tooling', environmentBlueprintId, deploymentMode: 'ON_CREATE' },
        { name: 'Later', environmentBlueprintId, deploymentMode: 'ON_DEMAND' },
      ],
    });
    const { id: identifier } = fixtureV2.call('CreateProject', {
      domainIdentifier,
      name: 'P',
      projectProfileId,
    });
    const status = () =>
      fixtureV2.call('GetProject', { domainIdentifier, identifier }).environmentDeploymentDetails
        ?.overallDeploymentStatus;

    const { items = [] } = fixtureV2.call('ListEnvironments', {
      domainIdentifier,
      projectIdentifier: identifier,
    });
    assert.deepEqual(
      items.map(({ name, status: s }) => [name, s]),
      [['Tooling', 'CREATING']],
    );
    assert.equal(status(), 'IN_PROGRESS');
    fixtureV2.clock.advance(5000);
    assert.equal(status(), 'SUCCESSFUL');
  });
});
