import { randomUUID } from 'node:crypto';
import { ServiceFault } from '../aws-json';
import type { Clock } from '../clock';
import type { Random } from '../random';
import type { QueueBehaviour } from './behaviour';
import type { MessageAttributes } from './checksums';
import { sizeOf } from './checksums';
import type { QueueDefinition } from './queue-definition';
import { invalidValue } from './queue-fault';

/** What someone sends. */
export interface Sending {
  readonly body: string;
  readonly attributes?: MessageAttributes | undefined;
  /** Overrides the queue's own delay. */
  readonly delaySeconds?: number | undefined;
  /** Who sends: the session's id, or the service's name. */
  readonly senderId: string;
}

/** A message as a queue holds it. Times are milliseconds since the epoch. */
export interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly sentAt: number;
  /** ARN of the queue that gave it up as undeliverable. */
  readonly deadLetterSource?: string | undefined;
}

/** A message in the hands of a consumer. */
export interface Received extends Message {
  readonly receiptHandle: string;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
}

interface Held {
  readonly sequence: number;
  readonly message: Message;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** AWS's limit of messages that are received and not deleted yet. */
const MOST_IN_FLIGHT = 120_000;

export interface QueueArgs {
  readonly definition: QueueDefinition;
  readonly clock: Clock;
  readonly random: Random;
  readonly behaviour: () => QueueBehaviour;
  /** Takes what was received too often. */
  readonly deadLetter: (message: Message) => void;
}

/** One standard queue. */
export class Queue {
  readonly createdAt: number;
  private held: Held[] = [];
  private nextSequence = 1;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly args: QueueArgs) {
    this.createdAt = args.clock.now();
  }

  get definition(): QueueDefinition {
    return this.args.definition;
  }

  /** Throws `ServiceFault` for a message that is empty, too large or has a character that SQS does not take. */
  send({ body, attributes = {}, delaySeconds, senderId }: Sending): Message {
    this.check(body, attributes);
    const message = { messageId: randomUUID(), body, attributes, senderId, sentAt: this.args.clock.now() };
    this.take(message, (delaySeconds ?? this.definition.delaySeconds) * 1000);
    return message;
  }

  /** Takes a message that another queue gave up: with its id and its age. */
  takeOver(message: Message): void {
    this.take(message, 0);
  }

  /** Receives at once what is visible, at most `most`, and hides it for so long. */
  receive(most: number, hiddenMilliseconds = this.visibilityTimeout): Received[] {
    const now = this.args.clock.now();
    this.forgetExpired(now);
    const visible = this.held.filter(({ visibleAt }) => visibleAt <= now);
    if (this.held.length - visible.length >= MOST_IN_FLIGHT) {
      throw new ServiceFault('OverLimit', 'Too many messages in flight.', 403);
    }
    const received: Received[] = [];
    while (received.length < most && visible.length > 0) {
      const index = this.args.behaviour().reordered ? this.args.random.below(visible.length) : 0;
      const [held] = visible.splice(index, 1);
      if (held === undefined) break;
      if (held.receiveCount >= (this.definition.redrivePolicy?.maxReceiveCount ?? Number.POSITIVE_INFINITY)) {
        this.giveUp(held);
        continue;
      }
      held.receiveCount += 1;
      held.firstReceivedAt ??= now;
      held.visibleAt = now + hiddenMilliseconds;
      received.push({
        ...held.message,
        receiptHandle: handleOf(held),
        receiveCount: held.receiveCount,
        firstReceivedAt: held.firstReceivedAt,
      });
    }
    return received;
  }

  /** The same, but waits for a first message until `waitMilliseconds` have passed or `signal` is aborted. */
  async poll(
    most: number,
    waitMilliseconds: number,
    hiddenMilliseconds?: number,
    signal?: AbortSignal,
  ): Promise<Received[]> {
    const { clock } = this.args;
    const end = clock.now() + waitMilliseconds;
    for (;;) {
      const received = this.receive(most, hiddenMilliseconds);
      const left = end - clock.now();
      if (received.length > 0 || left <= 0 || signal?.aborted) return received;
      await this.change(left, signal);
    }
  }

  /** Deletes what a receipt is for. A receipt that a later one has replaced deletes nothing, as with AWS. */
  delete(receiptHandle: string): void {
    const { sequence, receiveCount } = receiptOf(receiptHandle);
    this.held = this.held.filter((held) => held.sequence !== sequence || held.receiveCount !== receiveCount);
  }

  /** Throws `ServiceFault` unless the message is in the hands of whoever has this receipt. */
  changeVisibility(receiptHandle: string, hiddenMilliseconds: number): void {
    const { sequence, receiveCount } = receiptOf(receiptHandle);
    const held = this.held.find((it) => it.sequence === sequence && it.receiveCount === receiveCount);
    if (held === undefined) {
      throw invalidValue(
        receiptHandle,
        'ReceiptHandle',
        'Message does not exist or is not available for visibility timeout change.',
      );
    }
    const now = this.args.clock.now();
    if (held.visibleAt <= now) throw new ServiceFault('MessageNotInflight', 'The message is not in flight.');
    held.visibleAt = now + hiddenMilliseconds;
    this.wake();
  }

  counts(): QueueCounts {
    const now = this.args.clock.now();
    this.forgetExpired(now);
    const visible = this.held.filter(({ visibleAt }) => visibleAt <= now).length;
    const inFlight = this.held.filter((it) => it.visibleAt > now && it.receiveCount > 0).length;
    return { visible, inFlight, delayed: this.held.length - visible - inFlight };
  }

  /** When the oldest message was sent that nobody has deleted yet: what the metric of its age tells. */
  oldestSentAt(): number | undefined {
    const sent = this.held.map(({ message }) => message.sentAt);
    return sent.length === 0 ? undefined : sent.reduce((least, at) => Math.min(least, at));
  }

  /** The messages that are held, oldest first: for tests, which must not receive what they look at. */
  messages(): readonly Message[] {
    return this.held.map(({ message }) => message);
  }

  purge(): void {
    this.held = [];
  }

  private get visibilityTimeout(): number {
    return this.args.behaviour().hiddenMilliseconds ?? this.definition.visibilityTimeout * 1000;
  }

  private take(message: Message, delay: number): void {
    const { random, behaviour } = this.args;
    const { duplicates, lateMilliseconds } = behaviour();
    for (let copies = random.chance(duplicates) ? 2 : 1; copies > 0; copies--) {
      const late = lateMilliseconds === 0 ? 0 : random.below(lateMilliseconds + 1);
      this.held.push({
        sequence: this.nextSequence++,
        message,
        visibleAt: this.args.clock.now() + delay + late,
        receiveCount: 0,
        firstReceivedAt: undefined,
      });
    }
    this.wake();
  }

  private giveUp(held: Held): void {
    this.held = this.held.filter((other) => other !== held);
    this.args.deadLetter({ ...held.message, deadLetterSource: this.definition.arn });
  }

  private forgetExpired(now: number): void {
    const oldest = now - this.definition.messageRetentionPeriod * 1000;
    if (this.held.some(({ message }) => message.sentAt <= oldest)) {
      this.held = this.held.filter(({ message }) => message.sentAt > oldest);
    }
  }

  /** Waits until a message comes or shows, at most so long. */
  private async change(atMost: number, signal?: AbortSignal): Promise<void> {
    const { clock } = this.args;
    const now = clock.now();
    const next = this.held.reduce((least, { visibleAt }) => Math.min(least, visibleAt), now + atMost);
    const slept = new AbortController();
    const stop = () => slept.abort();
    signal?.addEventListener('abort', stop);
    this.waiting.add(stop);
    await clock.sleep(Math.max(1, next - now), slept.signal);
    this.waiting.delete(stop);
    signal?.removeEventListener('abort', stop);
  }

  private wake(): void {
    for (const stop of this.waiting) stop();
  }

  private check(body: string, attributes: MessageAttributes): void {
    if (body === '')
      throw new ServiceFault('MissingParameter', 'The request must contain the parameter MessageBody.');
    const { maximumMessageSize } = this.definition;
    if (sizeOf(body, attributes) > maximumMessageSize) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageSize} bytes.`,
      );
    }
    if (!/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u.test(body)) {
      throw new ServiceFault(
        'InvalidMessageContents',
        'The message contains characters outside the allowed set.',
      );
    }
  }
}

const HANDLE = 'local';

function handleOf({ sequence, receiveCount }: Held): string {
  return Buffer.from(`${HANDLE} ${sequence} ${receiveCount}`).toString('base64');
}

function receiptOf(receiptHandle: string): { readonly sequence: number; readonly receiveCount: number } {
  const [, sequence, receiveCount] =
    /^local (\d+) (\d+)$/.exec(Buffer.from(receiptHandle, 'base64').toString()) ?? [];
  if (sequence === undefined || receiveCount === undefined) {
    throw new ServiceFault(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      404,
    );
  }
  return { sequence: Number(sequence), receiveCount: Number(receiveCount) };
}
