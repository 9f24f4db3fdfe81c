import { z } from 'zod';
import { AwsJsonProtocol, ServiceFault } from '../aws-json';
import { type Clock, systemClock } from '../clock';
import { Random } from '../random';
import type { Caller, RequestedAction, ServiceEmulator, WireRequest, WireResponse } from '../wire';
import { PROMPT, type QueueBehaviour } from './behaviour';
import { MoveTasks } from './move-tasks';
import { OPERATIONS, type OperationName } from './operations';
import { Queue } from './queue';
import { InvalidQueueError, type QueueDefinition, takesDeadLettersOf } from './queue-definition';
import { noSuchQueue, QUERY_ERRORS } from './queue-fault';

export interface SqsServiceArgs {
  /** @default the system's */
  readonly clock?: Clock;
  /** Draws what the behaviour leaves to chance. @default 1 */
  readonly seed?: number;
  /** @default PROMPT */
  readonly behaviour?: QueueBehaviour;
}

const given = z.object({
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SourceArn: z.string().optional(),
  DestinationArn: z.string().optional(),
  TaskHandle: z.string().optional(),
});
const taskHandle = z.object({ sourceArn: z.string() });

/** Actions that a redrive does on its caller's behalf, at the queue that it empties. */
const REDRIVE_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** Amazon SQS: standard queues with redrive, in the protocol of today's SDKs (AWS JSON 1.0). */
export class SqsService implements ServiceEmulator {
  readonly service = 'sqs';
  readonly moves: MoveTasks;
  private readonly protocol = new AwsJsonProtocol('AmazonSQS', '1.0');
  private readonly queues = new Map<string, Queue>();
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly closed = new AbortController();
  private behaviour: QueueBehaviour;

  constructor(args: SqsServiceArgs = {}) {
    this.clock = args.clock ?? systemClock;
    this.random = new Random(args.seed ?? 1);
    this.behaviour = args.behaviour ?? PROMPT;
    this.moves = new MoveTasks({
      clock: this.clock,
      queue: (arn) => this.queue(arn),
      isDeadLetterQueue: (arn) =>
        [...this.queues.values()].some(
          ({ definition }) => definition.redrivePolicy?.deadLetterTargetArn === arn,
        ),
    });
  }

  create(definition: QueueDefinition): Queue {
    const queue = new Queue({
      definition,
      clock: this.clock,
      random: this.random.fork(),
      behaviour: () => this.behaviour,
      deadLetter: (message) => this.deadLetterQueue(definition)?.takeOver(message),
    });
    this.queues.set(definition.arn, queue);
    return queue;
  }

  /** Replaces how restless the queues are, from the next message on. */
  behave(behaviour: QueueBehaviour): void {
    this.behaviour = behaviour;
  }

  /** Throws `InvalidQueueError` for a redrive policy that AWS would refuse. To be asked once all queues are made. */
  checkRedrives(): void {
    for (const { definition } of this.queues.values()) this.deadLetterQueue(definition);
  }

  find(arn: string): Queue | undefined {
    return this.queues.get(arn);
  }

  /** Throws `ServiceFault`. */
  queue(arn: string): Queue {
    const queue = this.find(arn);
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }

  /** Throws `ServiceFault`. */
  at(url: string): Queue {
    const queue = [...this.queues.values()].find(({ definition }) => definition.url === url);
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }

  /** Throws `ServiceFault`. */
  named(name: string, region: string): Queue {
    const queue = this.queuesIn(region).find(({ definition }) => definition.name === name);
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }

  queuesIn(region: string): readonly Queue[] {
    return [...this.queues.values()].filter(({ definition }) => definition.arn.split(':')[3] === region);
  }

  /** Ends the waits of those who poll. */
  shutdown(): void {
    this.closed.abort();
  }

  get closing(): AbortSignal {
    return this.closed.signal;
  }

  operation(request: WireRequest): OperationName | undefined {
    const name = this.protocol.operation(request);
    return name !== undefined && Object.hasOwn(OPERATIONS, name) ? (name as OperationName) : undefined;
  }

  requestedActions(request: WireRequest, caller: Caller): readonly RequestedAction[] {
    const name = this.operation(request);
    if (name === undefined) return [];
    const { action = name, uses } = OPERATIONS[name];
    const input = given.safeParse(parseJson(request.body.toString('utf8'))).data ?? {};
    const queue = this.asked(input, caller);
    const resource = queue?.definition.arn ?? input.SourceArn ?? '*';
    return [
      { action: `sqs:${action}`, resource: name === 'ListQueues' ? '*' : resource },
      ...(uses === undefined ? [] : keyActions(queue, uses, caller.accountId)),
      ...(name === 'StartMessageMoveTask' ? this.redriveActions(resource, input.DestinationArn, caller) : []),
    ];
  }

  async handle(request: WireRequest, caller: Caller): Promise<WireResponse> {
    const name = this.operation(request);
    if (name === undefined) {
      return this.fault('UnsupportedOperation', 400, 'SQS of the local cloud has no such operation');
    }
    try {
      const { input, run } = OPERATIONS[name];
      return this.protocol.response(await run(this, this.protocol.input(input, request), caller));
    } catch (error) {
      if (error instanceof ServiceFault) return this.fault(error.name, error.status, error.message);
      throw error;
    }
  }

  fault(name: string, status: number, message: string): WireResponse {
    const today = name === 'ThrottlingException' ? 'RequestThrottled' : name;
    const answer = this.protocol.fault(`com.amazonaws.sqs#${today}`, status, message);
    const sender = status < 500 ? 'Sender' : 'Receiver';
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'x-amzn-errortype': today,
        'x-amzn-query-error': `${QUERY_ERRORS[today] ?? today};${sender}`,
      },
    };
  }

  /** Where a queue's undeliverable messages go. Throws `InvalidQueueError`. */
  private deadLetterQueue({ arn, redrivePolicy }: QueueDefinition): Queue | undefined {
    if (redrivePolicy === undefined) return undefined;
    const queue = this.queues.get(redrivePolicy.deadLetterTargetArn);
    if (queue !== undefined && takesDeadLettersOf(queue.definition, arn)) return queue;
    throw new InvalidQueueError(
      `${arn} has no dead-letter queue at ${redrivePolicy.deadLetterTargetArn}, or none that takes its messages`,
    );
  }

  private asked(input: z.infer<typeof given>, { region }: Caller): Queue | undefined {
    const { QueueUrl, QueueName, SourceArn, TaskHandle } = input;
    const arn = SourceArn ?? (TaskHandle === undefined ? undefined : sourceOf(TaskHandle));
    return [...this.queues.values()].find(
      ({ definition }) =>
        definition.url === QueueUrl ||
        definition.arn === arn ||
        (definition.name === QueueName && definition.arn.split(':')[3] === region),
    );
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html */
  private redriveActions(
    sourceArn: string,
    destinationArn: string | undefined,
    { accountId }: Caller,
  ): RequestedAction[] {
    const sources = [...this.queues.values()].filter(
      ({ definition }) => definition.redrivePolicy?.deadLetterTargetArn === sourceArn,
    );
    const destinations = sources.filter(
      ({ definition }) => definition.arn === (destinationArn ?? definition.arn),
    );
    return [
      ...REDRIVE_ACTIONS.map((action) => ({ action, resource: sourceArn })),
      ...keyActions(this.queues.get(sourceArn), 'decrypts', accountId),
      ...destinations.flatMap((queue) => [
        { action: 'sqs:SendMessage', resource: queue.definition.arn },
        ...keyActions(queue, 'encrypts', accountId),
      ]),
    ];
  }
}

/** What SQS does with an encrypted queue's key on behalf of whoever sends or receives. */
export function keyActions(
  queue: Queue | undefined,
  uses: 'encrypts' | 'decrypts',
  accountId: string,
): RequestedAction[] {
  const { kmsKeyArn: resource, arn = '' } = queue?.definition ?? {};
  if (resource === undefined) return [];
  const context = {
    'kms:ViaService': `sqs.${arn.split(':')[3]}.amazonaws.com`,
    'kms:CallerAccount': accountId,
  };
  // To send, SQS also decrypts the data key that it may have made before.
  const actions = uses === 'encrypts' ? ['kms:GenerateDataKey', 'kms:Decrypt'] : ['kms:Decrypt'];
  return actions.map((action) => ({ action, resource, context }));
}

function sourceOf(handle: string): string | undefined {
  return taskHandle.safeParse(parseJson(Buffer.from(handle, 'base64').toString())).data?.sourceArn;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
