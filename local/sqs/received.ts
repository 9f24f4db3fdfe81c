import { type MessageAttributes, md5, md5OfAttributes } from './checksums';
import type { Received } from './queue';

/** Whether someone asked for an attribute: by its name, by a prefix (`x.*`), or for all. */
export function wanted(names: readonly string[]): (name: string) => boolean {
  if (names.includes('All') || names.includes('.*')) return () => true;
  const prefixes = names.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1));
  return (name) => names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
}

/** What SQS itself says of a message, by its own names; numbers as text. */
export function systemAttributes(message: Received): Readonly<Record<string, string>> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

/** A message as ReceiveMessage gives it. */
export function received(
  message: Received,
  isWanted: { readonly system: (name: string) => boolean; readonly own: (name: string) => boolean },
): Record<string, unknown> {
  const system = narrowed(systemAttributes(message), isWanted.system);
  const own: MessageAttributes = narrowed(message.attributes, isWanted.own);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(system).length > 0 ? { Attributes: system } : {}),
    ...(Object.keys(own).length > 0
      ? { MessageAttributes: own, MD5OfMessageAttributes: md5OfAttributes(own) }
      : {}),
  };
}

function narrowed<V>(
  attributes: Readonly<Record<string, V>>,
  isWanted: (name: string) => boolean,
): Record<string, V> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}
