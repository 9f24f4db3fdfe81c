import { systemClock } from '../clock';
import { BackendError, type DynamoDbBackend } from './backend';
import type { RequestInput } from './requests';
import { errorName } from './service-error';
import { keySchema, type TableDefinition } from './table-definition';

/**
 * Creates a table in each of its Regions, and waits until it can be used.
 * @throws BackendError if the backend refuses it.
 */
export async function createTable(backend: DynamoDbBackend, table: TableDefinition): Promise<void> {
  for (const { region } of table.replicas) {
    const answer = await backend.call(region, 'CreateTable', createTableInput(table));
    if (errorName(answer)) {
      throw new BackendError(
        `Table ${table.name} cannot be created in ${region}: ${JSON.stringify(answer.body)}`,
      );
    }
    while (!(await isActive(backend, region, table.name))) await systemClock.sleep(1);
  }
}

async function isActive(backend: DynamoDbBackend, region: string, name: string): Promise<boolean> {
  const { body } = await backend.call(region, 'DescribeTable', { TableName: name });
  return (Object(body.Table) as { TableStatus?: string }).TableStatus === 'ACTIVE';
}

function createTableInput(table: TableDefinition): RequestInput {
  return {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(table),
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    ...(table.indexes.length > 0 && {
      GlobalSecondaryIndexes: table.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: {
          ProjectionType: index.projectionType,
          ...(index.nonKeyAttributes && { NonKeyAttributes: index.nonKeyAttributes }),
        },
      })),
    }),
  };
}
