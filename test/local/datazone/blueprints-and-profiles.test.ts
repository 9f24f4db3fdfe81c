import assert from 'node:assert/strict';
import type { DataZone } from '@aws-sdk/client-datazone';
import { accountId } from '../../support/wire-server';
import { Fixture } from './fixture';

const lambdaFunctionArn = `arn:aws:lambda:eu-west-1:${accountId}:function:accounts`;
const templateUrl = 'https://blueprints.s3.eu-west-1.amazonaws.com/notebook.yaml';
const role = `arn:aws:iam::${accountId}:role/Analyst`;

describe('What environments of the local DataZone are made from', () => {
  let fixture: Fixture;
  let client: DataZone;

  before(async () => {
    fixture = await new Fixture({ deployMilliseconds: 5000 }).start();
    client = fixture.client();
  });
  after(() => fixture.stop());

  const notebooks = (domainIdentifier: string) => ({
    domainIdentifier,
    name: 'Notebooks',
    provisioningProperties: { cloudFormation: { templateUrl } },
    userParameters: [{ keyName: 'size', fieldType: 'String', defaultValue: 'small', isEditable: true }],
  });

  describe('Blueprints', () => {
    it("that people made stand beside AWS's own, which have other ids in each domain", async () => {
      const [one, two] = [fixture.domain('V2'), fixture.domain('V2')];
      const { id } = await client.createEnvironmentBlueprint(notebooks(one));

      const custom = await client.listEnvironmentBlueprints({ domainIdentifier: one, managed: false });
      const all = await client.listEnvironmentBlueprints({ domainIdentifier: one });

      assert.deepEqual(
        custom.items?.map((item) => item.id),
        [id],
      );
      assert.equal(all.items?.length, 8);
      assert.notEqual(fixture.blueprint(one, 'Tooling'), fixture.blueprint(two, 'Tooling'));
    });

    it('show their parameters one by one, and not in a list', async () => {
      const domainIdentifier = fixture.domain('V1');
      const { id: identifier } = await client.createEnvironmentBlueprint(notebooks(domainIdentifier));

      const { items } = await client.listEnvironmentBlueprints({ domainIdentifier, managed: false });
      const found = await client.getEnvironmentBlueprint({ domainIdentifier, identifier });

      assert.ok(items?.[0] && !('userParameters' in items[0]));
      assert.deepEqual(found.userParameters, notebooks(domainIdentifier).userParameters);
    });

    it('can be changed and deleted where people made them and nothing uses them', async () => {
      const domainIdentifier = fixture.domain('V1');
      const { id: identifier } = await client.createEnvironmentBlueprint(notebooks(domainIdentifier));
      const custom = { domainIdentifier, identifier };
      const managed = {
        domainIdentifier,
        identifier: fixture.blueprint(domainIdentifier, 'DefaultDataLake'),
      };
      const configuration = { domainIdentifier, environmentBlueprintIdentifier: identifier };

      await client.updateEnvironmentBlueprint({ ...custom, description: 'for analysts' });
      await client.putEnvironmentBlueprintConfiguration({ ...configuration, enabledRegions: ['eu-west-1'] });

      assert.equal((await client.getEnvironmentBlueprint(custom)).description, 'for analysts');
      await assert.rejects(client.updateEnvironmentBlueprint(managed), { name: 'ValidationException' });
      await assert.rejects(client.deleteEnvironmentBlueprint(managed), { name: 'ValidationException' });
      await assert.rejects(client.deleteEnvironmentBlueprint(custom), { name: 'ConflictException' });
      await client.deleteEnvironmentBlueprintConfiguration(configuration);
      await client.deleteEnvironmentBlueprintConfiguration(configuration);
      await client.deleteEnvironmentBlueprint(custom);
      await assert.rejects(client.getEnvironmentBlueprint(custom), { name: 'ResourceNotFoundException' });
    });

    it('are configured whole, but for global parameters, which nothing reads back', async () => {
      const domainIdentifier = fixture.domain('V2');
      const settings = {
        enabledRegions: ['eu-west-1', 'eu-central-1'],
        provisioningRoleArn: role,
        regionalParameters: { 'eu-west-1': { S3Location: 's3://lake' } },
        provisioningConfigurations: [
          { lakeFormationConfiguration: { locationRegistrationExcludeS3Locations: ['s3://other'] } },
        ],
      };
      const environmentBlueprintIdentifier = fixture.blueprint(domainIdentifier, 'LakehouseCatalog');
      await client.putEnvironmentBlueprintConfiguration({
        domainIdentifier,
        environmentBlueprintIdentifier,
        ...settings,
        globalParameters: { hidden: 'true' },
      });

      const { items } = await client.listEnvironmentBlueprintConfigurations({ domainIdentifier });

      const { createdAt: _, updatedAt: __, ...found } = items?.[0] ?? assert.fail();
      assert.deepEqual(found, {
        ...settings,
        domainId: domainIdentifier,
        environmentBlueprintId: environmentBlueprintIdentifier,
      });
    });
  });

  describe('Account pools and project profiles', () => {
    const pool = (domainIdentifier: string, accounts: number) => ({
      domainIdentifier,
      name: 'Lake accounts',
      resolutionStrategy: 'MANUAL' as const,
      accountSource: {
        accounts: Array.from({ length: accounts }, (_, n) => ({
          awsAccountId: `${100_000_000_000 + n}`,
          supportedRegions: ['eu-west-1'],
        })),
      },
    });

    it('list the accounts of a pool in pages, and its source only in the pool itself', async () => {
      const domainIdentifier = fixture.domain('V2');
      const { id: identifier } = await client.createAccountPool(pool(domainIdentifier, 25));

      const first = await client.listAccountsInAccountPool({ domainIdentifier, identifier, maxResults: 20 });
      const last = await client.listAccountsInAccountPool({
        domainIdentifier,
        identifier,
        maxResults: 20,
        nextToken: first.nextToken,
      });
      const { items } = await client.listAccountPools({ domainIdentifier });
      const found = await client.getAccountPool({ domainIdentifier, identifier });

      assert.deepEqual([first.items?.length, last.items?.length, last.nextToken], [20, 5, undefined]);
      assert.ok(items?.[0] && !('accountSource' in items[0]) && !('lastUpdatedAt' in items[0]));
      assert.deepEqual(found.accountSource?.accounts, [...(first.items ?? []), ...(last.items ?? [])]);
    });

    it('refuse more than 25 accounts, the same account or name twice, and a domain of version V1', async () => {
      const domainIdentifier = fixture.domain('V2');
      const { accountSource, ...named } = pool(domainIdentifier, 1);
      const [account] = accountSource.accounts;
      assert.ok(account);
      const refuses = (input: Parameters<DataZone['createAccountPool']>[0], name: string) =>
        assert.rejects(client.createAccountPool(input), { name });

      await refuses(pool(domainIdentifier, 26), 'ValidationException');
      await refuses({ ...named, accountSource: { accounts: [account, account] } }, 'ValidationException');
      await refuses(pool(fixture.domain('V1'), 1), 'ValidationException');
      await client.createAccountPool({ ...named, accountSource });
      await refuses({ ...named, accountSource }, 'ConflictException');
    });

    it('put their tags on their projects, whose own come and go beside them', async () => {
      const domainIdentifier = fixture.domain('V2');
      const { id: projectProfileId } = await client.createProjectProfile({
        domainIdentifier,
        name: 'Tagging',
        projectResourceTags: [
          { key: 'costs', value: '42', isValueEditable: false },
          { key: 'stage', value: 'dev', isValueEditable: true },
        ],
      });
      const project = { domainIdentifier, name: 'Tagged', projectProfileId };
      const ofProfile = { key: 'costs', value: '42', source: 'PROJECT_PROFILE' };

      await assert.rejects(client.createProject({ ...project, resourceTags: { costs: '0' } }), {
        name: 'ValidationException',
      });
      const created = await client.createProject({ ...project, resourceTags: { stage: 'prod', team: 'a' } });
      const updated = await client.updateProject({
        domainIdentifier,
        identifier: created.id,
        resourceTags: { stage: 'prod' },
      });

      const stage = { key: 'stage', value: 'prod', source: 'PROJECT' };
      assert.deepEqual(created.resourceTags, [
        stage,
        { key: 'team', value: 'a', source: 'PROJECT' },
        ofProfile,
      ]);
      assert.deepEqual(updated.resourceTags, [stage, ofProfile]);
    });

    it('can be changed, and deleted once nothing uses them', async () => {
      const domainIdentifier = fixture.domain('V2');
      const { id: poolId = '' } = await client.createAccountPool(pool(domainIdentifier, 1));
      const { id: profileId } = await client.createProjectProfile({
        domainIdentifier,
        name: 'Analytics',
        environmentConfigurations: [
          {
            name: 'Lake',
            environmentBlueprintId: fixture.blueprint(domainIdentifier, 'DataLake'),
            accountPools: [poolId],
          },
        ],
      });
      const thePool = { domainIdentifier, identifier: poolId };
      const theProfile = { domainIdentifier, identifier: profileId };
      const { id: projectId } = await client.createProject({
        domainIdentifier,
        name: 'P',
        projectProfileId: profileId,
      });

      const accountSource = { customAccountPoolHandler: { lambdaFunctionArn } };
      await client.updateAccountPool({ ...thePool, accountSource });
      await client.updateProjectProfile({ ...theProfile, status: 'DISABLED', description: 'no more' });

      assert.deepEqual((await client.getAccountPool(thePool)).accountSource, accountSource);
      await assert.rejects(client.listAccountsInAccountPool(thePool), { name: 'ValidationException' });
      const profile = await client.getProjectProfile(theProfile);
      assert.deepEqual([profile.status, profile.description], ['DISABLED', 'no more']);
      assert.deepEqual(profile.environmentConfigurations?.[0]?.accountPools, [poolId]);
      const { items } = await client.listProjectProfiles({ domainIdentifier, sortBy: 'NAME' });
      assert.ok(items?.[0] && !('environmentConfigurations' in items[0]));
      await assert.rejects(client.deleteAccountPool(thePool), { name: 'ValidationException' });
      await assert.rejects(client.deleteProjectProfile(theProfile), { name: 'ValidationException' });
      for (const it of fixture.call('ListEnvironments', {
        domainIdentifier,
        projectIdentifier: `${projectId}`,
      }).items) {
        await client.deleteEnvironment({ domainIdentifier, identifier: it.id });
      }
      await client.deleteProject({ domainIdentifier, identifier: projectId });
      await client.deleteProjectProfile(theProfile);
      await client.deleteAccountPool(thePool);
    });

    it('give a project its environments, in the account and with the parameters that it chose', async () => {
      const domainIdentifier = fixture.domain('V2');
      const { id: projectProfileId } = await client.createProjectProfile({
        domainIdentifier,
        name: 'Analytics',
        environmentConfigurations: [
          {
            name: 'Lake',
            environmentBlueprintId: fixture.blueprint(domainIdentifier, 'DataLake'),
            awsRegion: { regionName: 'eu-central-1' },
            configurationParameters: {
              parameterOverrides: [
                { name: 'size', value: 'small' },
                { name: 'bucket', value: 'lake' },
              ],
            },
          },
        ],
      });
      const { id: projectIdentifier } = await client.createProject({
        domainIdentifier,
        name: 'P',
        projectProfileId,
        userParameters: [
          {
            environmentConfigurationName: 'Lake',
            environmentResolvedAccount: { awsAccountId: '444455556666', regionName: 'eu-west-3' },
            environmentParameters: [{ name: 'size', value: 'large' }],
          },
        ],
      });

      const { items } = await client.listEnvironments({ domainIdentifier, projectIdentifier });
      const found = await client.getEnvironment({ domainIdentifier, identifier: items?.[0]?.id });

      assert.deepEqual([found.awsAccountId, found.awsAccountRegion], ['444455556666', 'eu-west-3']);
      assert.deepEqual(
        found.userParameters?.map(({ keyName, defaultValue }) => [keyName, defaultValue]),
        [
          ['size', 'large'],
          ['bucket', 'lake'],
        ],
      );
    });
  });

  it('is an environment profile in a domain of version V1, which can be changed', async () => {
    const domainIdentifier = fixture.domain('V1');
    const projectIdentifier = fixture.project(domainIdentifier);
    const environmentBlueprintIdentifier = fixture.blueprint(domainIdentifier, 'DefaultDataLake');
    const blueprint = { domainIdentifier, environmentBlueprintIdentifier };
    await client.putEnvironmentBlueprintConfiguration({ ...blueprint, enabledRegions: ['eu-west-1'] });
    const { id: identifier = '' } = await client.createEnvironmentProfile({
      ...blueprint,
      projectIdentifier,
      name: 'Lake',
      userParameters: [{ name: 'size', value: 'small' }],
    });
    const profile = { domainIdentifier, identifier };

    await client.updateEnvironmentProfile({ ...profile, userParameters: [{ name: 'size', value: 'large' }] });
    const { id } = await client.createEnvironment({
      domainIdentifier,
      projectIdentifier,
      name: 'dev',
      environmentProfileIdentifier: identifier,
    });

    const environment = await client.getEnvironment({ domainIdentifier, identifier: id });
    const { items } = await client.listEnvironmentProfiles({ domainIdentifier });
    assert.equal(environment.userParameters?.[0]?.defaultValue, 'large');
    assert.ok(items?.[0] && !('userParameters' in items[0]));
    await assert.rejects(client.deleteEnvironmentProfile(profile), { name: 'ValidationException' });
    await client.deleteEnvironment({ domainIdentifier, identifier: id });
    await client.deleteEnvironmentProfile(profile);
  });
});
