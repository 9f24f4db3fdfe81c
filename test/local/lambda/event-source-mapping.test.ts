import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { asset } from '@pulumi/pulumi';
import type { Authorize } from '../../../local/authorize';
import { systemClock } from '../../../local/clock';
import { EventSourceMapping } from '../../../local/lambda/event-source-mapping';
import { LambdaRuntime } from '../../../local/lambda/runtime';
import { PROMPT } from '../../../local/sqs/behaviour';
import { queueDefinition } from '../../../local/sqs/queue-definition';
import { SqsService } from '../../../local/sqs/service';
import { accountId } from '../../support/wire-server';
import { arnOf, captured } from '../sqs/queues';

const roleArn = `arn:aws:iam::${accountId}:role/capture`;
const functionName = `arn:aws:lambda:eu-west-1:${accountId}:function:capture`;

/** Says what it was given; fails a message, dies or answers nonsense where its body says so. */
const CODE = `
export const handler = async ({ Records }) => {
  console.log(JSON.stringify(Records.map(({ body }) => body)));
  const bodies = Records.map(({ body }) => body);
  if (bodies.includes('throw')) throw new Error('no');
  if (bodies.includes('die')) process.exit(1);
  if (bodies.includes('nonsense')) return { batchItemFailures: [{ itemIdentifier: '' }] };
  if (bodies.includes('stranger')) return { batchItemFailures: [{ itemIdentifier: 'other' }] };
  if (bodies.includes('nothing')) return null;
  if (bodies.includes('record')) console.log(JSON.stringify(Records[0]));
  const failed = Records.filter(({ body }) => body === 'fail');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

describe('EventSourceMapping', () => {
  let sqs: SqsService;
  let lambda: LambdaRuntime;
  let mapping: EventSourceMapping;
  let denied: string | undefined;
  const authorize: Authorize = (_, action) => {
    if (action === denied) throw new Error(`not authorized to perform: ${action}`);
  };
  const queue = () => sqs.queue(arnOf('changes'));
  const send = (...bodies: string[]) => {
    for (const body of bodies) queue().send({ body, senderId: 'me' });
  };
  const batches = () => lambda.logLines('capture').filter((line) => line.startsWith('['));
  const until = async (holds: () => boolean) => {
    for (const end = Date.now() + 8_000; !holds() && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(holds());
  };
  const map = (inputs: object = {}) => {
    mapping = new EventSourceMapping(
      {
        inputs: {
          eventSourceArn: arnOf('changes'),
          functionName,
          functionResponseTypes: ['ReportBatchItemFailures'],
          ...inputs,
        },
      },
      { sqs, lambda, authorize, clock: systemClock },
    );
    return mapping;
  };

  beforeEach(async () => {
    denied = undefined;
    sqs = new SqsService();
    sqs.create(queueDefinition(captured('dead')));
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 });
    sqs.create(
      queueDefinition(captured('changes', { kmsMasterKeyId: 'arn:aws:kms:eu-west-1:1:key/k' }), {
        redrivePolicy,
      }),
    );
    lambda = new LambdaRuntime({
      endpoint: 'http://127.0.0.1:1',
      credentials: () => ({ accessKeyId: 'key', secretAccessKey: 'secret' }),
      authorize: () => undefined,
    });
    await lambda.deploy(
      {
        name: 'capture',
        arn: functionName,
        region: 'eu-west-1',
        roleArn,
        handler: 'index.handler',
        runtime: 'nodejs24.x',
        environment: {},
        timeoutSeconds: 5,
        memoryMegabytes: 128,
        logGroup: 'log',
      },
      new asset.AssetArchive({ 'index.mjs': new asset.StringAsset(CODE) }),
    );
  });

  afterEach(async () => {
    await mapping?.stop();
    await lambda.shutdown();
  });

  it('gives the function what Lambda would, and deletes what it has done', async () => {
    send('record');
    map().start();
    await until(() => queue().messages().length === 0);

    const line = lambda.logLines('capture').find((text) => text.startsWith('{')) ?? '{}';
    const { messageId, receiptHandle, attributes, ...record } = JSON.parse(line);
    assert.ok(messageId && receiptHandle);
    assert.equal(attributes.ApproximateReceiveCount, '1');
    assert.deepEqual(record, {
      body: 'record',
      messageAttributes: {},
      md5OfBody: createHash('md5').update('record').digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: arnOf('changes'),
      awsRegion: 'eu-west-1',
    });
    assert.equal(mapping.lastProcessingResult, 'OK');
  });

  it('gathers messages for its window, at most as many as a batch has', async () => {
    map({ batchSize: 4, maximumBatchingWindowInSeconds: 1 }).start();
    send('1');
    await new Promise((resolve) => setTimeout(resolve, 100));
    send('2', '3', '4', '5');
    await until(() => queue().messages().length === 0);

    assert.deepEqual(batches(), ['["1","2","3","4"]', '["5"]']);
  });

  it('leaves a message that the function reports to be handed out again, and then to be given up', async () => {
    sqs.behave({ ...PROMPT, hiddenMilliseconds: 1_500 });
    send('good', 'fail');
    map().start();
    await until(() => sqs.queue(arnOf('dead')).messages().length === 1);

    assert.deepEqual(batches(), ['["good","fail"]', '["fail"]']);
    assert.deepEqual(
      sqs
        .queue(arnOf('dead'))
        .messages()
        .map(({ body }) => body),
      ['fail'],
    );
  });

  for (const body of ['throw', 'die', 'nonsense', 'stranger']) {
    it(`leaves a whole batch to be handed out again where the function answers with "${body}"`, async () => {
      send('good', body);
      map({ maximumBatchingWindowInSeconds: 1 }).start();
      await until(() => mapping.lastProcessingResult.startsWith('PROBLEM'));

      assert.equal(queue().counts().inFlight, 2);
    });
  }

  it('takes an answer of nothing for success', async () => {
    send('nothing');
    map().start();

    await until(() => queue().messages().length === 0);
  });

  it('needs what Lambda does in the name of the role, and says so', async () => {
    for (const action of ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes', 'kms:Decrypt']) {
      denied = action;
      assert.throws(() => map(), { message: `not authorized to perform: ${action}` });
    }
    denied = undefined;
    map().start();
    denied = 'sqs:DeleteMessage';
    send('good');
    await until(
      () => mapping.lastProcessingResult === 'PROBLEM: not authorized to perform: sqs:DeleteMessage',
    );

    assert.equal(queue().messages().length, 1);
  });

  it('refuses what Lambda would refuse', async () => {
    const error = { name: 'UnsupportedMappingError' };
    sqs.create(queueDefinition(captured('short', { visibilityTimeoutSeconds: 4 })));

    assert.throws(() => map({ batchSize: 11 }), error);
    assert.throws(() => map({ scalingConfig: { maximumConcurrency: 1 } }), error);
    assert.throws(() => map({ filterCriteria: {} }), error);
    assert.throws(() => map({ eventSourceArn: arnOf('short') }), error);
    assert.throws(() => map({ eventSourceArn: arnOf('other') }), { name: 'QueueDoesNotExist' });
  });
});
