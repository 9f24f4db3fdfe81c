import assert from 'node:assert/strict';
import { Backup, type BackupArgs } from '../../components/backup';
import type { Place } from '../../components/place';
import { type Deployment, deploy, type Statement, statementsOf } from '../support/deployment';

const place: Place = { partition: 'aws', accountId: '123456789012', region: 'us-east-1' };
const domainKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/domain';
const vault = {
  tableName: 'vault',
  tableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/vault',
  replicaTableArn: 'arn:aws:dynamodb:us-west-2:123456789012:table/vault',
  tableKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-vault',
  replicaKeyArn: 'arn:aws:kms:us-west-2:123456789012:key/mrk-vault',
};
const selection = {
  kinds: 'all',
  excludeKinds: ['assetRevision'],
  excludeProjects: [],
  domainUnits: 'all',
  excludeDomainUnits: [],
} as const;
const reading = { indexLagMinutes: 15, rotationRuns: 14, rateShare: 80, requestRates: { Search: 5 } };
const args: BackupArgs = {
  place,
  secondaryRegion: 'us-west-2',
  domain: {
    id: 'dzd_domain',
    arn: 'arn:aws:datazone:us-east-1:123456789012:domain/dzd_domain',
    version: 'V1',
    rootDomainUnitId: 'root',
    portalUrl: 'https://dzd_domain.datazone.us-east-1.on.aws',
    keyArn: domainKeyArn,
  },
  projects: { sales: 'p1', finance: 'p2' },
  vault,
  readActions: ['datazone:GetAsset', 'datazone:Search'],
  schedule: { intervalMinutes: 720, timeZone: 'UTC', flexibleWindowMinutes: 5 },
  selection,
  maxConcurrency: 10,
  settleSeconds: 30,
  reading,
  keeping: { heldShare: 20, heldLeast: 25, retentionDays: 35, keepSnapshots: 3 },
  changes: { kinds: [], graceSeconds: 32 },
  logRetentionDays: 30,
};
const callbacks = ['begin', 'capture-scopes', 'close-references', 'commit', 'collect', 'fail'];

function deployBackup(changes: Partial<BackupArgs> = {}): Promise<Deployment> {
  return deploy(() => {
    const { stateMachineArn, scheduleName, captureRoleArn } = new Backup('backup', { ...args, ...changes });
    return { stateMachineArn, scheduleName, captureRoleArn };
  });
}

const lambdaType = 'aws:lambda/function:Function';
const logGroupType = 'aws:cloudwatch/logGroup:LogGroup';
const policyType = 'aws:iam/rolePolicy:RolePolicy';

describe('The backup', () => {
  let backup: Deployment;
  const schedule = (deployed = backup) => deployed.one('aws:scheduler/schedule:Schedule', 'backup-schedule');
  const machine = () => backup.one('aws:sfn/stateMachine:StateMachine', 'backup');
  const operationsKey = () => backup.one('aws:kms/key:Key', 'backup-operations').state.arn;
  const role = (name: string) => backup.one('aws:iam/role:Role', name);

  before(async () => {
    backup = await deployBackup();
  });

  describe('least privilege', () => {
    const bestEffort = ({ Sid }: Statement) => Sid.startsWith('BestEffort');
    const via = (service: string, region: string) => ({
      StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
    });
    const vaultKey = {
      Sid: 'ImpliedTableKey',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      Resource: vault.tableKeyArn,
      Condition: via('dynamodb', 'us-east-1'),
    };

    it('lets the capture role read the domain and write the vault', () => {
      assert.deepEqual(
        backup.grantsOf('backup-capture').filter((statement) => !bestEffort(statement)),
        [
          {
            Sid: 'CalledVault',
            Effect: 'Allow',
            Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
            Resource: vault.tableArn,
          },
          {
            Sid: 'CalledReplica',
            Effect: 'Allow',
            Action: ['dynamodb:GetItem'],
            Resource: vault.replicaTableArn,
          },
          vaultKey,
          {
            Sid: 'ImpliedReplicaKey',
            Effect: 'Allow',
            Action: ['kms:Decrypt'],
            Resource: vault.replicaKeyArn,
            Condition: via('dynamodb', 'us-west-2'),
          },
          {
            Sid: 'CalledDomain',
            Effect: 'Allow',
            Action: ['datazone:GetAsset', 'datazone:Search'],
            Resource: '*',
          },
          {
            Sid: 'ImpliedDomainKey',
            Effect: 'Allow',
            Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
            Resource: domainKeyArn,
            Condition: via('datazone', 'us-east-1'),
          },
          {
            Sid: 'CalledExecutions',
            Effect: 'Allow',
            Action: ['states:DescribeExecution'],
            Resource: `${machine().id.replace('stateMachine', 'execution')}:*`,
          },
        ],
      );
    });

    it('lets the commit role use the vault alone', () => {
      assert.deepEqual(
        backup.grantsOf('backup-commit').filter((statement) => !bestEffort(statement)),
        [
          {
            Sid: 'CalledVault',
            Effect: 'Allow',
            Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
            Resource: vault.tableArn,
          },
          vaultKey,
        ],
      );
    });

    it('lets the collect role, alone, let versions end and remove heads, and nothing else of the vault', () => {
      const within = (...partitions: string[]) => ({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
      });
      const ofVault = (Sid: string, Action: string[], Condition?: object) => ({
        Sid,
        Effect: 'Allow',
        Action,
        Resource: vault.tableArn,
        ...(Condition && { Condition }),
      });

      assert.deepEqual(
        backup.grantsOf('backup-collect').filter((statement) => !bestEffort(statement)),
        [
          ofVault('CalledVault', ['dynamodb:GetItem', 'dynamodb:Query']),
          ofVault('CalledHorizon', ['dynamodb:PutItem'], within('*/control', '*/run/*')),
          ofVault('CalledEnds', ['dynamodb:UpdateItem'], {
            ...within('*/*/*'),
            'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'expiresAt'] },
          }),
          ofVault('CalledDeletedHeads', ['dynamodb:DeleteItem'], within('*/*@*')),
          vaultKey,
        ],
      );
      for (const name of ['backup-capture', 'backup-commit', 'backup', 'backup-schedule']) {
        const actions = backup.grantsOf(name).flatMap(({ Action }) => Action);
        assert.deepEqual(
          actions.filter((action) => /dynamodb:.*(Update|Delete|BatchWrite)/.test(action)),
          [],
        );
      }
    });

    it('lets the state machine invoke its six functions', () => {
      assert.deepEqual(
        backup.grantsOf('backup').filter((statement) => !bestEffort(statement)),
        ['Begin', 'CaptureScopes', 'CloseReferences', 'Commit', 'Collect', 'Fail'].map((task, index) => ({
          Sid: `Called${task}`,
          Effect: 'Allow',
          Action: ['lambda:InvokeFunction'],
          Resource: backup.one(lambdaType, `backup-${callbacks[index]}`).state.arn,
        })),
      );
    });

    it('lets the schedule start a run and keep what it could not start', () => {
      assert.deepEqual(backup.grantsOf('backup-schedule'), [
        {
          Sid: 'CalledStateMachine',
          Effect: 'Allow',
          Action: ['states:StartExecution'],
          Resource: machine().id,
        },
        {
          Sid: 'BestEffortDeadLetters',
          Effect: 'Allow',
          Action: ['sqs:SendMessage'],
          Resource: backup.one('aws:sqs/queue:Queue', 'backup-schedule').state.arn,
        },
        {
          Sid: 'BestEffortDeadLetterKey',
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: operationsKey(),
          Condition: via('sqs', 'us-east-1'),
        },
      ]);
    });

    it('lets each callback write its own log and no other', () => {
      for (const task of callbacks) {
        const { inputs } = backup.one(policyType, `backup-${task}-log`);
        const logs = statementsOf(inputs.policy).find(({ Sid }) => Sid === 'BestEffortLogs');

        assert.deepEqual(logs?.Action, ['logs:CreateLogStream', 'logs:PutLogEvents']);
        assert.equal(logs?.Resource, `${backup.one(logGroupType, `backup-${task}`).state.arn}:*`);
      }
    });

    it('grants nothing on every resource but what AWS knows no resource for', () => {
      const everywhere = ['backup-capture', 'backup-commit', 'backup-collect', 'backup', 'backup-schedule']
        .flatMap((name) => backup.grantsOf(name))
        .filter(({ Resource }) => Resource === '*')
        .flatMap(({ Action }) => Action);

      assert.deepEqual([...new Set(everywhere.map((action) => action.split(':')[0]))].sort(), [
        'datazone',
        'logs',
        'xray',
      ]);
      assert.deepEqual(
        everywhere.filter((action) => action.includes('*')),
        [],
      );
    });

    it('lets only the service itself assume a role, and only for this account where AWS says for whom', () => {
      const trusts = backup.ofType('aws:iam/role:Role').map(({ name, inputs }) => {
        const [statement, ...others] = statementsOf(inputs.assumeRolePolicy);
        assert.deepEqual(others, []);
        return [name, statement?.Principal, statement?.Condition];
      });
      const sourced = (arn: unknown) => ({
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': arn },
      });

      assert.deepEqual(trusts.sort(), [
        [
          'backup',
          { Service: 'states.amazonaws.com' },
          sourced('arn:aws:states:us-east-1:123456789012:stateMachine:*'),
        ],
        ['backup-capture', { Service: 'lambda.amazonaws.com' }, undefined],
        ['backup-collect', { Service: 'lambda.amazonaws.com' }, undefined],
        ['backup-commit', { Service: 'lambda.amazonaws.com' }, undefined],
        [
          'backup-schedule',
          { Service: 'scheduler.amazonaws.com' },
          sourced(backup.one('aws:scheduler/scheduleGroup:ScheduleGroup', 'backup-schedule').state.arn),
        ],
      ]);
    });
  });

  describe('callbacks', () => {
    it('run on arm64 and the newest Node.js, traced, without a share of the account set aside', () => {
      for (const { inputs } of backup.ofType(lambdaType)) {
        assert.deepEqual(inputs.architectures, ['arm64']);
        assert.equal(inputs.runtime, 'nodejs24.x');
        assert.deepEqual(inputs.tracingConfig, { mode: 'Active' });
        assert.equal(inputs.reservedConcurrentExecutions, undefined);
      }
      assert.equal(backup.ofType(lambdaType).length, callbacks.length);
    });

    it('have the variables that their handlers parse', () => {
      const variables = Object.fromEntries(
        callbacks.map((task) => {
          const { environment } = backup.one(lambdaType, `backup-${task}`).inputs;
          return [task, (environment as { variables: Record<string, string> }).variables];
        }),
      );
      const tools = (POWERTOOLS_SERVICE_NAME: string) => ({
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME,
        POWERTOOLS_METRICS_NAMESPACE: 'datazone-resilience',
      });
      const ofVault = { DOMAIN_ID: 'dzd_domain', TABLE_NAME: 'vault' };
      const reader = {
        ...ofVault,
        READER_ROLE_ARN: role('backup-capture').state.arn,
        RATE_SHARE: '80',
        REQUEST_RATES: '{"Search":5}',
      };

      assert.deepEqual(variables, {
        begin: { ...reader, PEER_REGION: 'us-west-2', ...tools('begin') },
        'capture-scopes': {
          ...reader,
          INDEX_LAG_MINUTES: '15',
          ROTATION_RUNS: '14',
          ...tools('captureScopes'),
        },
        'close-references': {
          ...reader,
          INDEX_LAG_MINUTES: '15',
          ROTATION_RUNS: '14',
          ...tools('closeReferences'),
        },
        commit: {
          ...ofVault,
          HELD_SHARE: '20',
          HELD_LEAST: '25',
          CHANGE_KINDS: '[]',
          CHANGE_GRACE_SECONDS: '32',
          ...tools('commit'),
        },
        collect: { ...ofVault, RETENTION_DAYS: '35', KEEP_SNAPSHOTS: '3', ...tools('collect') },
        fail: { ...ofVault, ...tools('fail') },
      });
    });

    it('carry their code and its source map in the deployment', async () => {
      for (const { inputs } of backup.ofType(lambdaType)) {
        const { assets } = inputs.code as { assets: Promise<Record<string, { text: Promise<string> }>> };
        const files = await assets;

        assert.deepEqual(Object.keys(files).sort(), ['index.mjs', 'index.mjs.map']);
        assert.match((await files['index.mjs']?.text) ?? '', /export\{[\w$]+ as handler\}/);
        assert.equal(inputs.handler, 'index.handler');
      }
    });

    it('log JSON into encrypted groups that are there before them and forget in time', () => {
      for (const task of callbacks) {
        const group = backup.one(logGroupType, `backup-${task}`);

        assert.deepEqual(backup.one(lambdaType, `backup-${task}`).inputs.loggingConfig, {
          logFormat: 'JSON',
          logGroup: group.id,
        });
        assert.equal(group.inputs.retentionInDays, 30);
        assert.equal(group.inputs.kmsKeyId, operationsKey());
      }
    });

    it('wait for the policies of their role', () => {
      for (const [task, policy] of [
        ['begin', 'backup-capture'],
        ['capture-scopes', 'backup-capture'],
        ['close-references', 'backup-capture'],
        ['commit', 'backup-commit'],
        ['collect', 'backup-collect'],
        ['fail', 'backup-commit'],
      ] as const) {
        const { dependencies } = backup.one(lambdaType, `backup-${task}`);

        for (const name of [policy, `backup-${task}-log`]) {
          assert.ok(dependencies.includes(backup.one(policyType, name).urn), `${task} waits for ${name}`);
        }
      }
    });

    it('are refused a value that their handler would refuse', async () => {
      await assert.rejects(
        deployBackup({ reading: { ...reading, indexLagMinutes: 0 } }),
        /INDEX_LAG_MINUTES/,
      );
    });
  });

  describe('state machine', () => {
    it('logs every event, but no data, where log delivery may write, and is traced', () => {
      const { inputs } = machine();
      const group = backup.one(logGroupType, 'backup');

      assert.deepEqual(inputs.loggingConfiguration, {
        level: 'ALL',
        includeExecutionData: false,
        logDestination: `${group.state.arn}:*`,
      });
      assert.match(group.id, /^\/aws\/vendedlogs\/states\/backup-/);
      assert.deepEqual([group.inputs.retentionInDays, group.inputs.kmsKeyId], [30, operationsKey()]);
      assert.deepEqual(inputs.tracingConfiguration, { enabled: true });
      assert.equal(inputs.type, 'STANDARD');
    });

    it('runs the deployed functions over the configured projects', () => {
      const { States } = JSON.parse(String(machine().inputs.definition));

      assert.equal(States.Begin.Parameters.FunctionName, backup.one(lambdaType, 'backup-begin').state.arn);
      assert.deepEqual(States.Begin.Parameters.Payload.settings, {
        projects: ['p1', 'p2'],
        ...selection,
        maxConcurrency: 10,
      });
    });

    it('waits for the policies of its role', () => {
      assert.ok(machine().dependencies.includes(backup.one(policyType, 'backup').urn));
    });
  });

  describe('schedule', () => {
    it('starts a run at an interval, within a flexible window', () => {
      const { scheduleExpression, flexibleTimeWindow, target } = schedule().inputs;

      assert.equal(scheduleExpression, 'rate(720 minutes)');
      assert.deepEqual(flexibleTimeWindow, { mode: 'FLEXIBLE', maximumWindowInMinutes: 5 });
      assert.deepEqual(target, {
        arn: machine().id,
        roleArn: role('backup-schedule').state.arn,
        input: '{}',
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: backup.one('aws:sqs/queue:Queue', 'backup-schedule').state.arn },
      });
    });

    it('starts a run by a cron expression in its time zone, on time if asked to', async () => {
      const { inputs } = schedule(
        await deployBackup({
          schedule: {
            intervalMinutes: 720,
            cron: '0 3 * * ? *',
            timeZone: 'Europe/Berlin',
            flexibleWindowMinutes: 0,
          },
        }),
      );

      assert.equal(inputs.scheduleExpression, 'cron(0 3 * * ? *)');
      assert.equal(inputs.scheduleExpressionTimezone, 'Europe/Berlin');
      assert.deepEqual(inputs.flexibleTimeWindow, { mode: 'OFF' });
    });

    it('waits for every policy and for the enrolment of the reader, since it may start a run at once', () => {
      const { dependencies } = schedule();
      const profile = backup.one('aws:datazone/userProfile:UserProfile', 'backup-reader');
      const memberships = backup.ofType('aws-native:datazone:ProjectMembership');
      const policies = ['backup-schedule', 'backup-lease'].map((name) => backup.one(policyType, name));

      assert.equal(memberships.length, 2);
      for (const { urn } of [profile, ...memberships, ...policies])
        assert.ok(dependencies.includes(urn), urn);
    });

    it('keeps dead letters for two weeks, encrypted, and takes none without TLS', () => {
      const queue = backup.one('aws:sqs/queue:Queue', 'backup-schedule');
      const { inputs } = backup.one('aws:sqs/queuePolicy:QueuePolicy', 'backup-schedule');

      assert.equal(queue.inputs.kmsMasterKeyId, operationsKey());
      assert.equal(queue.inputs.messageRetentionSeconds, 14 * 24 * 3600);
      assert.deepEqual(statementsOf(inputs.policy), [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: queue.state.arn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]);
    });
  });

  it('stays within the lengths that AWS allows, however many actions it reads with', async () => {
    const readActions = Array.from({ length: 120 }, (_, index) => `datazone:GetDataProductRevision${index}`);
    const deployed = await deployBackup({ readActions });
    const longest = {
      'aws:iam/role:Role': 64,
      'aws:lambda/function:Function': 64,
      'aws:sfn/stateMachine:StateMachine': 80,
      'aws:scheduler/schedule:Schedule': 64,
      'aws:scheduler/scheduleGroup:ScheduleGroup': 64,
      'aws:sqs/queue:Queue': 80,
      'aws:cloudwatch/logGroup:LogGroup': 512,
    };
    const names = Object.entries(longest).flatMap(([type, length]) =>
      deployed.ofType(type).map(({ state }) => ({ name: String(state.name), length })),
    );
    const policyText = (role: string) =>
      deployed
        .ofType(policyType)
        .filter(({ inputs }) => inputs.role === role)
        .map(({ inputs }) => String(inputs.policy))
        .join('');

    assert.deepEqual(
      names.filter(({ name, length }) => name.length > length),
      [],
    );
    assert.equal(names.length, 22);
    for (const { id } of deployed.ofType('aws:iam/role:Role')) assert.ok(policyText(id).length < 10_240, id);
  });

  describe('of all projects', () => {
    it('may add its reader to new ones', async () => {
      const deployed = await deployBackup({ projects: 'all' });
      const enrolment = deployed.grantsOf('backup-capture').find(({ Sid }) => Sid === 'CalledEnrolment');
      const { inputs } = deployed.one('aws:sfn/stateMachine:StateMachine', 'backup');

      assert.deepEqual(enrolment?.Action, ['datazone:CreateProjectMembership']);
      assert.equal(
        JSON.parse(String(inputs.definition)).States.Begin.Parameters.Payload.settings.projects,
        'all',
      );
    });
  });

  describe('with an existing capture role', () => {
    const arn = 'arn:aws:iam::123456789012:role/readers/reader';

    it('adds its grants to that role and makes none of its own', async () => {
      const deployed = await deployBackup({ captureRole: { arn, profileId: 'profile' } });
      const policy = deployed.one(policyType, 'backup-capture');

      assert.equal(policy.inputs.role, 'reader');
      assert.equal(deployed.graph.outputs.captureRoleArn, arn);
      assert.deepEqual(
        deployed
          .ofType('aws:iam/role:Role')
          .map(({ name }) => name)
          .sort(),
        ['backup', 'backup-collect', 'backup-commit', 'backup-schedule'],
      );
      assert.deepEqual(deployed.ofType('aws:datazone/userProfile:UserProfile'), []);
    });

    it('enrols it by the profile that it has, or not at all', async () => {
      const enrolled = await deployBackup({ captureRole: { arn, profileId: 'profile' } });
      const member = await deployBackup({ captureRole: { arn, profileId: undefined } });
      const membersOf = (deployed: Deployment) =>
        deployed.ofType('aws-native:datazone:ProjectMembership').map(({ inputs }) => inputs.member);

      assert.deepEqual(membersOf(enrolled), [{ userIdentifier: 'profile' }, { userIdentifier: 'profile' }]);
      assert.deepEqual(membersOf(member), []);
    });
  });
});
