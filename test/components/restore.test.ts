import assert from 'node:assert/strict';
import validate from 'asl-validator';
import { Restore, type RestoreArgs } from '../../components/restore';
import { restoreDefinition } from '../../components/restore-definition';
import { StandbyRegion } from '../../components/standby-region';
import { type Deployment, deploy, type Statement } from '../support/deployment';

const accountId = '123456789012';
const args = (region: string): RestoreArgs => ({
  place: { partition: 'aws', accountId, region },
  domainId: 'dzd_domain',
  domainKeyArn: `arn:aws:kms:${region}:${accountId}:key/domain`,
  vault: {
    tableName: 'vault',
    tableArn: `arn:aws:dynamodb:${region}:${accountId}:table/vault`,
    tableKeyArn: `arn:aws:kms:${region}:${accountId}:key/mrk-vault`,
  },
  restoreActions: ['datazone:CreateGlossary', 'datazone:Search'],
  rateShare: 80,
  requestRates: { Search: 5 },
  logRetentionDays: 30,
});
const domain = {
  id: 'dzd_domain',
  arn: `arn:aws:datazone:us-east-1:${accountId}:domain/dzd_domain`,
  version: 'V1',
  rootDomainUnitId: 'root',
  portalUrl: 'https://dzd_domain.datazone.us-east-1.on.aws',
  keyArn: undefined,
} as const;

const lambdaType = 'aws:lambda/function:Function';
const machineType = 'aws:sfn/stateMachine:StateMachine';
const needed = ({ Sid }: Statement) => !Sid.startsWith('BestEffort');
const via = (service: string, region: string) => ({
  StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
});
const useOfKey = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

/** What the tasks of a restore in a Region may do, but for what they send into a domain that they make. */
function grantsIn(region: string, domainKey: unknown): object[] {
  const { vault } = args(region);
  const within = (...partitions: string[]) => ({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
  });
  const allow = (Sid: string, Action: string[], Resource: unknown, Condition?: object) => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  return [
    allow('CalledVault', ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], vault.tableArn),
    allow(
      'CalledProgress',
      ['dynamodb:PutItem'],
      vault.tableArn,
      within('dzd_domain/restore', 'dzd_domain/restore/*', 'dzd_domain/idmap/*'),
    ),
    allow('CalledResumption', ['dynamodb:DeleteItem'], vault.tableArn, within('dzd_domain/restore/*')),
    allow('ImpliedTableKey', useOfKey, vault.tableKeyArn, via('dynamodb', region)),
    allow('CalledTarget', ['datazone:CreateGlossary', 'datazone:Search'], '*'),
    allow('ImpliedDomainKey', useOfKey, domainKey, via('datazone', region)),
  ];
}

describe('The restore', () => {
  let restore: Deployment;
  const machine = () => restore.one(machineType, 'restore');
  const tasks = ['plan', 'apply', 'verify'];

  before(async () => {
    restore = await deploy(() => {
      const { stateMachineArn, roleArn } = new Restore('restore', {
        ...args('us-east-1'),
        enrolment: { domain, projects: { sales: 'p1' } },
      });
      return { stateMachineArn, roleArn };
    });
  });

  it('lets its tasks read the vault, note their progress, and change a domain', () => {
    assert.deepEqual(
      restore.grantsOf('restore-tasks').filter(needed),
      grantsIn('us-east-1', args('us-east-1').domainKeyArn),
    );
  });

  it('lets the state machine invoke its functions', () => {
    const called = restore.grantsOf('restore').filter(needed);

    assert.deepEqual(
      called.map(({ Sid, Action, Resource }) => [Sid, Action, Resource]),
      tasks.map((task) => [
        `Called${task[0]?.toUpperCase()}${task.slice(1)}Restore`,
        ['lambda:InvokeFunction'],
        restore.one(lambdaType, `restore-${task}`).state.arn,
      ]),
    );
  });

  it('tells its functions the vault, their rates, and whose work is no difference', () => {
    const common = {
      DOMAIN_ID: 'dzd_domain',
      TABLE_NAME: 'vault',
      RATE_SHARE: '80',
      REQUEST_RATES: '{"Search":5}',
      RESTORE_ROLE_ARN: restore.graph.outputs.roleArn,
    };
    for (const task of tasks) {
      const { environment, timeout } = restore.one(lambdaType, `restore-${task}`).inputs;
      const { variables } = environment as { variables: Record<string, string> };
      const own = Object.fromEntries(
        Object.entries(variables).filter(([name]) => !/^(NODE|POWERTOOLS)_/.test(name)),
      );

      assert.deepEqual(own, common);
      assert.equal(timeout, 900);
    }
  });

  it('makes its role a user of the domain, once it has its policies, and an owner of the projects', () => {
    const profile = restore.one('aws:datazone/userProfile:UserProfile', 'restore-restorer');
    const policy = restore.one('aws:iam/rolePolicy:RolePolicy', 'restore-tasks');
    const owner = restore.one('aws-native:datazone:ProjectMembership', 'restore-restorer-sales').inputs;

    assert.equal(profile.inputs.userIdentifier, restore.graph.outputs.roleArn);
    assert.ok(profile.dependencies.includes(policy.urn));
    assert.deepEqual([owner.designation, owner.member], ['PROJECT_OWNER', { userIdentifier: profile.id }]);
  });

  it('logs without data, and is traced', () => {
    const { inputs } = machine();
    const group = restore.one('aws:cloudwatch/logGroup:LogGroup', 'restore');

    assert.deepEqual(inputs.loggingConfiguration, {
      level: 'ALL',
      includeExecutionData: false,
      logDestination: `${group.state.arn}:*`,
    });
    assert.deepEqual(inputs.tracingConfiguration, { enabled: true });
  });
});

describe('The definition of the restore', () => {
  const functionArns = {
    planRestore: `arn:aws:lambda:us-east-1:${accountId}:function:plan`,
    applyRestore: `arn:aws:lambda:us-east-1:${accountId}:function:apply`,
    verifyRestore: `arn:aws:lambda:us-east-1:${accountId}:function:verify`,
    createDomain: `arn:aws:lambda:us-east-1:${accountId}:function:create`,
  };
  const settings = { invokeResource: 'arn:aws:states:::lambda:invoke', taskTimeoutSeconds: 900 };
  const definition = restoreDefinition({ ...settings, functionArns });
  const states = definition.States as Record<string, Record<string, unknown>>;
  const tasks = Object.values(states).filter(({ Type }) => Type === 'Task');

  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(definition, { checkArn: true, checkPaths: true });

    assert.ok(isValid, errorsText());
  });

  it('applies for as many calls as it takes, and does nothing else twice', () => {
    const { createDomain: _, ...others } = functionArns;
    const nexts = Object.entries(states).flatMap(([name, { Next, Choices, Default }]) =>
      [Next, Default, ...((Choices ?? []) as { Next: string }[]).map((choice) => choice.Next)].flatMap(
        (next) => (next === 'Apply' ? [name] : []),
      ),
    );

    assert.deepEqual(nexts, ['WhichAction', 'HasMoreToApply']);
    assert.ok(!JSON.stringify(restoreDefinition({ ...settings, functionArns: others })).includes('create'));
  });

  it('tries again what may pass, and never what a person has asked for in vain', () => {
    for (const { Retry, Catch } of tasks) {
      const retried = (Retry as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals);
      const [refused, ...others] = Catch as { ErrorEquals: string[]; Next: string }[];

      assert.ok(retried.includes('RetryableError'));
      assert.deepEqual(others, []);
      assert.equal(refused?.Next, 'Refusal');
      assert.ok(refused?.ErrorEquals.includes('PlanOutdatedError'));
      assert.deepEqual(
        retried.filter((error) => refused?.ErrorEquals.includes(error) || error === 'States.ALL'),
        [],
      );
    }
    assert.equal(tasks.length, 4);
  });
});

describe('The standby Region', () => {
  let standby: Deployment;
  const role = (name: string) => standby.one('aws:iam/role:Role', name).state.arn;

  function deployStandby(version: 'V1' | 'V2', domainOnDestroy: 'retain' | 'delete' = 'retain') {
    const { domainKeyArn: _, ...own } = args('us-west-2');
    return deploy(() => new StandbyRegion('standby', { ...own, version, domainOnDestroy }));
  }

  before(async () => {
    standby = await deployStandby('V2');
  });

  it('lets its restore make a domain too, with the roles and the key that stand ready', () => {
    const keyArn = standby.one('aws:kms/key:Key', 'standby-domain-key').state.arn;
    const pass = (Sid: string, Resource: unknown) => ({
      Sid,
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource,
      Condition: { StringEquals: { 'iam:PassedToService': 'datazone.amazonaws.com' } },
    });
    const restoring = grantsIn('us-west-2', keyArn);

    assert.deepEqual(standby.grantsOf('standby-restore-tasks').filter(needed), [
      ...restoring.slice(0, -1),
      { Sid: 'CalledNewDomain', Effect: 'Allow', Action: ['datazone:CreateDomain'], Resource: '*' },
      pass('ImpliedExecutionRole', role('standby-domain-execution')),
      pass('ImpliedServiceRole', role('standby-domain-service')),
      ...restoring.slice(-1),
    ]);
  });

  it('stands in its Region alone: nothing of it names another', () => {
    const named = standby.graph.resources.flatMap(({ name, inputs }) =>
      [...(JSON.stringify(inputs) ?? '').matchAll(/\b[a-z]{2}-[a-z]+-\d\b/g)]
        .filter(([region]) => region !== 'us-west-2')
        .map(([region]) => `${name}: ${region}`),
    );
    const regional = standby.graph.resources.filter(
      ({ custom, type }) => custom && !/^(aws:iam|pulumi:)/.test(type),
    );

    assert.deepEqual(named, []);
    assert.ok(regional.length > 10);
    for (const { name, inputs } of regional) assert.equal(inputs.region, 'us-west-2', name);
  });

  it('keeps what a domain that was made there runs under, as the domain is kept', async () => {
    const isKept = (deployed: Deployment, type: string, name: string) =>
      deployed.one(type, name).retainOnDelete;
    const given = await deployStandby('V1', 'delete');
    for (const [type, name] of [
      ['aws:kms/key:Key', 'standby-domain-key'],
      ['aws:iam/role:Role', 'standby-domain-execution'],
      ['aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'standby-domain-execution'],
      ['aws:iam/rolePolicy:RolePolicy', 'standby-domain-execution-key'],
    ] as const) {
      assert.equal(isKept(standby, type, name), true, name);
      assert.equal(isKept(given, type, name), false, name);
    }
    assert.deepEqual(
      given.ofType('aws:iam/role:Role').filter(({ name }) => name.endsWith('-service')),
      [],
    );
  });
});
