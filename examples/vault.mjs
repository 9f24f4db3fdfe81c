// The vault as docs/vault.md describes it, read with the AWS SDK alone: nothing of this project is imported.
import { createHash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';

const { TABLE_NAME, DOMAIN_ID } = process.env;
// Of the Region that AWS_REGION names: the primary or the replica.
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** One segment of a key. */
export function segment(id) {
  const encoded = encodeURIComponent(id);
  return encoded.length > 512 ? `sha256:${createHash('sha256').update(id).digest('hex')}` : encoded;
}

const domain = segment(DOMAIN_ID);

/** Items of one partition, `<domain>/<path>`, in order of their sort keys. */
export async function* items(path, { newestFirst = false } = {}) {
  const pages = paginateQuery(
    { client },
    {
      TableName: TABLE_NAME,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `${domain}/${path}` },
      ScanIndexForward: !newestFirst,
    },
  );
  for await (const { Items } of pages) yield* Items;
}

/** Manifests, newest first. */
export const snapshots = () => items('snapshot', { newestFirst: true });
/** Every kind of every scope that the vault ever held. */
export const scopes = () => items('scopes');
/** What is current of one kind in one scope, live and deleted. */
export const heads = ({ kind, scopeId }) => items(`${segment(kind)}@${segment(scopeId)}`);
/** Versions of one resource, oldest first. */
export const versions = (kind, id) => items(`${segment(kind)}/${segment(id)}`);

/** One version of a resource, by the sort key that a head, or the version after it, names. */
export async function version(kind, id, sk) {
  const Key = { pk: `${domain}/${segment(kind)}/${segment(id)}`, sk };
  return (await client.send(new GetCommand({ TableName: TABLE_NAME, Key }))).Item;
}

/** The record and facets of a version; undefined for a tombstone. */
export async function contentOf(kind, held) {
  if (held.state === 'DELETED') return undefined;
  const bytes = held.payload ?? (await joined(kind, held));
  return JSON.parse(brotliDecompressSync(bytes));
}

async function joined(kind, held) {
  const parts = [];
  for await (const part of items(`${segment(kind)}/${segment(held.id)}#parts`)) {
    if (part.sk.startsWith(`${held.sk}#`)) parts.push(part.bytes);
  }
  return Buffer.concat(parts);
}
