import assert from 'node:assert/strict';
import { environment } from '../../../core/catalog/environment';
import { environmentAction } from '../../../core/catalog/environment-action';
import { environmentBlueprint } from '../../../core/catalog/environment-blueprint';
import type { JsonObject, Parent } from '../../../core/catalog/kind';
import { projectProfile } from '../../../core/catalog/project-profile';
import { ResourceAbsentError } from '../../../core/catalog/source';
import { subscriptionTarget } from '../../../core/catalog/subscription-target';
import { domainId, ScriptedSource } from './fixture';

const context = { formModel: () => undefined };
const environmentOf = (more: JsonObject): JsonObject => ({
  id: 'e1',
  domainId,
  projectId: 'p1',
  name: 'dev',
  provider: 'Amazon DataZone',
  createdBy: 'someone',
  updatedAt: '2024-05-06T07:08:09.000Z',
  ...more,
});

describe('an environment blueprint', () => {
  it("is listed among AWS's own, then among custom ones, each list to its end", async () => {
    const pages: Readonly<Record<string, JsonObject>> = {
      'true/': { items: [{ id: 'a', updatedAt: 't' }], nextToken: 'two' },
      'true/two': { items: [{ id: 'b' }], nextToken: '' },
      'false/': { items: [{ id: 'mine', name: 'Mine', createdAt: 't', description: null }] },
    };
    const source = new ScriptedSource({
      ListEnvironmentBlueprints: ({ managed, nextToken = '' }) =>
        pages[`${managed}/${nextToken}`] ?? assert.fail(),
    });

    const listed = [];
    let cursor: string | undefined;
    do {
      const page = await environmentBlueprint.enumerate(source, domainId, cursor);
      listed.push(...(page.listed ?? []));
      cursor = page.cursor;
    } while (cursor !== undefined);

    assert.deepEqual(listed, [
      { id: 'a', scopeId: domainId, summary: { updatedAt: 't' } },
      { id: 'b', scopeId: domainId, summary: {} },
      { id: 'mine', scopeId: domainId, summary: { name: 'Mine' } },
    ]);
  });

  it('belongs to the domain that was asked, though it does not say so', async () => {
    const source = new ScriptedSource({
      GetEnvironmentBlueprint: () => ({ id: 'a', name: 'A', updatedAt: '2024-05-06T07:08:09.000Z' }),
    });

    const { scopeId, changedAt } = await environmentBlueprint.read(source, 'a');

    assert.deepEqual([scopeId, changedAt], [domainId, Date.parse('2024-05-06T07:08:09Z')]);
  });
});

describe('an environment', () => {
  it('is named by its status too: what a deployment made shows nowhere else in the list', async () => {
    const item = environmentOf({ status: 'CREATING', awsAccountId: '111122223333' });
    const source = new ScriptedSource({ ListEnvironments: () => ({ items: [item] }) });

    const { listed } = await environment.enumerate(source, 'p1');

    assert.deepEqual(source.asked[0]?.input, { projectIdentifier: 'p1', maxResults: 50 });
    assert.deepEqual(listed, [
      {
        id: 'e1',
        scopeId: 'p1',
        summary: { status: 'CREATING', name: 'dev', updatedAt: '2024-05-06T07:08:09.000Z' },
      },
    ]);
  });

  it('is absent once it is deleted, though the API may still show it', async () => {
    const deleted = environmentOf({ status: 'DELETED' });
    const source = new ScriptedSource({
      ListEnvironments: () => ({ items: [deleted, environmentOf({ id: 'e2' })] }),
      GetEnvironment: () => deleted,
    });

    const { listed } = await environment.enumerate(source, 'p1');

    assert.deepEqual(
      listed?.map(({ id }) => id),
      ['e2'],
    );
    await assert.rejects(environment.read(source, 'e1'), ResourceAbsentError);
  });

  it('is the same whatever its deployment does, and in whatever order its parts come', async () => {
    const resources = [
      { name: 'bucket', type: 'S3', value: 's3://b' },
      { name: 'role', type: 'IAM', value: 'arn' },
    ];
    const parameters = [
      { keyName: 'a', defaultValue: '1' },
      { keyName: 'b', defaultValue: '2' },
    ];
    const states = [
      environmentOf({ status: 'ACTIVE', provisionedResources: resources, userParameters: parameters }),
      environmentOf({
        status: 'UPDATING',
        provisionedResources: [...resources].reverse(),
        userParameters: [...parameters].reverse(),
        lastDeployment: { deploymentId: 'd', deploymentStatus: 'IN_PROGRESS', messages: ['…'] },
      }),
    ];
    const source = new ScriptedSource({ GetEnvironment: () => states.shift() ?? assert.fail() });

    const [one, two] = [await environment.read(source, 'e1'), await environment.read(source, 'e1')];

    assert.deepEqual(one, two);
    assert.deepEqual(one.record.provisionedResources, resources);
  });

  it('refers to its project, its blueprint, its profile and its terms', async () => {
    const record = environmentOf({
      environmentProfileId: 'v1',
      environmentBlueprintId: 'b1',
      environmentConfigurationId: 'part-of-a-profile',
      glossaryTerms: ['t1'],
    });

    assert.deepEqual(environment.references(record, context), [
      { kind: 'project', id: 'p1', path: 'projectId' },
      { kind: 'environmentProfile', id: 'v1', path: 'environmentProfileId' },
      { kind: 'environmentBlueprint', id: 'b1', path: 'environmentBlueprintId' },
      { kind: 'glossaryTerm', id: 't1', path: 'glossaryTerms[0]' },
    ]);
  });
});

describe('a project profile', () => {
  it('refers to the blueprints and the account pools of all its parts', async () => {
    const source = new ScriptedSource({
      GetProjectProfile: () => ({
        id: 'pp',
        domainId,
        domainUnitId: 'u1',
        environmentConfigurations: [
          { name: 'Tooling', environmentBlueprintId: 'b2' },
          { name: 'Lake', environmentBlueprintId: 'b1', accountPools: ['pool2', 'pool1'] },
        ],
      }),
    });

    const { record } = await projectProfile.read(source, 'pp');

    assert.deepEqual(projectProfile.references(record, context), [
      { kind: 'domainUnit', id: 'u1', path: 'domainUnitId' },
      {
        kind: 'environmentBlueprint',
        id: 'b1',
        path: 'environmentConfigurations[0].environmentBlueprintId',
      },
      { kind: 'accountPool', id: 'pool1', path: 'environmentConfigurations[0].accountPools[0]' },
      { kind: 'accountPool', id: 'pool2', path: 'environmentConfigurations[0].accountPools[1]' },
      {
        kind: 'environmentBlueprint',
        id: 'b2',
        path: 'environmentConfigurations[1].environmentBlueprintId',
      },
    ]);
  });
});

describe('what is listed under an environment', () => {
  const parent: Parent = { kind: 'environment', id: 'e/1', content: () => assert.fail('not needed') };
  const item = { id: 'x1', environmentId: 'e/1', projectId: 'p1', name: 'X', createdAt: 1714000000.5 };

  for (const [kind, operation] of [
    [environmentAction, 'EnvironmentAction'],
    [subscriptionTarget, 'SubscriptionTarget'],
  ] as const) {
    it(`has an id with its environment's in it: ${kind.name}`, async () => {
      const source = new ScriptedSource({
        [`List${operation}s`]: () => ({ items: [item], nextToken: '' }),
        [`Get${operation}`]: () => item,
      });

      const { readings, cursor } = await kind.enumerate(source, 'p1', undefined, parent);
      const read = await kind.read(source, 'e%2F1/x1', 'p1');

      assert.deepEqual([readings[0]?.id, readings[0]?.scopeId, cursor], ['e%2F1/x1', 'p1', undefined]);
      assert.deepEqual([read.id, read.scopeId, read.record], ['e%2F1/x1', 'p1', readings[0]?.record]);
      assert.deepEqual(
        source.asked.map(({ input }) => input),
        [
          { environmentIdentifier: 'e/1', maxResults: 50 },
          { environmentIdentifier: 'e/1', identifier: 'x1' },
        ],
      );
    });
  }

  it('says when it was changed, where the API does: subscription targets in epoch seconds', async () => {
    const source = new ScriptedSource({ GetSubscriptionTarget: () => item });

    assert.equal((await subscriptionTarget.read(source, 'e%2F1/x1')).changedAt, 1714000000500);
  });

  it("is an action of its environment's project, where none is told", async () => {
    const source = new ScriptedSource({
      GetEnvironmentAction: () => item,
      GetEnvironment: () => ({ id: 'e/1', projectId: 'p2' }),
    });

    const { scopeId } = await environmentAction.read(source, 'e%2F1/x1');

    assert.equal(scopeId, 'p2');
    assert.deepEqual(source.asked[1], { operation: 'GetEnvironment', input: { identifier: 'e/1' } });
  });

  it('refers to the asset types that a target takes', () => {
    const record = { environmentId: 'e1', projectId: 'p1', applicableAssetTypes: ['Report'] };

    assert.deepEqual(subscriptionTarget.references(record, context), [
      { kind: 'project', id: 'p1', path: 'projectId' },
      { kind: 'environment', id: 'e1', path: 'environmentId' },
      { kind: 'assetType', id: 'Report', path: 'applicableAssetTypes[0]' },
    ]);
  });
});
