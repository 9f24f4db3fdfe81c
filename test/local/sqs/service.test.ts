import assert from 'node:assert/strict';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { FakeClock } from '../../../local/clock';
import { queueDefinition } from '../../../local/sqs/queue-definition';
import { SqsService } from '../../../local/sqs/service';
import { callerOf, serveWire, type WireServer } from '../../support/wire-server';
import { arnOf, captured, urlOf } from './queues';

const SECOND = 1000;

describe('SqsService', () => {
  let clock: FakeClock;
  let sqs: SqsService;
  let server: WireServer;
  let client: SQSClient;
  const QueueUrl = urlOf('changes');

  beforeEach(async () => {
    clock = new FakeClock();
    sqs = new SqsService({ clock });
    sqs.create(queueDefinition(captured('dead')));
    sqs.create(
      queueDefinition(
        captured('changes', {
          kmsMasterKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/k',
          redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: '2' }),
        }),
      ),
    );
    server = await serveWire(sqs);
    client = new SQSClient({
      region: 'eu-west-1',
      endpoint: server.url,
      credentials: { accessKeyId: 'sender', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  });

  afterEach(async () => {
    sqs.shutdown();
    client.destroy();
    await server.close();
  });

  const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const receive = async (more: Partial<ReceiveMessageCommandInput> = {}) => {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, ...more }));
    return Messages;
  };

  it('is found by name, and says what it is made with', async () => {
    const { QueueUrl: found } = await client.send(new GetQueueUrlCommand({ QueueName: 'changes' }));
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: found, AttributeNames: ['All'] }),
    );

    assert.equal(found, QueueUrl);
    assert.equal(Attributes?.QueueArn, arnOf('changes'));
    assert.equal(Attributes?.VisibilityTimeout, '30');
    assert.equal(Attributes?.MaximumMessageSize, '1048576');
    assert.deepEqual(JSON.parse(Attributes?.RedrivePolicy ?? ''), {
      deadLetterTargetArn: arnOf('dead'),
      maxReceiveCount: 2,
    });
  });

  it('hands out a message with what it knows of it, and its checksums hold', async () => {
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'héllo',
        MessageAttributes: {
          reason: { DataType: 'String', StringValue: 'denied' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
        },
      }),
    );

    const [message] = await receive({
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['reason'],
    });

    assert.equal(message?.Body, 'héllo');
    assert.deepEqual(message?.Attributes, {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(clock.now()),
      SenderId: 'arn:aws:iam::111122223333:role/sender',
      ApproximateFirstReceiveTimestamp: String(clock.now()),
    });
    assert.deepEqual(message?.MessageAttributes, { reason: { DataType: 'String', StringValue: 'denied' } });
  });

  it('hides what was received until the visibility timeout has passed, and deletes it by its latest receipt', async () => {
    await send('a');
    const [first] = await receive();
    const hidden = await receive();
    clock.advance(30 * SECOND);
    const [second] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    const drop = (ReceiptHandle?: string) =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

    await drop(first?.ReceiptHandle);
    const kept = sqs.queue(arnOf('changes')).counts();
    await drop(second?.ReceiptHandle);
    await drop(second?.ReceiptHandle);

    assert.deepEqual(hidden, []);
    assert.equal(second?.Attributes?.ApproximateReceiveCount, '2');
    assert.deepEqual(kept, { visible: 0, inFlight: 1, delayed: 0 });
    assert.deepEqual(sqs.queue(arnOf('changes')).messages(), []);
  });

  it('shows a message at once, or later, when its consumer says so', async () => {
    await send('a');
    const [message] = await receive();
    const hide = (VisibilityTimeout: number) =>
      client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout,
        }),
      );

    await hide(60);
    clock.advance(59 * SECOND);
    const early = await receive();
    await hide(0);
    const late = await receive();

    assert.deepEqual([early.length, late.length], [0, 1]);
    await assert.rejects(hide(0), { name: 'InvalidParameterValue' });
  });

  it('waits for a message as long as it was asked to', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('a');
    assert.equal((await waiting).length, 1);

    const inVain = receive({ WaitTimeSeconds: 5 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.advance(5 * SECOND);
    assert.deepEqual(await inVain, []);
  });

  it('holds a delayed message back', async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 10 }));

    const early = await receive();
    clock.advance(10 * SECOND);

    assert.deepEqual(early, []);
    assert.equal((await receive()).length, 1);
  });

  it('gives a message up after its receives, to the dead-letter queue, with its id and its source', async () => {
    const { MessageId } = await send('poison');
    for (let n = 0; n < 3; n++) {
      await receive();
      clock.advance(30 * SECOND);
    }

    const [dead] = await receive({ QueueUrl: urlOf('dead'), MessageSystemAttributeNames: ['All'] });

    assert.equal(dead?.MessageId, MessageId);
    assert.equal(dead?.Body, 'poison');
    assert.equal(dead?.Attributes?.DeadLetterQueueSourceArn, arnOf('changes'));
    assert.deepEqual(sqs.queue(arnOf('changes')).messages(), []);
  });

  it('forgets a message when its retention has passed', async () => {
    await send('a');
    clock.advance(4 * 24 * 3600 * SECOND);

    assert.deepEqual(await receive(), []);
  });

  it('sends and deletes batches entry by entry', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: '\u0000' },
    ];
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const [message] = await receive();
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: '1', ReceiptHandle: message?.ReceiptHandle },
          { Id: '2', ReceiptHandle: 'nonsense' },
        ],
      }),
    );

    assert.deepEqual(
      sent.Successful?.map(({ Id }) => Id),
      ['good'],
    );
    assert.deepEqual(
      sent.Failed?.map(({ Id, Code }) => [Id, Code]),
      [['bad', 'InvalidMessageContents']],
    );
    assert.deepEqual(
      deleted.Failed?.map(({ Id, Code }) => [Id, Code]),
      [['2', 'ReceiptHandleIsInvalid']],
    );
    assert.deepEqual(sqs.queue(arnOf('changes')).messages(), []);
  });

  it("keeps AWS's limits", async () => {
    const entries = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ Id: String(n), MessageBody: 'a' }));
    const batch = (Entries: { Id: string; MessageBody: string }[]) =>
      client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const MiB = 'x'.repeat(1024 * 1024);

    await send(MiB);
    await assert.rejects(send(`${MiB}x`), { name: 'InvalidParameterValue' });
    await assert.rejects(send(''), { name: 'MissingParameter' });
    await assert.rejects(batch(entries(11)), { name: 'TooManyEntriesInBatchRequest' });
    await assert.rejects(batch([]), { name: 'EmptyBatchRequest' });
    await assert.rejects(batch([...entries(1), ...entries(1)]), { name: 'BatchEntryIdsNotDistinct' });
    await assert.rejects(batch([{ Id: 'a', MessageBody: `${MiB}x` }]), { name: 'BatchRequestTooLong' });
    await assert.rejects(receive({ MaxNumberOfMessages: 11 }), { name: 'InvalidParameterValue' });
    await assert.rejects(receive({ WaitTimeSeconds: 21 }), { name: 'InvalidParameterValue' });
    await assert.rejects(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 901 })),
      {
        name: 'InvalidParameterValue',
      },
    );
  });

  it('knows no other queue, in the words of both protocols', async () => {
    const unknown = client.send(new ReceiveMessageCommand({ QueueUrl: urlOf('other') }));

    await assert.rejects(unknown, {
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });

  it("asks IAM about the queue and, on the caller's behalf, about its key", () => {
    const asked = (operation: string, input: object) =>
      sqs
        .requestedActions(
          {
            method: 'POST',
            url: '/',
            headers: { 'x-amz-target': `AmazonSQS.${operation}` },
            body: Buffer.from(JSON.stringify(input)),
          },
          callerOf('capture'),
        )
        .map(({ action, resource }) => `${action} ${resource.split(':').at(-1)}`);

    assert.deepEqual(asked('SendMessageBatch', { QueueUrl }), [
      'sqs:SendMessage changes',
      'kms:GenerateDataKey key/k',
      'kms:Decrypt key/k',
    ]);
    assert.deepEqual(asked('ReceiveMessage', { QueueUrl }), [
      'sqs:ReceiveMessage changes',
      'kms:Decrypt key/k',
    ]);
    assert.deepEqual(asked('DeleteMessageBatch', { QueueUrl }), ['sqs:DeleteMessage changes']);
    assert.deepEqual(asked('GetQueueUrl', { QueueName: 'changes' }), ['sqs:GetQueueUrl changes']);
    assert.deepEqual(asked('StartMessageMoveTask', { SourceArn: arnOf('dead') }), [
      'sqs:StartMessageMoveTask dead',
      'sqs:ReceiveMessage dead',
      'sqs:DeleteMessage dead',
      'sqs:GetQueueAttributes dead',
      'sqs:SendMessage changes',
      'kms:GenerateDataKey key/k',
      'kms:Decrypt key/k',
    ]);
  });
});
