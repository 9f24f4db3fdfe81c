import assert from 'node:assert/strict';
import type { DataZone } from '@aws-sdk/client-datazone';
import { accountId } from '../../support/wire-server';
import { Fixture, tableType } from './fixture';

const role = `arn:aws:iam::${accountId}:role/Analyst`;

describe('What projects of the local DataZone compute with', () => {
  let fixture: Fixture;
  let client: DataZone;

  before(async () => {
    fixture = await new Fixture({ deployMilliseconds: 5000 }).start();
    client = fixture.client();
  });
  after(() => fixture.stop());

  /** A V2 domain with a project, and an environment of it that is up. */
  const environment = async () => {
    const domainIdentifier = fixture.domain('V2');
    const projectIdentifier = fixture.project(domainIdentifier);
    const { id: environmentIdentifier = '' } = await client.createEnvironment({
      domainIdentifier,
      projectIdentifier,
      name: 'dev',
      environmentBlueprintIdentifier: fixture.blueprint(domainIdentifier, 'DataLake'),
      userParameters: [{ name: 'size', value: 'small' }],
    });
    fixture.clock.advance(5000);
    return { domainIdentifier, projectIdentifier, environmentIdentifier };
  };

  describe('Environments', () => {
    it('are deployed again for new parameters, and take no other change meanwhile', async () => {
      const { domainIdentifier, environmentIdentifier: identifier } = await environment();
      const it = { domainIdentifier, identifier };
      const state = async () => {
        const { status, lastDeployment, provisionedResources } = await client.getEnvironment(it);
        return [status, lastDeployment?.deploymentType, provisionedResources?.length];
      };

      await client.updateEnvironment({ ...it, description: 'renamed at once', name: 'prod' });
      assert.deepEqual(await state(), ['ACTIVE', 'CREATE', 1]);
      await client.updateEnvironment({ ...it, userParameters: [{ name: 'size', value: 'large' }] });

      assert.deepEqual(await state(), ['UPDATING', 'UPDATE', 1]);
      await assert.rejects(client.updateEnvironment({ ...it, name: 'late' }), { name: 'ConflictException' });
      fixture.clock.advance(5000);
      assert.deepEqual(await state(), ['ACTIVE', 'UPDATE', 1]);
    });

    it('have no resources until they are up', async () => {
      const { domainIdentifier, projectIdentifier } = await environment();
      const { id: identifier, status } = await client.createEnvironment({
        domainIdentifier,
        projectIdentifier,
        name: 'second',
        environmentBlueprintIdentifier: fixture.blueprint(domainIdentifier, 'DataLake'),
      });

      const { provisionedResources } = await client.getEnvironment({ domainIdentifier, identifier });
      const { items } = await client.listEnvironments({ domainIdentifier, projectIdentifier });

      assert.deepEqual([status, provisionedResources], ['CREATING', []]);
      assert.deepEqual(
        items?.map((item) => item.status),
        ['ACTIVE', 'CREATING'],
      );
      assert.ok(items?.[0] && !('provisionedResources' in items[0]) && !('userParameters' in items[0]));
    });

    it("come from a part of the project's profile, by its id or name", async () => {
      const domainIdentifier = fixture.domain('V2');
      const { id: projectProfileId, environmentConfigurations } = await client.createProjectProfile({
        domainIdentifier,
        name: 'Analytics',
        environmentConfigurations: [
          {
            name: 'Lake',
            environmentBlueprintId: fixture.blueprint(domainIdentifier, 'DataLake'),
            deploymentMode: 'ON_DEMAND',
          },
        ],
      });
      const { id: projectIdentifier } = await client.createProject({
        domainIdentifier,
        name: 'P',
        projectProfileId,
      });
      const created = { domainIdentifier, projectIdentifier };

      const byName = await client.createEnvironment({
        ...created,
        name: 'a',
        environmentConfigurationName: 'Lake',
      });

      assert.equal(byName.environmentConfigurationId, environmentConfigurations?.[0]?.id);
      await assert.rejects(
        client.createEnvironment({ ...created, name: 'b', environmentConfigurationId: 'none' }),
        { name: 'ResourceNotFoundException' },
      );
    });

    it('know the roles that they are associated with, though nothing shows them', async () => {
      const { projectIdentifier: _, ...it } = await environment();
      const association = { ...it, environmentRoleArn: role };

      await client.associateEnvironmentRole(association);

      await assert.rejects(client.associateEnvironmentRole(association), { name: 'ConflictException' });
      await client.disassociateEnvironmentRole(association);
      await assert.rejects(client.disassociateEnvironmentRole(association), {
        name: 'ResourceNotFoundException',
      });
    });

    it('take their actions and subscription targets with them', async () => {
      const { domainIdentifier, environmentIdentifier } = await environment();
      const it = { domainIdentifier, environmentIdentifier };
      const parameters = { awsConsoleLink: { uri: 'https://console.aws.amazon.com/athena' } };
      const action = await client.createEnvironmentAction({ ...it, name: 'Query', parameters });
      const target = await client.createSubscriptionTarget({ ...it, ...targetOf('Lake') });

      await client.updateEnvironmentAction({ ...it, identifier: action.id, description: 'in Athena' });
      const listed = await client.listEnvironmentActions(it);

      const { $metadata: _, ...found } = await client.getEnvironmentAction({ ...it, identifier: action.id });
      assert.deepEqual(listed.items, [found]);
      assert.equal(found.description, 'in Athena');
      await client.deleteEnvironment({ domainIdentifier, identifier: environmentIdentifier });
      assert.deepEqual((await client.listEnvironmentActions(it)).items, []);
      await assert.rejects(client.getEnvironmentAction({ ...it, identifier: action.id }), {
        name: 'ResourceNotFoundException',
      });
      await assert.rejects(client.getSubscriptionTarget({ ...it, identifier: target.id }), {
        name: 'ResourceNotFoundException',
      });
    });
  });

  describe('Subscription targets', () => {
    it('are listed whole, in the order that is asked for', async () => {
      const { projectIdentifier, ...it } = await environment();
      for (const name of ['one', 'two', 'three']) {
        fixture.clock.advance(1000);
        await client.createSubscriptionTarget({ ...it, ...targetOf(name) });
      }
      const list = (sortBy: 'CREATED_AT' | 'UPDATED_AT') =>
        client.listSubscriptionTargets({ ...it, sortBy, sortOrder: 'DESCENDING' });
      const names = async (sortBy: 'CREATED_AT' | 'UPDATED_AT') =>
        (await list(sortBy)).items?.map(({ name }) => name);
      const one = (await list('CREATED_AT')).items?.at(-1);
      fixture.clock.advance(1000);

      await client.updateSubscriptionTarget({ ...it, identifier: one?.id, manageAccessRole: role });

      assert.deepEqual(await names('CREATED_AT'), ['three', 'two', 'one']);
      assert.deepEqual(await names('UPDATED_AT'), ['one', 'three', 'two']);
      const { $metadata: _, ...found } = await client.getSubscriptionTarget({ ...it, identifier: one?.id });
      assert.deepEqual((await list('UPDATED_AT')).items?.[0], found);
      assert.deepEqual([found.projectId, found.manageAccessRole], [projectIdentifier, role]);
    });

    it('need an environment of a project that the caller belongs to, and asset types that exist', async () => {
      const { projectIdentifier: _, ...it } = await environment();
      const stranger = fixture.client('Stranger');
      const create = (caller: DataZone, more: object) =>
        caller.createSubscriptionTarget({ ...it, ...targetOf('Lake'), ...more });

      await assert.rejects(create(stranger, {}), { name: 'AccessDeniedException' });
      await assert.rejects(create(client, { environmentIdentifier: 'none' }), {
        name: 'ResourceNotFoundException',
      });
      await assert.rejects(create(client, { applicableAssetTypes: ['NoSuchType'] }), {
        name: 'ResourceNotFoundException',
      });
      await assert.rejects(create(client, { authorizedPrincipals: [] }), { name: 'ValidationException' });
    });
  });

  const targetOf = (name: string) => ({
    name,
    type: 'GlueSubscriptionTargetType',
    manageAccessRole: `arn:aws:iam::${accountId}:role/ManageAccess`,
    authorizedPrincipals: [role],
    applicableAssetTypes: [tableType],
    subscriptionTargetConfig: [
      { formName: 'GlueSubscriptionTargetConfigForm', content: '{"databaseName":"subscribed"}' },
    ],
  });
});
