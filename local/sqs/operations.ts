import { z } from 'zod';
import { ServiceFault } from '../aws-json';
import type { Caller } from '../wire';
import { batch, batchOf } from './batches';
import { type MessageAttributes, md5, md5OfAttributes } from './checksums';
import type { Message, Queue } from './queue';
import { queueAttributes } from './queue-attributes';
import { LONGEST_DELAY, LONGEST_VISIBILITY, LONGEST_WAIT } from './queue-definition';
import { invalidValue } from './queue-fault';
import { received, wanted } from './received';
import type { SqsService } from './service';

/** What one operation of the API takes and gives. */
interface Operation<I> {
  readonly input: z.ZodType<I>;
  /** The operation's name in policies, where a batch has none of its own. */
  readonly action?: string;
  /** How it uses the key of an encrypted queue. */
  readonly uses?: 'encrypts' | 'decrypts';
  run(service: SqsService, input: I, caller: Caller): unknown;
}

const LARGEST_BATCH = 1024 * 1024;

const attribute = z.object({
  DataType: z.string().regex(/^(String|Number|Binary)(\.|$)/),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const sending = {
  MessageBody: z.string(),
  DelaySeconds: z.int().optional(),
  MessageAttributes: z.record(z.string(), attribute).optional(),
};
const onQueue = { QueueUrl: z.string() };
const receipt = { ReceiptHandle: z.string() };
const visibility = { ...receipt, VisibilityTimeout: z.int() };

/** Every operation that the local cloud's SQS has: queues come from the program. */
export const OPERATIONS = {
  GetQueueUrl: operation({
    input: z.object({ QueueName: z.string() }),
    run: (service, { QueueName }, { region }) => ({
      QueueUrl: service.named(QueueName, region).definition.url,
    }),
  }),
  ListQueues: operation({
    input: z.object({ QueueNamePrefix: z.string().default('') }),
    run: (service, { QueueNamePrefix: prefix }, { region }) => ({
      QueueUrls: service
        .queuesIn(region)
        .map(({ definition }) => definition)
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ url }) => url),
    }),
  }),
  GetQueueAttributes: operation({
    input: z.object({ ...onQueue, AttributeNames: z.array(z.string()).default([]) }),
    run: (service, { QueueUrl, AttributeNames }) => ({
      Attributes: queueAttributes(service.at(QueueUrl), AttributeNames),
    }),
  }),
  SendMessage: operation({
    input: z.object({ ...onQueue, ...sending }),
    uses: 'encrypts',
    run: (service, { QueueUrl, ...message }, caller) => sent(send(service.at(QueueUrl), message, caller)),
  }),
  SendMessageBatch: operation({
    input: z.object({ ...onQueue, Entries: batch(sending) }),
    action: 'SendMessage',
    uses: 'encrypts',
    run: (service, { QueueUrl, Entries }, caller) => {
      const queue = service.at(QueueUrl);
      if (Entries.reduce((sum, { MessageBody: body }) => sum + Buffer.byteLength(body), 0) > LARGEST_BATCH) {
        throw new ServiceFault(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${LARGEST_BATCH} bytes.`,
        );
      }
      return batchOf(Entries, (entry) => sent(send(queue, entry, caller)));
    },
  }),
  ReceiveMessage: operation({
    input: z.object({
      ...onQueue,
      MaxNumberOfMessages: z.int().default(1),
      VisibilityTimeout: z.int().optional(),
      WaitTimeSeconds: z.int().optional(),
      AttributeNames: z.array(z.string()).default([]),
      MessageSystemAttributeNames: z.array(z.string()).default([]),
      MessageAttributeNames: z.array(z.string()).default([]),
    }),
    uses: 'decrypts',
    run: async (service, input) => {
      const queue = service.at(input.QueueUrl);
      const { MaxNumberOfMessages: most, VisibilityTimeout: hidden, WaitTimeSeconds: wait } = input;
      within(most, 'MaxNumberOfMessages', 1, 10);
      if (hidden !== undefined) within(hidden, 'VisibilityTimeout', 0, LONGEST_VISIBILITY);
      if (wait !== undefined) within(wait, 'WaitTimeSeconds', 0, LONGEST_WAIT);
      const waitSeconds = wait ?? queue.definition.receiveWaitTime;
      const messages = await queue.poll(
        most,
        waitSeconds * 1000,
        hidden === undefined ? undefined : hidden * 1000,
        service.closing,
      );
      const isWanted = {
        system: wanted([...input.AttributeNames, ...input.MessageSystemAttributeNames]),
        own: wanted(input.MessageAttributeNames),
      };
      return messages.length === 0 ? {} : { Messages: messages.map((it) => received(it, isWanted)) };
    },
  }),
  DeleteMessage: operation({
    input: z.object({ ...onQueue, ...receipt }),
    run: (service, { QueueUrl, ReceiptHandle }) => {
      service.at(QueueUrl).delete(ReceiptHandle);
      return {};
    },
  }),
  DeleteMessageBatch: operation({
    input: z.object({ ...onQueue, Entries: batch(receipt) }),
    action: 'DeleteMessage',
    run: (service, { QueueUrl, Entries }) => {
      const queue = service.at(QueueUrl);
      return batchOf(Entries, ({ ReceiptHandle }) => {
        queue.delete(ReceiptHandle);
        return {};
      });
    },
  }),
  ChangeMessageVisibility: operation({
    input: z.object({ ...onQueue, ...visibility }),
    run: (service, { QueueUrl, ...change }) => hide(service.at(QueueUrl), change),
  }),
  ChangeMessageVisibilityBatch: operation({
    input: z.object({ ...onQueue, Entries: batch(visibility) }),
    action: 'ChangeMessageVisibility',
    run: (service, { QueueUrl, Entries }) => {
      const queue = service.at(QueueUrl);
      return batchOf(Entries, (entry) => hide(queue, entry));
    },
  }),
  PurgeQueue: operation({
    input: z.object(onQueue),
    run: (service, { QueueUrl }) => {
      service.at(QueueUrl).purge();
      return {};
    },
  }),
  StartMessageMoveTask: operation({
    input: z.object({
      SourceArn: z.string(),
      DestinationArn: z.string().optional(),
      MaxNumberOfMessagesPerSecond: z.int().optional(),
    }),
    run: (service, { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }) => ({
      TaskHandle: service.moves.start(SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond).handle,
    }),
  }),
  CancelMessageMoveTask: operation({
    input: z.object({ TaskHandle: z.string() }),
    run: (service, { TaskHandle }) => ({
      ApproximateNumberOfMessagesMoved: service.moves.cancel(TaskHandle).moved,
    }),
  }),
  ListMessageMoveTasks: operation({
    input: z.object({ SourceArn: z.string(), MaxResults: z.int().min(1).max(10).default(1) }),
    run: (service, { SourceArn, MaxResults }) => ({
      Results: service.moves.list(SourceArn, MaxResults).map((task) => ({
        ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
        Status: task.status,
        SourceArn: task.sourceArn,
        DestinationArn: task.destinationArn,
        MaxNumberOfMessagesPerSecond: task.perSecond,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        FailureReason: task.failureReason,
        StartedTimestamp: task.startedAt,
      })),
    }),
  }),
};

export type OperationName = keyof typeof OPERATIONS;

/** Closes over the input's type, so that all operations can stand in one table. */
function operation<I>(definition: Operation<I>): Operation<unknown> {
  return {
    ...definition,
    run: (service, input, caller) => definition.run(service, definition.input.parse(input), caller),
  };
}

interface Given {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: MessageAttributes | undefined;
}

function send(queue: Queue, given: Given, { principalArn }: Caller): Message {
  const { MessageBody: body, DelaySeconds: delaySeconds, MessageAttributes: attributes = {} } = given;
  if (delaySeconds !== undefined) within(delaySeconds, 'DelaySeconds', 0, LONGEST_DELAY);
  if (Object.keys(attributes).length > 10) {
    throw new ServiceFault(
      'InvalidParameterValue',
      'Number of message attributes [at most 10] exceeds the allowed maximum.',
    );
  }
  return queue.send({ body, attributes, delaySeconds, senderId: principalArn });
}

function sent({ messageId, body, attributes }: Message): Record<string, unknown> {
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

function hide(
  queue: Queue,
  {
    ReceiptHandle,
    VisibilityTimeout,
  }: { readonly ReceiptHandle: string; readonly VisibilityTimeout: number },
): Record<string, never> {
  within(VisibilityTimeout, 'VisibilityTimeout', 0, LONGEST_VISIBILITY);
  queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
  return {};
}

function within(value: number, parameter: string, least: number, most: number): void {
  if (value < least || value > most) {
    throw invalidValue(value, parameter, `Must be >= ${least} and <= ${most}, if provided.`);
  }
}
