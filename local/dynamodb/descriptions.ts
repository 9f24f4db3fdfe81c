import { createHash } from 'node:crypto';
import type { ItemStates } from './item-states';
import { keySchema, type TableDefinition } from './table-definition';

/** Where a description is asked for. */
export interface DescriptionArgs {
  readonly table: TableDefinition;
  readonly region: string;
  readonly arn: string;
  readonly states: ItemStates;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** DescribeTable, from what the program declares: the backends know nothing of replicas, keys and streams. */
export function describeTable({ table, region, arn, states, createdAt }: DescriptionArgs) {
  const replica = table.replicas.find((candidate) => candidate.region === region);
  const others = table.replicas.filter((candidate) => candidate.region !== region);
  const { items, bytes } = states.totals(region, table.name);
  const label = new Date(createdAt).toISOString().replace('Z', '');
  return {
    Table: {
      TableName: table.name,
      TableArn: arn,
      TableId: tableId(arn),
      TableStatus: 'ACTIVE',
      CreationDateTime: createdAt / 1000,
      KeySchema: keySchema(table),
      AttributeDefinitions: table.attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      ItemCount: items,
      TableSizeBytes: bytes,
      DeletionProtectionEnabled: replica?.deletionProtection ?? false,
      ...(table.indexes.length > 0 && {
        GlobalSecondaryIndexes: table.indexes.map((index) => ({
          IndexName: index.name,
          IndexArn: `${arn}/index/${index.name}`,
          IndexStatus: 'ACTIVE',
          KeySchema: keySchema(index),
          Projection: { ProjectionType: index.projectionType, NonKeyAttributes: index.nonKeyAttributes },
        })),
      }),
      ...(others.length > 0 && {
        GlobalTableVersion: '2019.11.21',
        Replicas: others.map((other) => ({
          RegionName: other.region,
          ReplicaStatus: 'ACTIVE',
          KMSMasterKeyId: other.kmsKeyArn,
        })),
      }),
      ...(replica?.kmsKeyArn && {
        SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: replica.kmsKeyArn },
      }),
      ...(table.streamViewType && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType },
        LatestStreamLabel: label,
        LatestStreamArn: `${arn}/stream/${label}`,
      }),
    },
  };
}

export function describeTimeToLive({ table }: Pick<DescriptionArgs, 'table'>) {
  const attribute = table.timeToLiveAttribute;
  return {
    TimeToLiveDescription:
      attribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
  };
}

export function describeContinuousBackups({ table, region, createdAt }: DescriptionArgs) {
  const enabled = table.replicas.find((replica) => replica.region === region)?.pointInTimeRecovery ?? false;
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: enabled
        ? {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: table.recoveryPeriodInDays,
            EarliestRestorableDateTime: createdAt / 1000,
            LatestRestorableDateTime: createdAt / 1000,
          }
        : { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
}

/** A UUID that is the same for the same table in every run. */
function tableId(arn: string): string {
  const hex = createHash('sha256').update(arn).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
