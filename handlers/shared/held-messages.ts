import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';

/** A message as Lambda hands it to a function. */
export interface HeldMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
}

/** Seconds for which a message is hidden from others, and after which that is said anew. */
const hiddenSeconds = 20;
const renewalSeconds = 5;
/** SQS's limit. */
const mostEntries = 10;

/**
 * The messages of one batch at their queue. The queue's own visibility timeout is six times that of the function, as
 * AWS wants it, and that is how long a message would stay away whose worker died. So each is hidden for a short time
 * only, again and again for as long as the worker lives.
 */
export class HeldMessages {
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly sqs: Pick<SQSClient, 'send'>,
    private readonly queueUrl: string,
    private readonly messages: readonly HeldMessage[],
    /** Hears of what SQS refused: such a message comes back when the queue's own timeout is over. */
    private readonly onRefusal: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => void this.hold(), renewalSeconds * 1000);
  }

  /** Hides all of them for the time that a worker may be silent. */
  hold(): Promise<void> {
    return this.hide(this.messages, () => hiddenSeconds);
  }

  /** Ends the holding; each message that is named comes back after so many seconds. */
  async release(seconds: ReadonlyMap<string, number>): Promise<void> {
    clearInterval(this.timer);
    const failed = this.messages.filter(({ messageId }) => seconds.has(messageId));
    await this.hide(failed, ({ messageId }) => seconds.get(messageId) ?? 0);
  }

  private async hide(messages: readonly HeldMessage[], seconds: (message: HeldMessage) => number) {
    const groups: HeldMessage[][] = [];
    for (let at = 0; at < messages.length; at += mostEntries)
      groups.push(messages.slice(at, at + mostEntries));
    await pMap(groups, async (group) => {
      const Entries = group.map((message, n) => ({
        Id: String(n),
        ReceiptHandle: message.receiptHandle,
        VisibilityTimeout: seconds(message),
      }));
      try {
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.queueUrl, Entries });
        const { Failed = [] } = await this.sqs.send(command);
        if (Failed.length > 0) this.onRefusal(Failed);
      } catch (error) {
        this.onRefusal(error);
      }
    });
  }
}
