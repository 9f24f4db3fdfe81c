import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type BackendAnswer, BackendError, type DynamoDbBackend } from './backend';

const answer = z.record(z.string(), z.unknown());

/**
 * An outside DynamoDB, such as AWS's DynamoDB Local (started without `-sharedDb`). It tells tables apart by
 * Region and access key, so every local cloud signs with a key of its own and starts empty.
 */
export class RemoteBackend implements DynamoDbBackend {
  constructor(
    private readonly endpoint: string,
    private readonly accessKeyId = `local${randomUUID().replaceAll('-', '')}`,
  ) {}

  async call(
    region: string,
    operation: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<BackendAnswer> {
    const scope = `20260101/${region}/dynamodb/aws4_request`;
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=${this.accessKeyId}/${scope}, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    }).catch((cause: unknown) => {
      throw new BackendError(`No DynamoDB answers at ${this.endpoint}`, { cause });
    });
    return { status: response.status, body: answer.parse(await response.json()) };
  }

  async close(): Promise<void> {}
}
