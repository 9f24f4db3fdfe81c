import assert from 'node:assert/strict';
import { ListMessageMoveTasksCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { FakeClock } from '../../../local/clock';
import { queueDefinition } from '../../../local/sqs/queue-definition';
import { SqsService } from '../../../local/sqs/service';
import { serveWire, type WireServer } from '../../support/wire-server';
import { arnOf, captured } from './queues';

describe('The redrive of a dead-letter queue', () => {
  let clock: FakeClock;
  let sqs: SqsService;
  let server: WireServer;
  let client: SQSClient;
  const queues = () => ['changes', 'dead'].map((name) => sqs.queue(arnOf(name)));

  beforeEach(async () => {
    clock = new FakeClock();
    sqs = new SqsService({ clock });
    sqs.create(queueDefinition(captured('dead')));
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 1 });
    sqs.create(queueDefinition(captured('changes'), { redrivePolicy }));
    server = await serveWire(sqs);
    client = new SQSClient({
      region: 'eu-west-1',
      endpoint: server.url,
      credentials: { accessKeyId: 'admin', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  });

  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  /** Sends messages that nobody manages to handle. */
  const giveUp = (...bodies: string[]) => {
    const changes = sqs.queue(arnOf('changes'));
    for (const body of bodies) changes.send({ body, senderId: 'me' });
    changes.receive(10);
    clock.advance(30_000);
    changes.receive(10);
  };
  const start = (SourceArn: string) => client.send(new StartMessageMoveTaskCommand({ SourceArn }));
  const tasks = async () => {
    const list = new ListMessageMoveTasksCommand({ SourceArn: arnOf('dead'), MaxResults: 10 });
    return (await client.send(list)).Results ?? [];
  };

  it('brings messages back to where they came from, as new ones', async () => {
    giveUp('a', 'b');
    const ids = sqs
      .queue(arnOf('dead'))
      .messages()
      .map(({ messageId }) => messageId);

    const { TaskHandle } = await start(arnOf('dead'));
    const [task] = await tasks();

    const [changes, dead] = queues();
    assert.ok(TaskHandle);
    assert.equal(task?.Status, 'COMPLETED');
    assert.equal(task?.ApproximateNumberOfMessagesMoved, 2);
    assert.deepEqual(dead?.messages(), []);
    assert.deepEqual(
      changes?.messages().map(({ body, sentAt }) => [body, sentAt]),
      [
        ['a', clock.now()],
        ['b', clock.now()],
      ],
    );
    assert.ok(changes?.messages().every(({ messageId }) => !ids.includes(messageId)));
  });

  it('fails at a message that came there by itself, and leaves it', async () => {
    sqs.queue(arnOf('dead')).send({ body: 'stray', senderId: 'me' });

    await start(arnOf('dead'));
    const [task] = await tasks();

    assert.equal(task?.Status, 'FAILED');
    assert.equal(task?.FailureReason, 'CouldNotDetermineMessageSource');
    assert.deepEqual(sqs.queue(arnOf('dead')).counts(), { visible: 1, inFlight: 0, delayed: 0 });
  });

  it('is for dead-letter queues only', async () => {
    await assert.rejects(start(arnOf('changes')), { name: 'InvalidParameterValue' });
    await assert.rejects(start(arnOf('other')), { name: 'QueueDoesNotExist' });
  });

  it('refuses a queue whose dead-letter queue is not there, or does not take its messages', () => {
    const redrive = (target: string) => ({
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(target), maxReceiveCount: 1 }),
    });
    const closed = new SqsService({ clock });
    closed.create(
      queueDefinition(captured('dead'), {
        redriveAllowPolicy: JSON.stringify({
          redrivePermission: 'byQueue',
          sourceQueueArns: [arnOf('changes')],
        }),
      }),
    );
    closed.create(queueDefinition(captured('changes'), redrive('dead')));
    closed.checkRedrives();
    closed.create(queueDefinition(captured('other'), redrive('dead')));

    assert.throws(() => closed.checkRedrives(), { name: 'InvalidQueueError' });
  });
});
