import { z } from 'zod';
import { type PolicyDocument, parsePolicyDocument } from '../iam/policy-document';

/** What a queue is made with; units as in AWS's own attributes: seconds and bytes. */
export interface QueueDefinition {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeout: number;
  readonly messageRetentionPeriod: number;
  readonly delaySeconds: number;
  readonly maximumMessageSize: number;
  readonly receiveWaitTime: number;
  /** Absent: encrypted with a key of SQS's own. */
  readonly kmsKeyArn: string | undefined;
  readonly redrivePolicy: RedrivePolicy | undefined;
  readonly redriveAllowPolicy: RedriveAllowPolicy;
  readonly policy: PolicyDocument | undefined;
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns?: readonly string[] | undefined;
}

/** A captured resource of the program: what it was given and what the provider answered. */
export interface Captured {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly state: Readonly<Record<string, unknown>>;
}

/** A queue that AWS would refuse. */
export class InvalidQueueError extends Error {
  override readonly name = 'InvalidQueueError';
}

/** 1 MiB since August 2025 (https://aws.amazon.com/about-aws/whats-new/2025/08/amazon-sqs-max-payload-size-1mib/). */
export const LARGEST_MESSAGE = 1024 * 1024;
/** The shortest that AWS takes, and the longest, which is also as long as a message may be hidden or kept. */
export const LONGEST_VISIBILITY = 43_200;
export const LONGEST_DELAY = 900;
export const LONGEST_WAIT = 20;

const json = <T>(shape: z.ZodType<T>) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('is not JSON');
        return z.NEVER;
      }
    })
    .pipe(shape);
/** AWS takes the count as a number or as its text. */
const redrivePolicy = json(
  z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().min(1).max(1000) }),
);
const redriveAllowPolicy = json(
  z.object({
    redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
    sourceQueueArns: z.array(z.string()).max(10).optional(),
  }),
);
const named = z.object({ name: z.string(), arn: z.string(), url: z.string() });
const inputs = z.object({
  fifoQueue: z.literal(false, 'the local cloud has standard queues only').optional(),
  visibilityTimeoutSeconds: z.number().min(0).max(LONGEST_VISIBILITY).default(30),
  messageRetentionSeconds: z.number().min(60).max(1_209_600).default(345_600),
  delaySeconds: z.number().min(0).max(LONGEST_DELAY).default(0),
  maxMessageSize: z.number().min(1024).max(LARGEST_MESSAGE).default(LARGEST_MESSAGE),
  receiveWaitTimeSeconds: z.number().min(0).max(LONGEST_WAIT).default(0),
  kmsMasterKeyId: z.string().startsWith('arn:', 'must be the ARN of a key').optional(),
  redrivePolicy: redrivePolicy.optional(),
  redriveAllowPolicy: redriveAllowPolicy.optional(),
  policy: z.unknown().optional(),
});

/** What else the program says of a queue, in resources of their own. */
export interface QueueAttachments {
  readonly policy?: unknown;
  readonly redrivePolicy?: unknown;
  readonly redriveAllowPolicy?: unknown;
}

/** Reads `aws:sqs/queue:Queue`, and what was attached to it. Throws `InvalidQueueError`. */
export function queueDefinition(queue: Captured, attached: QueueAttachments = {}): QueueDefinition {
  const { name, arn, url } = named.parse(queue.state);
  const given = inputs.safeParse({ ...queue.inputs, ...attached });
  if (!given.success) throw new InvalidQueueError(`Queue ${name}: ${z.prettifyError(given.error)}`);
  const { data } = given;
  return {
    name,
    arn,
    url,
    visibilityTimeout: data.visibilityTimeoutSeconds,
    messageRetentionPeriod: data.messageRetentionSeconds,
    delaySeconds: data.delaySeconds,
    maximumMessageSize: data.maxMessageSize,
    receiveWaitTime: data.receiveWaitTimeSeconds,
    kmsKeyArn: data.kmsMasterKeyId,
    redrivePolicy: data.redrivePolicy,
    redriveAllowPolicy: data.redriveAllowPolicy ?? { redrivePermission: 'allowAll' },
    policy: data.policy === undefined ? undefined : parsePolicyDocument(data.policy, name),
  };
}

/** Whether a queue takes what another one could not deliver. */
export function takesDeadLettersOf({ redriveAllowPolicy }: QueueDefinition, sourceArn: string): boolean {
  const { redrivePermission, sourceQueueArns = [] } = redriveAllowPolicy;
  return (
    redrivePermission === 'allowAll' ||
    (redrivePermission === 'byQueue' && sourceQueueArns.includes(sourceArn))
  );
}
