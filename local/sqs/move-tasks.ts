import { randomUUID } from 'node:crypto';
import { ServiceFault } from '../aws-json';
import type { Clock } from '../clock';
import type { Queue, Received } from './queue';
import { invalidValue } from './queue-fault';

/** A move of messages out of a dead-letter queue, as ListMessageMoveTasks shows it. */
export interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  /** Absent: back to where each message came from. */
  readonly destinationArn: string | undefined;
  readonly perSecond: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  readonly moved: number;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly failureReason?: string | undefined;
}

export interface MoveTasksArgs {
  readonly clock: Clock;
  /** Throws `ServiceFault` if there is none. */
  readonly queue: (arn: string) => Queue;
  /** Whether any queue's redrive policy names this one. */
  readonly isDeadLetterQueue: (arn: string) => boolean;
}

/** Redrives of dead-letter queues: they run beside the calls that start them, one per queue at a time. */
export class MoveTasks {
  private readonly tasks = new Map<string, MoveTask>();

  constructor(private readonly args: MoveTasksArgs) {}

  /** Throws `ServiceFault`. */
  start(sourceArn: string, destinationArn: string | undefined, perSecond: number | undefined): MoveTask {
    const source = this.source(sourceArn);
    if (destinationArn !== undefined) this.args.queue(destinationArn);
    if (perSecond !== undefined && !(perSecond >= 1 && perSecond <= 500)) {
      throw invalidValue(perSecond, 'MaxNumberOfMessagesPerSecond', 'Must be between 1 and 500.');
    }
    if (this.of(sourceArn, 10).some(({ status }) => status === 'RUNNING')) {
      throw new ServiceFault('UnsupportedOperation', 'There is already a task running.');
    }
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64'),
      sourceArn,
      destinationArn,
      perSecond,
      startedAt: this.args.clock.now(),
      toMove: source.counts().visible,
      moved: 0,
      status: 'RUNNING',
    };
    this.tasks.set(task.handle, task);
    void this.run(source, task.handle);
    return task;
  }

  /** Throws `ServiceFault`. */
  cancel(handle: string): MoveTask {
    const task = this.tasks.get(handle);
    if (task?.status !== 'RUNNING') {
      throw new ServiceFault('ResourceNotFoundException', 'There is no running task with this handle.', 404);
    }
    return this.change(task, { status: 'CANCELLED' });
  }

  /** Of one queue, the newest first. Throws `ServiceFault`. */
  list(sourceArn: string, most: number): readonly MoveTask[] {
    this.source(sourceArn);
    return this.of(sourceArn, most);
  }

  private of(sourceArn: string, most: number): MoveTask[] {
    const own = [...this.tasks.values()].filter((task) => task.sourceArn === sourceArn);
    return own.reverse().slice(0, most);
  }

  private source(arn: string): Queue {
    const queue = this.args.queue(arn);
    if (this.args.isDeadLetterQueue(arn)) return queue;
    throw invalidValue(arn, 'SourceArn', 'Source queue must be configured as a Dead Letter Queue.');
  }

  private async run(source: Queue, handle: string): Promise<void> {
    // After the call that starts it, as with AWS.
    await new Promise(setImmediate);
    for (;;) {
      const task = this.tasks.get(handle);
      if (task?.status !== 'RUNNING') return;
      const [message] = task.moved < task.toMove ? source.receive(1) : [];
      if (message === undefined) {
        this.change(task, { status: 'COMPLETED' });
        return;
      }
      const destination = task.destinationArn ?? message.deadLetterSource;
      if (destination === undefined) {
        source.changeVisibility(message.receiptHandle, 0);
        this.change(task, { status: 'FAILED', failureReason: 'CouldNotDetermineMessageSource' });
        return;
      }
      try {
        this.move(source, destination, message);
      } catch (error) {
        if (!(error instanceof ServiceFault)) throw error;
        this.change(task, { status: 'FAILED', failureReason: error.name });
        return;
      }
      this.change(task, { moved: task.moved + 1 });
      if (task.perSecond !== undefined) await this.args.clock.sleep(1000 / task.perSecond);
    }
  }

  /** What is moved is a new message, with an id and an age of its own. */
  private move(
    source: Queue,
    destinationArn: string,
    { body, attributes, senderId, receiptHandle }: Received,
  ): void {
    this.args.queue(destinationArn).send({ body, attributes, senderId, delaySeconds: 0 });
    source.delete(receiptHandle);
  }

  private change(task: MoveTask, members: Partial<MoveTask>): MoveTask {
    const changed = { ...task, ...members };
    this.tasks.set(task.handle, changed);
    return changed;
  }
}
