import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Clock, systemClock } from '../../local/clock';
import type { DynamoDbBackend } from '../../local/dynamodb/backend';
import type { DynamoDbBehaviour } from '../../local/dynamodb/behaviour';
import { DynamoDbService } from '../../local/dynamodb/service';
import { type TableDefinition, tableDefinition } from '../../local/dynamodb/table-definition';
import { Gateway } from '../../local/gateway';
import { PolicyStore } from '../../local/iam/policy-store';
import { type Credentials, Identities } from '../../local/identities';
import { Metering } from '../../local/metering';
import { StsService } from '../../local/sts';

export const ACCOUNT = '123456789012';
export const PRIMARY = 'eu-west-1';
export const SECONDARY = 'eu-central-1';
export const TABLE = 'vault';
export const TABLE_ARN = `arn:aws:dynamodb:${PRIMARY}:${ACCOUNT}:table/${TABLE}`;
export const KEY_ARN = `arn:aws:kms:${PRIMARY}:${ACCOUNT}:key/mrk-1`;
export const REPLICA_KEY_ARN = `arn:aws:kms:${SECONDARY}:${ACCOUNT}:key/mrk-1`;

/** A global table's inputs as the Pulumi program registers them. */
export const TABLE_INPUTS = {
  name: TABLE,
  hashKey: 'pk',
  rangeKey: 'sk',
  attributes: [
    { name: 'pk', type: 'S' },
    { name: 'sk', type: 'S' },
  ],
  billingMode: 'PAY_PER_REQUEST',
  ttl: { attributeName: 'expiresAt', enabled: true },
  streamEnabled: true,
  streamViewType: 'NEW_AND_OLD_IMAGES',
  pointInTimeRecovery: { enabled: true },
  deletionProtectionEnabled: true,
  serverSideEncryption: { enabled: true, kmsKeyArn: KEY_ARN },
  replicas: [{ regionName: SECONDARY, kmsKeyArn: REPLICA_KEY_ARN, pointInTimeRecovery: true }],
} as const;

export const GLOBAL_TABLE: TableDefinition = tableDefinition(TABLE_INPUTS, { name: TABLE, region: PRIMARY });

export interface FixtureArgs {
  readonly backend?: DynamoDbBackend;
  readonly behaviour?: DynamoDbBehaviour;
  readonly clock?: Clock;
}

/** A gateway with STS, DynamoDB and one global table, and clients for it. */
export class GatewayFixture {
  readonly identities = new Identities(ACCOUNT);
  readonly policies = new PolicyStore();
  readonly metering = new Metering();
  readonly gateway: Gateway;
  readonly dynamodb: DynamoDbService;
  /** What emulators threw. */
  readonly mistakes: unknown[] = [];
  endpoint = '';
  private readonly clients: DynamoDBClient[] = [];

  constructor(args: FixtureArgs = {}) {
    const { identities, policies, metering } = this;
    const clock = args.clock ?? systemClock;
    this.gateway = new Gateway({
      identities,
      policies,
      metering,
      clock,
      onInternalError: (error) => this.mistakes.push(error),
    });
    this.dynamodb = new DynamoDbService({ accountId: ACCOUNT, metering, clock, ...args });
    this.gateway.register(this.dynamodb).register(new StsService(identities));
  }

  async open(): Promise<this> {
    this.endpoint = await this.gateway.listen();
    await this.dynamodb.createGlobalTable(GLOBAL_TABLE);
    return this;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.gateway.close();
    await this.dynamodb.close();
  }

  /** A role with one inline policy, as the program would register it; returns its ARN. */
  role(name: string, statements: readonly object[]): string {
    const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
    const Version = '2012-10-17';
    const trust = {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    this.policies.register({
      type: 'aws:iam/role:Role',
      name,
      inputs: { assumeRolePolicy: JSON.stringify({ Version, Statement: [trust] }) },
      state: { arn, name },
    });
    this.policies.register({
      type: 'aws:iam/rolePolicy:RolePolicy',
      name,
      inputs: { role: name, policy: JSON.stringify({ Version, Statement: statements }) },
      state: {},
    });
    return arn;
  }

  client(
    region: string,
    credentials: Credentials = this.identities.administrator.credentials,
    maxAttempts = 1,
  ) {
    const client = new DynamoDBClient({ region, endpoint: this.endpoint, credentials, maxAttempts });
    this.clients.push(client);
    return DynamoDBDocumentClient.from(client);
  }
}
