import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { UsageError } from './answer';
import { readOutputs } from './vaults';

/** Where what tells of changes waits, and where what could not be captured is kept. */
export interface ChangeQueues {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** `events` of DataZone, `calls` that CloudTrail records; undefined: only the stack's outputs tell. */
  readonly channels: readonly string[] | undefined;
}

export interface QueueDepth {
  readonly waiting: number;
  /** Handed out to a worker, and not done. */
  readonly inWork: number;
}

/** A message that is ours until it is removed, released, or forgotten for `holdSeconds`. */
export interface HeldMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** ISO 8601 with milliseconds. */
  readonly sentAt: string;
  remove(): Promise<void>;
  release(): Promise<void>;
}

/** One queue of SQS. */
export interface MessageQueue {
  depth(): Promise<QueueDepth>;
  send(body: string): Promise<void>;
  /** Each message that there is, once, held back from others meanwhile. */
  messages(): AsyncGenerator<HeldMessage>;
}

export type OpenQueue = (url: string) => MessageQueue;

/** Long enough to look at all, or to send one on. */
const holdSeconds = 120;

/** The options that tell where the queues are; of both ways to say it, an option wins over the file. */
export function withQueues(command: Command): Command {
  return command
    .addOption(
      new Option('--queue <url>', 'queue of the events that tell of changes').env('CHANGE_QUEUE_URL'),
    )
    .addOption(
      new Option('--dead-letters <url>', 'queue of what could not be captured').env(
        'CHANGE_DEAD_LETTER_QUEUE_URL',
      ),
    );
}

const optionsSchema = z.object({
  outputs: z.string().optional(),
  queue: z.string().optional(),
  deadLetters: z.string().optional(),
});
const outputsSchema = z.object({
  changeQueueUrl: z.string(),
  changeDeadLetterQueueUrl: z.string(),
  changeChannels: z.array(z.string()),
});

/** The queues that the options name. Throws UsageError that says what is missing. */
export function queuesOf(raw: unknown): ChangeQueues {
  const options = optionsSchema.parse(raw);
  const outputs = options.outputs === undefined ? undefined : readOutputs(options.outputs, outputsSchema);
  if (outputs?.changeQueueUrl === '') {
    throw new UsageError(
      `--outputs ${options.outputs} are of a stack that captures no changes. Set changeCapture to true, and pulumi up.`,
    );
  }
  const told = (value: string | undefined, option: string, what: string): string => {
    if (value !== undefined && value !== '') return value;
    throw new UsageError(`${option} is missing. Give ${what}, or --outputs with the outputs of the stack.`);
  };
  return {
    queueUrl: told(options.queue ?? outputs?.changeQueueUrl, '--queue', 'the URL of the queue of events'),
    deadLetterQueueUrl: told(
      options.deadLetters ?? outputs?.changeDeadLetterQueueUrl,
      '--dead-letters',
      'the URL of the queue of dead letters',
    ),
    channels: outputs?.changeChannels,
  };
}

/** By the SDK's own means: its credentials, its endpoint; the Region is the one in the URL. */
export const openQueue: OpenQueue = (url) => new SqsQueue(url);

class SqsQueue implements MessageQueue {
  private readonly client: SQSClient;

  constructor(private readonly url: string) {
    const region = /^https?:\/\/sqs\.([a-z0-9-]+)\./.exec(url)?.[1];
    this.client = new SQSClient({ ...(region && { region }), useQueueUrlAsEndpoint: false });
  }

  async depth(): Promise<QueueDepth> {
    const { Attributes = {} } = await this.client.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesDelayed',
          'ApproximateNumberOfMessagesNotVisible',
        ],
      }),
    );
    const count = (name: keyof typeof Attributes) => Number(Attributes[name] ?? 0);
    return {
      waiting: count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesDelayed'),
      inWork: count('ApproximateNumberOfMessagesNotVisible'),
    };
  }

  async send(body: string): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: body }));
  }

  async *messages(): AsyncGenerator<HeldMessage> {
    const seen = new Set<string>();
    // A receive that waits asks all hosts of SQS: when it brings nothing new, there is nothing more.
    for (let more = true; more; ) {
      const { Messages = [] } = await this.client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.url,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: holdSeconds,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      const fresh = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
      more = fresh.length > 0;
      for (const message of fresh) {
        seen.add(message.MessageId ?? '');
        yield this.held(message);
      }
    }
  }

  private held({ MessageId = '', Body = '', ReceiptHandle, ...message }: Message): HeldMessage {
    const handle = { QueueUrl: this.url, ReceiptHandle };
    return {
      messageId: MessageId,
      body: Body,
      attributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [
          name,
          StringValue,
        ]),
      ),
      sentAt: new Date(Number(message.Attributes?.SentTimestamp ?? 0)).toISOString(),
      remove: async () => {
        await this.client.send(new DeleteMessageCommand(handle));
      },
      release: async () => {
        await this.client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }));
      },
    };
  }
}
