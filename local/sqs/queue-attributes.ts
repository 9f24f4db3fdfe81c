import { ServiceFault } from '../aws-json';
import type { Queue } from './queue';

/** What GetQueueAttributes answers: those that are named, or `All`. All values are text. Throws `ServiceFault`. */
export function queueAttributes(queue: Queue, names: readonly string[]): Record<string, string> | undefined {
  const all = known(queue);
  const unknown = names.find((name) => name !== 'All' && !NAMES.has(name));
  if (unknown !== undefined) throw new ServiceFault('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const chosen = Object.entries(all).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (names.includes('All') || names.includes(entry[0])),
  );
  return chosen.length === 0 ? undefined : Object.fromEntries(chosen);
}

const NAMES: ReadonlySet<string> = new Set([
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'DelaySeconds',
  'KmsMasterKeyId',
  'LastModifiedTimestamp',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'QueueArn',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
]);

function known(queue: Queue): Readonly<Record<string, string | undefined>> {
  const { definition, createdAt } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  const created = String(Math.floor(createdAt / 1000));
  const { kmsKeyArn, policy, redrivePolicy, redriveAllowPolicy } = definition;
  return {
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(definition.visibilityTimeout),
    MaximumMessageSize: String(definition.maximumMessageSize),
    MessageRetentionPeriod: String(definition.messageRetentionPeriod),
    DelaySeconds: String(definition.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.receiveWaitTime),
    SqsManagedSseEnabled: String(kmsKeyArn === undefined),
    KmsMasterKeyId: kmsKeyArn,
    Policy: policy && JSON.stringify(policy),
    RedrivePolicy: redrivePolicy && JSON.stringify(redrivePolicy),
    RedriveAllowPolicy: JSON.stringify(redriveAllowPolicy),
  };
}
