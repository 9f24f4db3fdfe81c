import type { Caller, RequestedAction } from '../wire';
import {
  batchRequest,
  keyedRequest,
  putRequest,
  READS,
  type RequestInput,
  tableRequest,
  WRITES,
} from './requests';
import type { TableDefinition } from './table-definition';

type TableOf = (name: string, region: string) => TableDefinition | undefined;

/**
 * What IAM must allow for a request: the operation on every table that it names, and what DynamoDB then does on
 * the caller's behalf with the key that encrypts the table in that Region. A request too malformed to tell asks
 * for nothing, and is refused by its handler.
 */
export function requestedActions(
  operation: string,
  input: RequestInput,
  {
    caller,
    tableArn,
    tableOf,
  }: { caller: Caller; tableArn: (name: string, region: string) => string; tableOf: TableOf },
): readonly RequestedAction[] {
  const action = `dynamodb:${operation}`;
  if (operation === 'ListTables') return [{ action, resource: '*' }];
  const batch = batchRequest.safeParse(input);
  const names =
    batch.success && operation.startsWith('Batch') ? Object.keys(batch.data.RequestItems) : tableNames(input);
  return names.flatMap((name) => {
    const table = tableOf(name, caller.region);
    const indexName = tableRequest.safeParse(input).data?.IndexName;
    const arn = tableArn(name, caller.region);
    return [
      {
        action,
        resource: indexName ? `${arn}/index/${indexName}` : arn,
        context: { ...leadingKeys(operation, input, table), ...attributes(operation, input) },
      },
      ...keyActions(operation, table, caller),
    ];
  });
}

function tableNames(input: RequestInput): readonly string[] {
  const request = tableRequest.safeParse(input);
  return request.success ? [request.data.TableName] : [];
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html */
function keyActions(
  operation: string,
  table: TableDefinition | undefined,
  caller: Caller,
): RequestedAction[] {
  const resource = table?.replicas.find((replica) => replica.region === caller.region)?.kmsKeyArn;
  if (!resource) return [];
  const actions = WRITES.has(operation)
    ? ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey']
    : READS.has(operation)
      ? ['kms:Decrypt']
      : [];
  const context = {
    'kms:ViaService': `dynamodb.${caller.region}.amazonaws.com`,
    'kms:CallerAccount': caller.accountId,
  };
  return actions.map((action) => ({ action, resource, context }));
}

/** `dynamodb:LeadingKeys`: partition key values of the items that the request names, where it names them. */
function leadingKeys(
  operation: string,
  input: RequestInput,
  table: TableDefinition | undefined,
): Readonly<Record<string, readonly string[]>> {
  const item =
    operation === 'PutItem'
      ? putRequest.safeParse(input).data?.Item
      : keyedRequest.safeParse(input).data?.Key;
  const value = item && table ? item[table.hashKey] : undefined;
  const text =
    value?.S ?? value?.N ?? value?.B ?? (operation === 'Query' ? queriedKey(input, table) : undefined);
  return typeof text === 'string' ? { 'dynamodb:LeadingKeys': [text] } : {};
}

const expressionWords =
  /^(SET|REMOVE|ADD|DELETE|AND|OR|NOT|BETWEEN|IN|attribute_(not_)?exists|attribute_type|begins_with|contains|size|if_not_exists|list_append)$/i;

/** `dynamodb:Attributes`, of an update: the attributes of its key and those that its expressions name. */
function attributes(operation: string, input: RequestInput): Readonly<Record<string, readonly string[]>> {
  if (operation !== 'UpdateItem') return {};
  const names = Object(input.ExpressionAttributeNames) as Readonly<Record<string, string>>;
  const expressions = `${input.UpdateExpression ?? ''} ${input.ConditionExpression ?? ''}`;
  const named = [...expressions.matchAll(/(?<![:#\w.])#?[A-Za-z_]\w*/g)].map(([word]) => word);
  const used = named.filter((word) => !expressionWords.test(word)).map((word) => names[word] ?? word);
  return { 'dynamodb:Attributes': [...new Set([...Object.keys(Object(input.Key)), ...used])] };
}

/** The partition key's value in a `KeyConditionExpression` of the form `name = :value` or `#name = :value`. */
function queriedKey(input: RequestInput, table: TableDefinition | undefined): string | undefined {
  const request = getQuery(input);
  for (const [, name = '', value = ''] of request.expression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)) {
    if ((request.names[name] ?? name) === table?.hashKey) return request.values[value];
  }
  return undefined;
}

function getQuery(input: RequestInput) {
  const values = Object.entries(Object(input.ExpressionAttributeValues)).map(([name, value]) => [
    name,
    String(Object.values(Object(value))[0]),
  ]);
  return {
    expression: String(input.KeyConditionExpression ?? ''),
    names: Object(input.ExpressionAttributeNames) as Readonly<Record<string, string>>,
    values: Object.fromEntries(values) as Readonly<Record<string, string>>,
  };
}
