import type { Place } from './place';

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: readonly string[];
  readonly Resource: '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Policy of a key that encrypts a DynamoDB table. It names no role: a role that does not exist yet makes it
 * invalid, and the table's replication role is AWS's own. Whoever may use the table may use the key, and only
 * through the table.
 */
export function tableKeyPolicy(place: Place): string {
  return document(place, [
    throughService('Table', place, 'dynamodb', [
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
    ]),
  ]);
}

/**
 * Policy of the key for what the backup leaves beside the vault: log groups and queues. With `events`, EventBridge
 * may send into such a queue for the rules of the account.
 */
export function operationsKeyPolicy(place: Place, { events = false } = {}): string {
  const logs = `arn:${place.partition}:logs:${place.region}:${place.accountId}`;
  return document(place, [
    {
      Sid: 'LogGroups',
      Effect: 'Allow',
      Principal: { Service: `logs.${place.region}.amazonaws.com` },
      Action: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Resource: '*',
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `${logs}:log-group:*` } },
    },
    {
      Sid: 'LogDelivery',
      Effect: 'Allow',
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceAccount': place.accountId },
        ArnLike: { 'aws:SourceArn': `${logs}:*` },
      },
    },
    ...(events ? [eventDelivery(place)] : []),
  ]);
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
function eventDelivery({ accountId }: Place): Statement {
  return {
    Sid: 'EventDelivery',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
  };
}

function document(place: Place, statements: readonly Statement[]): string {
  // Without the account's own statement nobody could change the policy again, and KMS refuses the key.
  const account: Statement = {
    Sid: 'Account',
    Effect: 'Allow',
    Principal: { AWS: `arn:${place.partition}:iam::${place.accountId}:root` },
    Action: ['kms:*'],
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [account, ...statements] });
}

function throughService(sid: string, place: Place, service: string, actions: readonly string[]): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: actions,
    Resource: '*',
    Condition: {
      StringEquals: {
        'kms:CallerAccount': place.accountId,
        'kms:ViaService': `${service}.${place.region}.amazonaws.com`,
      },
    },
  };
}
