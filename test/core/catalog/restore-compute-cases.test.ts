import assert from 'node:assert/strict';
import { dataSource } from '../../../core/catalog/data-source';
import { environment } from '../../../core/catalog/environment';
import { environmentBlueprint } from '../../../core/catalog/environment-blueprint';
import { environmentBlueprintConfiguration } from '../../../core/catalog/environment-blueprint-configuration';
import { environmentProfile } from '../../../core/catalog/environment-profile';
import type { JsonObject } from '../../../core/catalog/kind';
import { notebook } from '../../../core/catalog/notebook';
import { projectProfile } from '../../../core/catalog/project-profile';
import { ResourceFailedError, ResourcePendingError } from '../../../core/catalog/restoration';
import { hiddenSecret } from '../../../core/catalog/shape';
import { InvalidRequestError } from '../../../core/catalog/source';
import { subscriptionTarget } from '../../../core/catalog/subscription-target';
import { portable } from '../../../core/restore/portable';
import { domainId } from './fixture';
import { restorationOf } from './restored-by-hand';
import { create, inTurn, update } from './scripted-target';

describe('an environment that is restored', () => {
  const record = {
    projectId: 'p1',
    name: 'Lake',
    environmentBlueprintId: 'b1',
    awsAccountId: '111122223333',
    awsAccountRegion: 'eu-west-1',
  };
  const made = { CreateEnvironment: () => ({ id: 'e1', projectId: 'p1' }) };
  const active = { GetEnvironment: () => ({ status: 'ACTIVE' }) };

  /** What a restore does: it makes the environment, and waits for it. */
  async function createUp(wanted: JsonObject, answers: Parameters<typeof create>[2]) {
    const { target, id } = await create(environment, wanted, answers);
    await environment.restore?.untilUp?.(target, id, wanted);
    return { target, id };
  }

  it('is waited for until it is up', async () => {
    const { target, id } = await createUp(record, {
      ...made,
      GetEnvironment: inTurn({ status: 'CREATING' }, { status: 'CREATING' }, { status: 'ACTIVE' }),
    });

    assert.equal(id, 'e1');
    assert.deepEqual(target.operations, ['CreateEnvironment', ...Array(3).fill('GetEnvironment')]);
    assert.ok(target.slept > 0);
  });

  it('says why it does not come up, and does not take for ever', async () => {
    const failed = {
      status: 'CREATE_FAILED',
      lastDeployment: { failureReason: { message: 'no such role' } },
    };

    await assert.rejects(
      createUp(record, { ...made, GetEnvironment: () => failed }),
      new ResourceFailedError('environment e1 is CREATE_FAILED: no such role'),
    );
    await assert.rejects(
      createUp(record, { ...made, GetEnvironment: () => ({ status: 'CREATING' }) }),
      ResourcePendingError,
    );
  });

  const origins: readonly (readonly [string, JsonObject, JsonObject])[] = [
    [
      'a blueprint, an account and a Region',
      {},
      {
        environmentBlueprintIdentifier: 'b1',
        environmentAccountIdentifier: '111122223333',
        environmentAccountRegion: 'eu-west-1',
      },
    ],
    [
      'its environment profile, which gives all else',
      { environmentProfileId: 'ep1' },
      { environmentProfileIdentifier: 'ep1' },
    ],
    [
      'a configuration of the project profile, by its name: ids are given anew',
      { environmentConfigurationId: 'source', environmentConfigurationName: 'Lake' },
      {
        environmentConfigurationName: 'Lake',
        environmentAccountIdentifier: '111122223333',
        environmentAccountRegion: 'eu-west-1',
      },
    ],
  ];
  for (const [what, members, input] of origins) {
    it(`is made from ${what}`, async () => {
      const { target } = await create(
        environment,
        { ...record, ...members },
        { ...made, ...active, ListEnvironments: () => ({ items: [] }) },
      );

      assert.deepEqual(target.inputOf('CreateEnvironment'), {
        projectIdentifier: 'p1',
        name: 'Lake',
        ...input,
      });
    });
  }

  it('is the one that came with its project, where one did', async () => {
    const items = [
      { id: 'e7', name: 'Lake', status: 'DELETED' },
      { id: 'e8', name: 'Lake', status: 'CREATING' },
    ];

    const { target, id } = await createUp(
      { ...record, environmentConfigurationName: 'Lake' },
      { ...active, ListEnvironments: () => ({ items }) },
    );

    assert.equal(id, 'e8');
    assert.deepEqual(target.inputOf('ListEnvironments'), { projectIdentifier: 'p1', name: 'Lake' });
    assert.deepEqual(target.operations, ['ListEnvironments', 'GetEnvironment']);
  });

  it('is given the parameters that can be set, and no others', async () => {
    const userParameters = [
      { keyName: 'size', fieldType: 'String', defaultValue: 'XL', isEditable: true },
      { keyName: 'vpc', fieldType: 'String', defaultValue: 'vpc-1', isEditable: false },
      { keyName: 'none', fieldType: 'String' },
    ];

    const { target } = await create(environment, { ...record, userParameters }, { ...made, ...active });
    const profile = await create(
      environmentProfile,
      { name: 'x', projectId: 'p1', environmentBlueprintId: 'b1', userParameters },
      { CreateEnvironmentProfile: () => ({ id: 'ep1' }) },
    );

    const expected = [{ name: 'size', value: 'XL' }];
    assert.deepEqual(target.inputOf('CreateEnvironment').userParameters, expected);
    assert.deepEqual(profile.target.inputOf('CreateEnvironmentProfile').userParameters, expected);
  });

  it('is deployed again for its parameters alone, and never while it is being deployed', async () => {
    const parameters = (value: string, ...members: readonly string[]) => ({
      userParameters: [
        Object.fromEntries(members.map((member) => [member, member === 'keyName' ? 'size' : value])),
      ],
    });
    const terms = await update(
      environment,
      { ...record, ...parameters('XL', 'defaultValue', 'keyName'), glossaryTerms: ['t1'] },
      { ...record, ...parameters('XL', 'keyName', 'defaultValue') },
      { GetEnvironment: inTurn({ status: 'UPDATING' }, { status: 'ACTIVE' }) },
    );
    await terms.done;
    const size = await update(
      environment,
      { ...record, ...parameters('XL', 'keyName', 'defaultValue') },
      { ...record, ...parameters('S', 'keyName', 'defaultValue') },
      active,
    );
    await size.done;

    assert.deepEqual(terms.target.operations, ['GetEnvironment', 'GetEnvironment', 'UpdateEnvironment']);
    assert.deepEqual(terms.target.inputOf('UpdateEnvironment'), { identifier: 'x1', glossaryTerms: ['t1'] });
    assert.deepEqual(size.target.operations, ['GetEnvironment', 'UpdateEnvironment', 'GetEnvironment']);
    assert.deepEqual(size.target.inputOf('UpdateEnvironment').userParameters, [
      { name: 'size', value: 'XL' },
    ]);
  });

  it('keeps its last glossary term, and all else of it is changed', async () => {
    const { target, done } = await update(
      environment,
      { ...record, description: 'new' },
      { ...record, glossaryTerms: ['t1'] },
      active,
    );

    await assert.rejects(done, InvalidRequestError);
    assert.deepEqual(target.inputOf('UpdateEnvironment'), { identifier: 'x1', description: 'new' });
  });
});

describe('a blueprint that is restored', () => {
  const own = { name: 'DataLake', provider: 'Amazon DataZone', description: 'as of May' };

  it("is found by its name alone, where it is AWS's own", () => {
    const { madeByService } = restorationOf(environmentBlueprint);

    assert.deepEqual(portable(environmentBlueprint, own), { name: 'DataLake' });
    assert.equal(madeByService?.(own), "AWS's own blueprint");
    assert.equal(madeByService?.({ ...own, provider: 'Custom' }), undefined);
  });

  it('is configured under the id that it has there, without secrets', async () => {
    const { target, id } = await create(
      environmentBlueprintConfiguration,
      {
        domainId,
        environmentBlueprintId: 'b2',
        regionalParameters: { 'eu-west-1': { S3Location: 's3://lake', apiToken: hiddenSecret } },
      },
      { PutEnvironmentBlueprintConfiguration: () => ({}) },
    );

    assert.equal(id, 'b2');
    assert.deepEqual(target.inputOf('PutEnvironmentBlueprintConfiguration'), {
      environmentBlueprintIdentifier: 'b2',
      enabledRegions: [],
      regionalParameters: { 'eu-west-1': { S3Location: 's3://lake' } },
    });
  });
});

describe('a project profile that is restored', () => {
  it('keeps the ids by which its environments know their configurations', async () => {
    const configuration = (name: string, id: string) => ({ id, name, environmentBlueprintId: 'b1' });
    const wanted = { environmentConfigurations: [configuration('Lake', 's1'), configuration('New', 's2')] };
    const current = { environmentConfigurations: [configuration('Lake', 't1'), configuration('Old', 't2')] };

    const { target, done } = await update(projectProfile, wanted, current, {
      GetProjectProfile: () => current,
    });
    await done;

    assert.deepEqual(target.inputOf('UpdateProjectProfile').environmentConfigurations, [
      configuration('Lake', 't1'),
      { name: 'New', environmentBlueprintId: 'b1' },
    ]);
  });
});

describe('a subscription target that is restored', () => {
  const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

  it("lets in the users of its environment as they are called there, and others' roles as they were", () => {
    const record = {
      environmentId: 'newEnv',
      projectId: 'newProject',
      authorizedPrincipals: [
        role('datazone_usr_oldEnv'),
        role('datazone_usr_role_oldProject_oldEnv'),
        role('analyst'),
        'a_role_of_redshift',
      ],
    };

    assert.deepEqual(portable(subscriptionTarget, record).authorizedPrincipals, [
      'a_role_of_redshift',
      role('analyst'),
      role('datazone_usr_newEnv'),
      role('datazone_usr_role_newProject_newEnv'),
    ]);
  });
});

describe('a data source that is restored', () => {
  const record = {
    projectId: 'p1',
    name: 'sales',
    type: 'GLUE',
    connectionId: 'c1',
    enableSetting: 'ENABLED',
    configuration: { glueRunConfiguration: { accountId: '111122223333', region: 'eu-west-1' } },
    assetFormsOutput: [{ formName: 'F', typeName: 'FormType', typeRevision: '2', content: '{}' }],
  };

  it('runs in the second pass at the earliest', async () => {
    const { late } = restorationOf(dataSource);

    const { target } = await create(dataSource, record, { CreateDataSource: () => ({ id: 'd1' }) });

    assert.deepEqual(late, ['enableSetting']);
    assert.deepEqual(target.inputOf('CreateDataSource'), {
      projectIdentifier: 'p1',
      name: 'sales',
      type: 'GLUE',
      connectionIdentifier: 'c1',
      enableSetting: 'DISABLED',
      configuration: { glueRunConfiguration: { relationalFilterConfigurations: [] } },
      assetFormsInput: [{ formName: 'F', typeIdentifier: 'FormType', typeRevision: '2', content: '{}' }],
      clientToken: 'token',
    });
  });

  it('is turned on once it is there', async () => {
    const current = { ...record, enableSetting: 'DISABLED' };

    const { target, done } = await update(dataSource, record, current, {
      GetDataSource: inTurn({ status: 'CREATING' }, { status: 'READY' }),
    });
    await done;

    assert.deepEqual(target.operations, ['GetDataSource', 'GetDataSource', 'UpdateDataSource']);
    assert.deepEqual(target.inputOf('UpdateDataSource'), { identifier: 'x1', enableSetting: 'ENABLED' });
  });
});

describe('a notebook that is restored', () => {
  it('is not told what the service says of its own work', async () => {
    const { target, done } = await update(
      notebook,
      { name: 'n', status: 'SYNC_FAILED', cellOrder: [{ id: 'c1' }], description: 'new' },
      { name: 'n', status: 'ACTIVE' },
    );
    await done;

    assert.deepEqual(target.inputOf('UpdateNotebook'), {
      identifier: 'x1',
      description: 'new',
      clientToken: 'token',
    });
  });
});
