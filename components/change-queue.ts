import { MetricAlarm } from '@pulumi/aws/cloudwatch';
import { Queue, RedriveAllowPolicy } from '@pulumi/aws/sqs';
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  jsonStringify,
  type Output,
} from '@pulumi/pulumi';
import { queuePolicy } from './queue-policy';

/** The longest that SQS knows: time for people to see a dead letter, and to replay it. */
const retentionSeconds = 14 * 24 * 3600;
/** Age of the oldest event at which people are told. Longer than two attempts at an event are apart. */
const oldestSeconds = 1800;

export interface ChangeQueueArgs {
  /** Encrypts both queues. */
  readonly keyArn: Input<string>;
  /** How long a message that was handed out stays hidden. */
  readonly visibilityTimeoutSeconds: number;
  /** How often a message is handed out before it becomes a dead letter. */
  readonly maxReceives: number;
}

/** The queue of events that tell of changes, the queue of those that could not be captured, and their alarms. */
export class ChangeQueue extends ComponentResource {
  readonly queueArn: Output<string>;
  readonly queueUrl: Output<string>;
  readonly deadLetterQueueArn: Output<string>;
  readonly deadLetterQueueUrl: Output<string>;

  constructor(name: string, args: ChangeQueueArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:backup:ChangeQueue', name, {}, opts);
    const child = { parent: this };
    const kept = { kmsMasterKeyId: args.keyArn, messageRetentionSeconds: retentionSeconds };

    const deadLetters = new Queue(`${name}-dead-letters`, kept, child);
    const queue = new Queue(
      name,
      {
        ...kept,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
        redrivePolicy: jsonStringify({
          deadLetterTargetArn: deadLetters.arn,
          maxReceiveCount: args.maxReceives,
        }),
      },
      child,
    );
    new RedriveAllowPolicy(
      `${name}-dead-letters`,
      {
        queueUrl: deadLetters.url,
        redriveAllowPolicy: jsonStringify({ redrivePermission: 'byQueue', sourceQueueArns: [queue.arn] }),
      },
      child,
    );
    queuePolicy(`${name}-dead-letters`, deadLetters, [], this);
    const alarm = (suffix: string, about: Queue, settings: AlarmSettings) =>
      new MetricAlarm(
        `${name}-${suffix}`,
        {
          namespace: 'AWS/SQS',
          dimensions: { QueueName: about.name },
          statistic: 'Maximum',
          period: 60,
          evaluationPeriods: 1,
          comparisonOperator: 'GreaterThanThreshold',
          // An empty queue has no age; without a message for six hours a queue has no data at all.
          treatMissingData: 'notBreaching',
          ...settings,
        },
        child,
      );
    alarm('late', queue, {
      alarmDescription: `A change of the domain waits for more than ${oldestSeconds / 60} minutes to be captured`,
      metricName: 'ApproximateAgeOfOldestMessage',
      threshold: oldestSeconds,
    });
    alarm('dead', deadLetters, {
      alarmDescription: 'A change of the domain could not be captured: dzr doctor shows why',
      metricName: 'ApproximateNumberOfMessagesVisible',
      threshold: 0,
    });

    this.queueArn = queue.arn;
    this.queueUrl = queue.url;
    this.deadLetterQueueArn = deadLetters.arn;
    this.deadLetterQueueUrl = deadLetters.url;
    this.registerOutputs({
      queueArn: this.queueArn,
      queueUrl: this.queueUrl,
      deadLetterQueueArn: this.deadLetterQueueArn,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
    });
  }
}

interface AlarmSettings {
  readonly alarmDescription: string;
  readonly metricName: string;
  readonly threshold: number;
}
