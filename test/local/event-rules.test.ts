import assert from 'node:assert/strict';
import { EventRules } from '../../local/event-rules';
import { type BusEvent, EventBridgeService } from '../../local/events';
import { KeyPolicies } from '../../local/iam/key-policies';
import { queueDefinition } from '../../local/sqs/queue-definition';
import { SqsService } from '../../local/sqs/service';
import { arnOf, captured } from './sqs/queues';

const account = '111122223333';
const keyArn = `arn:aws:kms:eu-west-1:${account}:key/k`;
const ruleArn = `arn:aws:events:eu-west-1:${account}:rule/changes`;

const event: BusEvent = {
  version: '0',
  id: '1',
  'detail-type': 'Asset Added To Inventory',
  source: 'aws.datazone',
  account,
  time: '2026-03-01T10:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: { metadata: { domain: 'dzd_1' } },
};

describe('EventRules', () => {
  let bus: EventBridgeService;
  let sqs: SqsService;
  let rules: EventRules;

  const sendPolicy = (sourceArn: string) => ({
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arnOf('changes'),
      Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
    },
  });
  const keyPolicy = (...Action: string[]) => ({
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action,
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  });
  const deploy = ({
    policy = sendPolicy(ruleArn) as unknown,
    key = keyPolicy('kms:*') as unknown,
    state = 'ENABLED',
    pattern = { source: ['aws.datazone'] } as object,
    target = {} as object,
  } = {}) => {
    bus = new EventBridgeService();
    sqs = new SqsService();
    const keys = new KeyPolicies();
    keys.register({ type: 'aws:kms/key:Key', name: 'k', inputs: { policy: key }, state: { arn: keyArn } });
    sqs.create(queueDefinition(captured('changes', { kmsMasterKeyId: keyArn }), { policy }));
    rules = new EventRules({ bus, sqs, keys });
    rules.addRule(
      { inputs: { eventPattern: JSON.stringify(pattern), state }, state: { name: 'changes', arn: ruleArn } },
      'eu-west-1',
    );
    rules.addTarget(
      { inputs: { rule: 'changes', arn: arnOf('changes'), ...target }, state: {} },
      'eu-west-1',
    );
  };
  const bodies = () =>
    sqs
      .queue(arnOf('changes'))
      .messages()
      .map(({ body }) => JSON.parse(body));

  it('sends an event that its pattern matches, as EventBridge writes it, once it is started', () => {
    deploy();
    bus.publish(event);
    rules.start();
    bus.publish(event);
    bus.publish({ ...event, source: 'aws.s3' });
    bus.publish({ ...event, region: 'eu-central-1' });
    rules.stop();
    bus.publish(event);

    assert.deepEqual(bodies(), [event]);
    assert.deepEqual(rules.failures, []);
  });

  it("sends nothing that the queue's policy, or that of its key, does not allow to this rule", () => {
    const refusals = [
      { policy: sendPolicy(ruleArn.replace('changes', 'other')) },
      { policy: undefined },
      { key: keyPolicy('kms:GenerateDataKey') },
      { key: { Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' } } },
    ];
    for (const refusal of refusals) {
      deploy({ policy: sendPolicy(ruleArn), ...refusal });
      if ('policy' in refusal && refusal.policy === undefined) {
        sqs.create(queueDefinition(captured('changes', { kmsMasterKeyId: keyArn })));
      }
      rules.start();
      bus.publish(event);

      assert.deepEqual(bodies(), []);
      assert.deepEqual(
        rules.failures.map(({ reason, targetArn }) => [reason, targetArn]),
        [['NO_PERMISSIONS', arnOf('changes')]],
      );
    }
  });

  it('holds back reads that CloudTrail records by the first word of their names alone, unless the rule asks for them', () => {
    const call = (eventName: string): BusEvent => ({
      ...event,
      'detail-type': 'AWS API Call via CloudTrail',
      detail: { eventName, readOnly: true },
    });
    const seenBy = (state: string) => {
      deploy({ state });
      rules.start();
      for (const name of ['GetAsset', 'ListProjects', 'DescribeIt', 'Search', 'BatchGetAttributesMetadata'])
        bus.publish(call(name));
      return bodies().map(({ detail }) => detail.eventName);
    };

    assert.deepEqual(seenBy('ENABLED'), ['Search', 'BatchGetAttributesMetadata']);
    assert.equal(seenBy('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS').length, 5);
    assert.deepEqual(seenBy('DISABLED'), []);
  });

  it('refuses what it would have to pass over', () => {
    const error = { name: 'UnsupportedRuleError' };

    assert.throws(() => deploy({ target: { inputPath: '$.detail' } }), error);
    assert.throws(() => deploy({ target: { arn: 'arn:aws:lambda:eu-west-1:1:function:f' } }), error);
    assert.throws(() => deploy({ target: { rule: 'other' } }), error);
    assert.throws(() => deploy({ pattern: { a: [{ cidr: '10.0.0.0/8' }] } }), {
      name: 'InvalidEventPatternError',
    });
  });
});
