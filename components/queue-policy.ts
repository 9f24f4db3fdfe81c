import { type Queue, QueuePolicy } from '@pulumi/aws/sqs';
import { type Input, jsonStringify, type Resource } from '@pulumi/pulumi';

/** A rule of EventBridge that may send into a queue. */
export interface SendingRule {
  /** Of its statement. */
  readonly sid: string;
  readonly arn: Input<string>;
}

/** Makes the policy of a queue: nobody reaches it but by TLS, and each of these rules may send into it. */
export function queuePolicy(
  name: string,
  queue: Pick<Queue, 'arn' | 'url'>,
  rules: readonly SendingRule[],
  parent: Resource,
): QueuePolicy {
  const policy = jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queue.arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      ...rules.map(({ sid, arn }) => ({
        Sid: sid,
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue.arn,
        Condition: { ArnEquals: { 'aws:SourceArn': arn } },
      })),
    ],
  });
  return new QueuePolicy(name, { queueUrl: queue.url, policy }, { parent });
}
