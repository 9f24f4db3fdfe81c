import assert from 'node:assert/strict';
import { ChangeCapture, type ChangeCaptureArgs } from '../../components/change-capture';
import type { Place } from '../../components/place';
import { type Deployment, deploy, type Statement, statementsOf } from '../support/deployment';

const place: Place = { partition: 'aws', accountId: '123456789012', region: 'us-east-1' };
const selection = {
  kinds: 'all',
  excludeKinds: ['assetRevision'],
  excludeProjects: [],
  domainUnits: 'all',
  excludeDomainUnits: [],
} as const;
const args: ChangeCaptureArgs = {
  place,
  domain: {
    id: 'dzd_domain',
    arn: 'arn:aws:datazone:us-east-1:123456789012:domain/dzd_domain',
    version: 'V1',
    rootDomainUnitId: 'root',
    portalUrl: 'https://dzd_domain.datazone.us-east-1.on.aws',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/domain',
  },
  projects: { sales: 'p1', finance: 'p2' },
  selection,
  vault: {
    tableName: 'vault',
    tableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/vault',
    tableKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-vault',
  },
  readActions: ['datazone:GetAsset'],
  channels: ['events', 'calls'],
  batchSeconds: 7,
  maxConcurrency: 3,
  maxReceives: 4,
  rateShare: 80,
  requestRates: {},
  logRetentionDays: 30,
};

function deployChanges(changes: Partial<ChangeCaptureArgs> = {}): Promise<Deployment> {
  return deploy(() => {
    const { queueUrl, deadLetterQueueUrl, roleArn } = new ChangeCapture('changes', { ...args, ...changes });
    return { queueUrl, deadLetterQueueUrl, roleArn };
  });
}

const ruleType = 'aws:cloudwatch/eventRule:EventRule';
const json = (text: unknown) => JSON.parse(String(text)) as Record<string, unknown>;

describe('Change capture', () => {
  let changes: Deployment;
  const inputs = (type: string, name: string, deployed = changes) => deployed.one(type, name).inputs;
  const queue = (name = 'changes') => changes.one('aws:sqs/queue:Queue', name);
  const lambda = () => inputs('aws:lambda/function:Function', 'changes-callback');
  const variables = () => (lambda().environment as { variables: Record<string, string> }).variables;

  before(async () => {
    changes = await deployChanges();
  });

  it('listens to each channel that is on, and to no other', async () => {
    const rules = (deployed: Deployment) => deployed.ofType(ruleType).map(({ name }) => name);

    assert.deepEqual(rules(changes).sort(), ['changes-calls', 'changes-events']);
    assert.deepEqual(rules(await deployChanges({ channels: ['calls'] })), ['changes-calls']);
    for (const name of rules(changes)) {
      const target = inputs('aws:cloudwatch/eventTarget:EventTarget', name);
      assert.equal(target.rule, changes.one(ruleType, name).state.name);
      assert.equal(target.arn, queue().state.arn);
    }
  });

  it('lets its rules send to the queue, each by its ARN, and nobody else but by TLS', () => {
    const [tls, ...senders] = statementsOf(inputs('aws:sqs/queuePolicy:QueuePolicy', 'changes').policy);

    assert.equal(tls?.Effect, 'Deny');
    assert.deepEqual(
      senders.map(({ Principal, Action, Resource, Condition }) => [Principal, Action, Resource, Condition]),
      ['changes-events', 'changes-calls'].map((rule) => [
        { Service: 'events.amazonaws.com' },
        'sqs:SendMessage',
        queue().state.arn,
        { ArnEquals: { 'aws:SourceArn': changes.one(ruleType, rule).state.arn } },
      ]),
    );
  });

  it('encrypts both queues with a key that EventBridge may use for rules of this account', () => {
    const key = changes.one('aws:kms/key:Key', 'changes-operations');
    const delivery = statementsOf(key.inputs.policy).find(({ Sid }) => Sid === 'EventDelivery');

    for (const name of ['changes', 'changes-dead-letters']) {
      assert.equal(queue(name).inputs.kmsMasterKeyId, key.state.arn);
    }
    assert.deepEqual(delivery?.Principal, { Service: 'events.amazonaws.com' });
    assert.deepEqual(delivery?.Action, ['kms:Decrypt', 'kms:GenerateDataKey']);
    assert.deepEqual(delivery?.Condition, { StringEquals: { 'aws:SourceAccount': '123456789012' } });
  });

  it('keeps dead letters of its own queue alone, for as long as SQS can', () => {
    const { redriveAllowPolicy } = inputs(
      'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
      'changes-dead-letters',
    );

    assert.deepEqual(json(redriveAllowPolicy), {
      redrivePermission: 'byQueue',
      sourceQueueArns: [queue().state.arn],
    });
    assert.equal(queue('changes-dead-letters').inputs.messageRetentionSeconds, 14 * 24 * 3600);
  });

  it('lets the callback give a message up with its reason before the queue does without one', () => {
    const redrive = json(queue().inputs.redrivePolicy);

    assert.equal(variables().MAX_RECEIVES, '4');
    assert.equal(redrive.maxReceiveCount, 5);
    assert.equal(redrive.deadLetterTargetArn, queue('changes-dead-letters').state.arn);
    assert.equal(variables().DEAD_LETTER_QUEUE_URL, queue('changes-dead-letters').state.url);
  });

  it('polls in batches of the window, with as many workers as configured, and fails messages one by one', () => {
    const mapping = inputs('aws:lambda/eventSourceMapping:EventSourceMapping', 'changes');

    assert.equal(mapping.eventSourceArn, queue().state.arn);
    assert.equal(mapping.maximumBatchingWindowInSeconds, 7);
    assert.deepEqual(mapping.scalingConfig, { maximumConcurrency: 3 });
    assert.deepEqual(mapping.functionResponseTypes, ['ReportBatchItemFailures']);
    assert.equal(variables().WORKERS, '3');
    assert.equal(lambda().reservedConcurrentExecutions, undefined);
  });

  it('hides a message for six times the time of its worker and the window', () => {
    assert.equal(queue().inputs.visibilityTimeoutSeconds, 6 * Number(lambda().timeout) + 7);
  });

  it('captures what a backup captures', () => {
    assert.deepEqual(json(variables().SELECTION), { ...selection, projects: ['p1', 'p2'] });
  });

  it('raises an alarm for what waits too long, longer than two attempts are apart, and for every dead letter', () => {
    const late = inputs('aws:cloudwatch/metricAlarm:MetricAlarm', 'changes-late');
    const dead = inputs('aws:cloudwatch/metricAlarm:MetricAlarm', 'changes-dead');

    assert.equal(late.metricName, 'ApproximateAgeOfOldestMessage');
    assert.deepEqual(late.dimensions, { QueueName: queue().state.name });
    assert.ok(Number(late.threshold) > 2 * Number(queue().inputs.visibilityTimeoutSeconds));
    assert.equal(dead.metricName, 'ApproximateNumberOfMessagesVisible');
    assert.deepEqual(dead.dimensions, { QueueName: queue('changes-dead-letters').state.name });
    assert.equal(dead.threshold, 0);
  });

  it('has a role of its own that may read the domain, write the vault, take from its queue and keep dead letters', () => {
    const via = (service: string) => ({
      StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` },
    });
    const grant = (Sid: string, Action: string[], Resource: unknown, Condition?: object) => ({
      Sid,
      Effect: 'Allow',
      Action,
      Resource,
      ...(Condition && { Condition }),
    });
    const keyArn = changes.one('aws:kms/key:Key', 'changes-operations').state.arn;
    const forKey = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

    assert.deepEqual(
      changes.grantsOf('changes').filter(({ Sid }: Statement) => !Sid.startsWith('BestEffort')),
      [
        grant(
          'ImpliedEvents',
          ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          queue().state.arn,
        ),
        grant('CalledDeadLetters', ['sqs:SendMessage'], queue('changes-dead-letters').state.arn),
        grant('ImpliedQueueKey', ['kms:Decrypt', 'kms:GenerateDataKey'], keyArn, via('sqs')),
        grant('CalledVault', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], args.vault.tableArn),
        grant('ImpliedTableKey', forKey, args.vault.tableKeyArn, via('dynamodb')),
        grant('CalledDomain', ['datazone:GetAsset'], '*'),
        grant('ImpliedDomainKey', forKey, args.domain.keyArn, via('datazone')),
      ],
    );
  });

  it('works in the role that captures where that one is not of this stack, and enrols nobody', async () => {
    const arn = 'arn:aws:iam::123456789012:role/readers/capture';
    const existing = await deployChanges({ captureRole: { arn, profileId: undefined } });

    assert.deepEqual(existing.ofType('aws:iam/role:Role'), []);
    assert.equal(inputs('aws:lambda/function:Function', 'changes-callback', existing).role, arn);
    assert.equal(inputs('aws:iam/rolePolicy:RolePolicy', 'changes', existing).role, 'capture');
    assert.deepEqual(existing.ofType('aws:datazone/userProfile:UserProfile'), []);
  });
});
