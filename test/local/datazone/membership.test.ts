import assert from 'node:assert/strict';
import {
  AddPolicyGrantCommand,
  CreateProjectCommand,
  CreateProjectMembershipCommand,
  DeleteProjectMembershipCommand,
  GetAssetCommand,
  ListPolicyGrantsCommand,
  ListProjectMembershipsCommand,
  ListProjectsCommand,
  RemovePolicyGrantCommand,
  SearchCommand,
  UpdateProjectCommand,
} from '@aws-sdk/client-datazone';
import { accountId } from '../../support/wire-server';
import { Fixture } from './fixture';

const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

describe('Membership in the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let projectIdentifier: string;
  let asset: { domainIdentifier: string; identifier: string };
  const backup = { userIdentifier: roleArn('Backup') };

  beforeEach(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain();
    projectIdentifier = fixture.project(domainIdentifier);
    asset = { domainIdentifier, identifier: fixture.asset(domainIdentifier, projectIdentifier) };
    for (const name of ['Backup', 'Stranger']) {
      fixture.call('CreateUserProfile', {
        domainIdentifier,
        userIdentifier: roleArn(name),
        userType: 'IAM_ROLE',
      });
    }
  });
  afterEach(() => fixture.stop());

  const enrol = (
    role: string,
    member = backup,
    designation: 'PROJECT_CONTRIBUTOR' | 'PROJECT_OWNER' = 'PROJECT_CONTRIBUTOR',
  ) =>
    fixture
      .client(role)
      .send(new CreateProjectMembershipCommand({ domainIdentifier, projectIdentifier, member, designation }));
  const denied = (operation: string) => ({
    name: 'AccessDeniedException',
    message: `User is not permitted to perform operation: ${operation}`,
  });

  it("lets only members read a project's inventory", async () => {
    const client = fixture.client('Backup');
    const search = () =>
      client.send(
        new SearchCommand({
          domainIdentifier,
          searchScope: 'ASSET',
          owningProjectIdentifier: projectIdentifier,
        }),
      );

    await assert.rejects(client.send(new GetAssetCommand(asset)), denied('GetAsset'));
    assert.deepEqual((await search()).items, []);
    await enrol('admin');
    assert.equal((await client.send(new GetAssetCommand(asset))).name, 'orders');
    assert.equal((await search()).totalMatchCount, 1);
  });

  it('shows in a domain-wide search what the caller may read, from the moment it may', async () => {
    const search = () =>
      fixture.client('Backup').send(new SearchCommand({ domainIdentifier, searchScope: 'ASSET' }));

    assert.equal((await search()).totalMatchCount, 0);
    await enrol('admin');
    assert.equal((await search()).totalMatchCount, 1);
  });

  it('makes the creator of a project its owner', async () => {
    const project = await fixture
      .client('Backup')
      .send(new CreateProjectCommand({ domainIdentifier, name: 'Own' }));
    const { members } = await fixture
      .client('Backup')
      .send(new ListProjectMembershipsCommand({ domainIdentifier, projectIdentifier: project.id }));

    assert.deepEqual(members, [
      { memberDetails: { user: { userId: project.createdBy } }, designation: 'PROJECT_OWNER' },
    ]);
    assert.equal(
      project.createdBy,
      fixture.call('GetUserProfile', { domainIdentifier, userIdentifier: roleArn('Backup') }).id,
    );
  });

  it('lists the projects of a user', async () => {
    fixture.project(domainIdentifier, 'Other');
    await enrol('admin');
    const list = (userIdentifier: string) =>
      fixture.client().send(new ListProjectsCommand({ domainIdentifier, userIdentifier }));

    assert.deepEqual(
      (await list(roleArn('Backup'))).items?.map(({ name }) => name),
      ['Sales'],
    );
    assert.deepEqual((await list(roleArn('Stranger'))).items, []);
  });

  it('lets owners add and remove members, and nobody else', async () => {
    await assert.rejects(enrol('Stranger'), denied('CreateProjectMembership'));
    await enrol('admin', { userIdentifier: roleArn('Stranger') }, 'PROJECT_OWNER');
    await enrol('Stranger');
    await assert.rejects(enrol('Stranger'), {
      name: 'ValidationException',
      message: 'User is already in the project.',
    });
    const rename = new UpdateProjectCommand({
      domainIdentifier,
      identifier: projectIdentifier,
      name: 'Mine',
    });
    await assert.rejects(fixture.client('Backup').send(rename), denied('UpdateProject'));

    const remove = { domainIdentifier, projectIdentifier, member: backup };
    const removed = await fixture.client('Stranger').send(new DeleteProjectMembershipCommand(remove));
    assert.equal(removed.$metadata.httpStatusCode, 204);
    await assert.rejects(fixture.client('Backup').send(new GetAssetCommand(asset)), denied('GetAsset'));
  });

  describe('policy grants', () => {
    const grant = (policyType: 'OVERRIDE_PROJECT_OWNERS' | 'ADD_TO_PROJECT_MEMBER_POOL') => ({
      domainIdentifier,
      entityType: 'DOMAIN_UNIT' as const,
      entityIdentifier: `${fixture.call('GetDomain', { identifier: domainIdentifier }).rootDomainUnitId}`,
      policyType,
    });

    it('let a holder of OVERRIDE_PROJECT_OWNERS enrol itself, and say so in an event', async () => {
      const { id: userIdentifier } = fixture.call('GetUserProfile', { domainIdentifier, ...backup });
      await fixture.client().send(
        new AddPolicyGrantCommand({
          ...grant('OVERRIDE_PROJECT_OWNERS'),
          principal: { user: { userIdentifier: `${userIdentifier}` } },
          detail: { overrideProjectOwners: { includeChildDomainUnits: true } },
        }),
      );

      await enrol('Backup', backup, 'PROJECT_OWNER');

      assert.equal(fixture.events.at(-1)?.['detail-type'], 'Project Owner Added With Override');
      assert.equal(fixture.events.at(-1)?.detail.metadata.user, userIdentifier);
    });

    it('keep out who is not in the member pool', async () => {
      const pool = grant('ADD_TO_PROJECT_MEMBER_POOL');
      const { grantList: [everyone] = [] } = await fixture.client().send(new ListPolicyGrantsCommand(pool));
      assert.ok(everyone?.principal);
      const remove = () =>
        fixture.client().send(
          new RemovePolicyGrantCommand({
            ...pool,
            principal: everyone.principal,
            grantIdentifier: everyone.grantId,
          }),
        );
      await remove();

      await assert.rejects(enrol('admin'), denied('CreateProjectMembership'));
      await assert.rejects(remove, {
        name: 'ValidationException',
        message: /is not part of the existing Grant list/,
      });
    });

    it('do not apply to an entity that they do not fit', async () => {
      const unfitting = { ...grant('OVERRIDE_PROJECT_OWNERS'), policyType: 'USE_ASSET_TYPE' as const };
      await assert.rejects(fixture.client().send(new ListPolicyGrantsCommand(unfitting)), {
        name: 'ValidationException',
      });
    });
  });
});
