import { z } from 'zod';
import type { Authorize } from '../authorize';
import type { Clock } from '../clock';
import type { MessageAttributes } from '../sqs/checksums';
import { md5 } from '../sqs/checksums';
import type { Queue, Received } from '../sqs/queue';
import type { Captured } from '../sqs/queue-definition';
import { systemAttributes } from '../sqs/received';
import { keyActions, type SqsService } from '../sqs/service';
import type { LambdaFunction } from './lambda-function';
import { type LambdaRuntime, LambdaServiceError } from './runtime';

/** A mapping that AWS would refuse, or with a setting that the local cloud does not know. */
export class UnsupportedMappingError extends Error {
  override readonly name = 'UnsupportedMappingError';
}

const mappingInputs = z.strictObject({
  region: z.string().optional(),
  tags: z.unknown().optional(),
  eventSourceArn: z.string().regex(/^arn:[^:]+:sqs:/, 'only queues are known as event sources'),
  functionName: z.string(),
  enabled: z.boolean().default(true),
  batchSize: z.int().min(1).max(10_000).default(10),
  maximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
  scalingConfig: z.object({ maximumConcurrency: z.int().min(2).max(1000).optional() }).optional(),
  functionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
});
type Settings = z.infer<typeof mappingInputs>;

/** An item without an identifier makes the whole answer void. */
const report = z
  .looseObject({
    batchItemFailures: z
      .array(z.looseObject({ itemIdentifier: z.string().min(1) }))
      .nullish()
      .transform((failures) => failures ?? []),
  })
  .nullish()
  .transform((answer) => answer?.batchItemFailures ?? []);

/** Invocations at once where no limit is set: what AWS begins with. */
const DEFAULT_CONCURRENCY = 5;
const LONG_POLL_MILLISECONDS = 20_000;
/** Pause of a poller that is not allowed what it needs. */
const DENIED_PAUSE_MILLISECONDS = 1_000;
/** The records of one invocation, in bytes: AWS's 6 MB, less what is around them. */
const LARGEST_BATCH = 6 * 1024 * 1024 - 64 * 1024;

export interface MappingArgs {
  readonly sqs: SqsService;
  readonly lambda: LambdaRuntime;
  readonly authorize: Authorize;
  readonly clock: Clock;
}

/**
 * A function's subscription to a queue, as Lambda keeps it: polls under the function's role, gathers a batch, invokes
 * the function, deletes what it has done. What failed is left to become visible again.
 */
export class EventSourceMapping {
  /** What the last poll or invocation came to: `OK`, or the problem in words, as Lambda shows it. */
  lastProcessingResult = 'No records processed';
  private readonly settings: Settings;
  private readonly queue: Queue;
  private readonly lambda: LambdaFunction;
  private readonly stopped = new AbortController();
  private readonly busy = new Set<Promise<void>>();
  private running: Promise<void> | undefined;

  /** Throws `UnsupportedMappingError`, and what `authorize` throws if the role may not poll. */
  constructor(
    { inputs }: Pick<Captured, 'inputs'>,
    private readonly args: MappingArgs,
  ) {
    const parsed = mappingInputs.safeParse(inputs);
    if (!parsed.success) throw new UnsupportedMappingError(z.prettifyError(parsed.error));
    this.settings = parsed.data;
    this.queue = args.sqs.queue(this.settings.eventSourceArn);
    this.lambda = args.lambda.configuration(this.settings.functionName);
    this.check();
    this.authorizePolling();
  }

  get functionName(): string {
    return this.lambda.name;
  }

  /** Begins to poll, unless the mapping is disabled. */
  start(): void {
    if (this.settings.enabled) this.running ??= this.run();
  }

  /** Ends the polling, and waits for the invocations that are under way. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
    await Promise.all(this.busy);
  }

  private check(): void {
    const { batchSize, maximumBatchingWindowInSeconds: window } = this.settings;
    if (batchSize > 10 && window < 1) {
      throw new UnsupportedMappingError(
        'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
      );
    }
    const { visibilityTimeout } = this.queue.definition;
    if (visibilityTimeout < this.lambda.timeoutSeconds) {
      throw new UnsupportedMappingError(
        `Queue visibility timeout: ${visibilityTimeout} seconds is less than Function timeout: ${this.lambda.timeoutSeconds} seconds`,
      );
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    const most = this.settings.scalingConfig?.maximumConcurrency ?? DEFAULT_CONCURRENCY;
    while (!signal.aborted) {
      if (this.busy.size >= most) {
        await Promise.race(this.busy);
        continue;
      }
      const batch = await this.gather();
      if (batch.length === 0) continue;
      const work: Promise<void> = this.process(batch).finally(() => this.busy.delete(work));
      this.busy.add(work);
    }
  }

  /** Records until there are enough, they are large enough, or the window since the first of them is over. */
  private async gather(): Promise<Received[]> {
    const { clock } = this.args;
    const { signal } = this.stopped;
    const { batchSize, maximumBatchingWindowInSeconds: window } = this.settings;
    const batch: Received[] = [];
    let size = 0;
    let end = clock.now() + LONG_POLL_MILLISECONDS;
    while (batch.length < batchSize && size < LARGEST_BATCH && !signal.aborted) {
      const left = end - clock.now();
      if (left <= 0 && batch.length > 0) break;
      try {
        this.authorizePolling();
      } catch (error) {
        this.lastProcessingResult = `PROBLEM: ${messageOf(error)}`;
        await clock.sleep(DENIED_PAUSE_MILLISECONDS, signal);
        break;
      }
      const received = await this.queue.poll(
        Math.min(10, batchSize - batch.length),
        Math.max(0, left),
        undefined,
        signal,
      );
      if (received.length === 0) break;
      if (batch.length === 0) end = clock.now() + window * 1000;
      batch.push(...received);
      size += received.reduce((sum, { body }) => sum + Buffer.byteLength(body) + 1024, 0);
    }
    return batch;
  }

  private async process(batch: readonly Received[]): Promise<void> {
    try {
      const failed = await this.invoke(batch);
      const done = batch.filter(({ messageId }) => !failed.has(messageId));
      if (done.length > 0) {
        this.ask('sqs:DeleteMessage');
        for (const { receiptHandle } of done) this.queue.delete(receiptHandle);
      }
      this.lastProcessingResult = failed.size === 0 ? 'OK' : 'PROBLEM: Function call failed';
    } catch (error) {
      this.lastProcessingResult = `PROBLEM: ${messageOf(error)}`;
    }
  }

  /** Ids of the messages that failed: of all, where the function did, or answered what means nothing. */
  private async invoke(batch: readonly Received[]): Promise<ReadonlySet<string>> {
    const ids = batch.map(({ messageId }) => messageId);
    const all = new Set(ids);
    try {
      const { failed, payload } = await this.args.lambda.receive(this.settings.functionName, {
        Records: batch.map((message) => recordOf(message, this.queue.definition.arn)),
      });
      if (failed) return all;
      if (this.settings.functionResponseTypes.length === 0) return new Set();
      const answer = report.safeParse(JSON.parse(payload));
      if (!answer.success) return all;
      const named = answer.data.map(({ itemIdentifier }) => itemIdentifier);
      return named.every((id) => all.has(id)) ? new Set(named) : all;
    } catch (error) {
      if (error instanceof LambdaServiceError) return all;
      throw error;
    }
  }

  /** What Lambda does at the queue in the name of the function's role. */
  private authorizePolling(): void {
    this.ask('sqs:GetQueueAttributes');
    this.ask('sqs:ReceiveMessage');
    const { arn } = this.queue.definition;
    for (const { action, resource, context } of keyActions(this.queue, 'decrypts', arn.split(':')[4] ?? '')) {
      this.args.authorize(this.lambda.roleArn, action, resource, context as Record<string, string>);
    }
  }

  private ask(action: string): void {
    this.args.authorize(this.lambda.roleArn, action, this.queue.definition.arn);
  }
}

/** A message as Lambda hands it to a function: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function recordOf(message: Received, queueArn: string): Record<string, unknown> {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: attributesOf(message.attributes),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  };
}

function attributesOf(attributes: MessageAttributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        stringValue: StringValue,
        binaryValue: BinaryValue,
        stringListValues: [],
        binaryListValues: [],
      },
    ]),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
