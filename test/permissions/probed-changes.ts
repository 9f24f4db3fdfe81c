import { setTimeout } from 'node:timers/promises';
import type { EventSourceMapping } from '../../local/lambda/event-source-mapping';
import type { LocalCloud } from '../../local/local-cloud';
import type { Queue } from '../../local/sqs/queue';
import { systemAttributes } from '../../local/sqs/received';

/** What has become of messages that a worker was given. */
export interface Delivery {
  /** All that the function answered and printed. */
  readonly said: string;
  /** Messages that are to be handed out again. */
  readonly failed: number;
  /** Why a message became a dead letter, by its body. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Change capture of a local cloud, whose worker is given its messages one batch at a time. */
export class ProbedChanges {
  readonly queue: Queue;
  private readonly deadLetters: Queue;
  private readonly mapping: EventSourceMapping;

  constructor(private readonly cloud: LocalCloud) {
    const { sqs, outputs, mappings } = cloud;
    const [mapping] = mappings;
    if (mapping === undefined) throw new Error('The program has no event source mapping');
    this.mapping = mapping;
    this.queue = sqs.at(String(outputs.changeQueueUrl));
    this.deadLetters = sqs.at(String(outputs.changeDeadLetterQueueUrl));
  }

  /** Gives a worker messages, for the last time that it may try them. */
  async deliver(...bodies: readonly string[]): Promise<Delivery> {
    const { lambda } = this.cloud;
    const { functionName } = this.mapping;
    for (const body of bodies) this.queue.send({ body, senderId: 'somebody' });
    const Records = this.queue.receive(bodies.length).map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: { ...systemAttributes(message), ApproximateReceiveCount: '99' },
    }));
    const printed = lambda.logLines(functionName).length;
    const { payload } = await lambda.receive(functionName, { Records });
    const reasons = this.deadLetters
      .messages()
      .map(({ body, attributes }) => [body, attributes.ErrorMessage?.StringValue ?? ''] as const);
    this.queue.purge();
    this.deadLetters.purge();
    return {
      said: [payload, ...lambda.logLines(functionName).slice(printed)].join('\n'),
      failed: JSON.parse(payload).batchItemFailures?.length ?? bodies.length,
      reasons: new Map(reasons),
    };
  }

  /** The next worker is one that knows nothing yet. */
  renewWorker(): Promise<void> {
    return this.cloud.lambda.dropWarm(this.mapping.functionName);
  }

  /** Lets Lambda poll the queue from now on. */
  startPolling(): void {
    this.mapping.start();
  }

  /** Waits until Lambda says of its polling what this looks for. */
  async untilPolling(says: RegExp): Promise<void> {
    while (!says.test(this.mapping.lastProcessingResult)) await setTimeout(20);
  }
}
