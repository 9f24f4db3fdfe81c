import { z } from 'zod';
import type { Item } from './attribute-value';

const index = z.object({
  name: z.string(),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  projectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  nonKeyAttributes: z.array(z.string()).optional(),
});

/** The inputs of `aws:dynamodb/table:Table` that decide how a table behaves. */
const tableInputs = z.object({
  name: z.string().optional(),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  attributes: z.array(z.object({ name: z.string(), type: z.enum(['S', 'N', 'B']) })),
  globalSecondaryIndexes: z.array(index).default([]),
  ttl: z.object({ attributeName: z.string().optional(), enabled: z.boolean().optional() }).optional(),
  streamEnabled: z.boolean().default(false),
  streamViewType: z.string().optional(),
  pointInTimeRecovery: z
    .object({ enabled: z.boolean(), recoveryPeriodInDays: z.number().default(35) })
    .optional(),
  deletionProtectionEnabled: z.boolean().default(false),
  serverSideEncryption: z.object({ enabled: z.boolean(), kmsKeyArn: z.string().optional() }).optional(),
  replicas: z
    .array(
      z.object({
        regionName: z.string(),
        kmsKeyArn: z.string().optional(),
        pointInTimeRecovery: z.boolean().optional(),
        deletionProtectionEnabled: z.boolean().optional(),
      }),
    )
    .default([]),
});

export type TableIndex = z.infer<typeof index>;

/** What differs between the Regions of a global table. */
export interface TableReplica {
  readonly region: string;
  /** Absent: AWS's own key, which needs no permission. */
  readonly kmsKeyArn: string | undefined;
  readonly pointInTimeRecovery: boolean;
  readonly deletionProtection: boolean;
}

/** A global table as the program declares it; the first replica is the Region that it is declared in. */
export interface TableDefinition {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey: string | undefined;
  readonly attributes: readonly { readonly name: string; readonly type: 'S' | 'N' | 'B' }[];
  readonly indexes: readonly TableIndex[];
  readonly timeToLiveAttribute: string | undefined;
  readonly streamViewType: string | undefined;
  readonly recoveryPeriodInDays: number;
  readonly replicas: readonly TableReplica[];
}

/**
 * Reads a captured table. `name` is the physical name, where the program leaves it to Pulumi, and `region` the
 * Region that it is declared in.
 * @throws ZodError if the inputs are not those of a table.
 */
export function tableDefinition(
  inputs: Readonly<Record<string, unknown>>,
  { name, region }: { readonly name: string; readonly region: string },
): TableDefinition {
  const table = tableInputs.parse(inputs);
  const home: TableReplica = {
    region,
    kmsKeyArn: table.serverSideEncryption?.enabled ? table.serverSideEncryption.kmsKeyArn : undefined,
    pointInTimeRecovery: table.pointInTimeRecovery?.enabled ?? false,
    deletionProtection: table.deletionProtectionEnabled,
  };
  const others = table.replicas.map((replica) => ({
    region: replica.regionName,
    kmsKeyArn: replica.kmsKeyArn,
    pointInTimeRecovery: replica.pointInTimeRecovery ?? false,
    deletionProtection: replica.deletionProtectionEnabled ?? false,
  }));
  return {
    name: table.name ?? name,
    hashKey: table.hashKey,
    rangeKey: table.rangeKey,
    attributes: table.attributes,
    indexes: table.globalSecondaryIndexes,
    timeToLiveAttribute: table.ttl?.enabled === false ? undefined : table.ttl?.attributeName,
    streamViewType: table.streamEnabled ? table.streamViewType : undefined,
    recoveryPeriodInDays: table.pointInTimeRecovery?.recoveryPeriodInDays ?? 35,
    replicas: [home, ...others],
  };
}

/** One text per primary key, or undefined where the item does not hold the key's attributes. */
export function keyText(table: TableDefinition, item: Item): string | undefined {
  const names = table.rangeKey === undefined ? [table.hashKey] : [table.hashKey, table.rangeKey];
  const values = names.map((name) => item[name]);
  return values.some((value) => value === undefined) ? undefined : JSON.stringify(values);
}

/** The primary key of an item that holds more. */
export function keyOf(table: TableDefinition, item: Item): Item {
  const names = table.rangeKey === undefined ? [table.hashKey] : [table.hashKey, table.rangeKey];
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}

/** Key schema in DynamoDB's words, of the table or of an index. */
export function keySchema({ hashKey, rangeKey }: { hashKey: string; rangeKey?: string | undefined }) {
  return [
    { AttributeName: hashKey, KeyType: 'HASH' },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: 'RANGE' }]),
  ];
}
