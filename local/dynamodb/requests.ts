import { z } from 'zod';
import { itemSchema } from './attribute-value';
import { DynamoDbError } from './service-error';

/** A request's body, parsed. Members that no schema below names are passed on to the backend as they are. */
export type RequestInput = Readonly<Record<string, unknown>>;

export const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
export const WRITES: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

/** A table may be named by its ARN. */
const tableName = z.string().transform((name) => name.replace(/^arn:.*:table\//, ''));
const consistent = z.boolean().nullish();

export const tableRequest = z.looseObject({ TableName: tableName, IndexName: z.string().nullish() });
export const getRequest = z.looseObject({
  TableName: tableName,
  Key: itemSchema,
  ConsistentRead: consistent,
});
export const putRequest = z.looseObject({ TableName: tableName, Item: itemSchema });
export const keyedRequest = z.looseObject({ TableName: tableName, Key: itemSchema });
export const batchGetRequest = z.looseObject({
  RequestItems: z.record(
    z.string(),
    z.looseObject({ Keys: z.array(itemSchema), ConsistentRead: consistent }),
  ),
});
export const batchWriteRequest = z.looseObject({
  RequestItems: z.record(
    z.string(),
    z.array(
      z.union([
        z.object({ PutRequest: z.object({ Item: itemSchema }) }),
        z.object({ DeleteRequest: z.object({ Key: itemSchema }) }),
      ]),
    ),
  ),
});
export const batchRequest = z.looseObject({ RequestItems: z.record(z.string(), z.unknown()) });

/** @throws DynamoDbError ValidationException if the request has not the shape that the operation needs. */
export function parseRequest<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new DynamoDbError('ValidationException', z.prettifyError(parsed.error));
  return parsed.data;
}

/** @throws DynamoDbError SerializationException if the body is not a JSON object. */
export function parseBody(body: Buffer): RequestInput {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RequestInput;
  } catch {
    // Falls through to the one error that AWS has for both.
  }
  throw new DynamoDbError('SerializationException', 'The request is not a JSON object');
}
