import { createHash } from 'node:crypto';

/** A message attribute as it stands on the wire: binary values in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}

/**
 * Digest of a message's attributes, by which clients see that all arrived: sorted by name, each part with its length
 * before it (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  return md5(Buffer.concat(names.flatMap((name) => encoded(name, attributes[name]))));
}

/** What a message counts as against the limit: its body, and names, types and values of its attributes. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue ?? '') +
      Buffer.byteLength(BinaryValue ?? '', 'base64'),
    Buffer.byteLength(body),
  );
}

function encoded(name: string, attribute: MessageAttribute | undefined): Buffer[] {
  const { DataType = '', StringValue, BinaryValue } = attribute ?? {};
  const value =
    BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64');
  return [
    withLength(Buffer.from(name)),
    withLength(Buffer.from(DataType)),
    Buffer.from([BinaryValue === undefined ? 1 : 2]),
    withLength(value),
  ];
}

function withLength(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return Buffer.concat([length, part]);
}
