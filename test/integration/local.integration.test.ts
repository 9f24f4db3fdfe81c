import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateGlossaryCommand,
  DataZoneClient,
  paginateSearch,
  SearchCommand,
} from '@aws-sdk/client-datazone';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { CommandLine, isAlive } from '../support/command-line';
import { startDynamoDbLocal, whyNoDynamoDbLocal } from '../support/dynamodb';

const readySchema = z.object({
  endpoint: z.url(),
  region: z.string(),
  secondaryRegion: z.string(),
  accountId: z.string().regex(/^\d{12}$/),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  domainId: z.string(),
  tableName: z.string(),
  backupStateMachineArn: z.string(),
  projectIds: z.record(z.string(), z.string()),
});
type Ready = z.infer<typeof readySchema>;

describe('npm run local', function () {
  this.timeout(120_000);
  const running: CommandLine[] = [];
  const sameDomain = ['--projects', '3', '--assets', '4', '--seed', '9'];
  let first: (Ready & { readonly assets: readonly string[] }) | undefined;
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-'));
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((cloud) => cloud.end()));
  });

  after(() => rmSync(folder, { recursive: true }));

  async function start(...args: string[]): Promise<{ ready: Ready; cloud: CommandLine }> {
    const cloud = CommandLine.start('local', args);
    running.push(cloud);
    const ready = readySchema.parse(JSON.parse(await cloud.firstLine()));
    return { ready, cloud };
  }

  async function assetIds(ready: Ready): Promise<string[]> {
    const client = new DataZoneClient(clientOf(ready, ready.region));
    const ids: string[] = [];
    for (const owningProjectIdentifier of Object.values(ready.projectIds)) {
      const input = { domainIdentifier: ready.domainId, searchScope: 'ASSET' } as const;
      for await (const { items } of paginateSearch({ client }, { ...input, owningProjectIdentifier })) {
        ids.push(...(items ?? []).map(({ assetItem }) => assetItem?.identifier ?? ''));
      }
    }
    return ids.sort();
  }

  async function backUp(ready: Ready): Promise<{ readonly status: string }> {
    const states = new SFNClient(clientOf(ready, ready.region));
    const stateMachineArn = ready.backupStateMachineArn;
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
    for (;;) {
      const { status, output } = await states.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') return JSON.parse(output ?? `{"status":"${status}"}`);
      await sleep(50);
    }
  }

  it('prints one line when it is ready, works, and leaves no process when it is asked to end', async () => {
    const port = await freePort();
    const { ready, cloud } = await start(...sameDomain, '--port', String(port));
    const assets = await assetIds(ready);
    const { status } = await backUp(ready);
    const processes = cloud.processes();

    const code = await cloud.end();

    first = { ...ready, assets };
    assert.equal(cloud.lines.length, 1);
    assert.equal(ready.endpoint, `http://127.0.0.1:${port}`);
    assert.equal(Object.keys(ready.projectIds).length, 3);
    assert.equal(assets.length, 12);
    assert.equal(status, 'COMPLETE');
    assert.ok(processes.length > 3, 'the callbacks ran in processes of their own');
    assert.equal(code, 0, cloud.errors);
    // A killed child is there until the system has buried it.
    for (let wait = 0; wait < 100 && processes.some(isAlive); wait++) await sleep(50);
    assert.deepEqual(processes.filter(isAlive), []);
  });

  it('fills the domain from a file', async () => {
    const { ready } = await start('--fixture', 'examples/fixture.json', '--flavour', 'smus', '--seed', '10');

    const client = new DataZoneClient(clientOf(ready, ready.region));
    const input = { domainIdentifier: ready.domainId, searchScope: 'GLOSSARY_TERM' } as const;
    const terms: unknown[] = [];
    for await (const { items } of paginateSearch({ client }, input)) {
      terms.push(...(items ?? []).map(({ glossaryTermItem }) => glossaryTermItem?.name));
    }

    assert.deepEqual(terms, ['Personal data']);
    assert.equal((await assetIds(ready)).length, 1);
    assert.notEqual(ready.domainId.slice(4), first?.domainId.slice(4));
  });

  it('leaves the projects empty with --empty, and lets its indexes lag with --unkind', async () => {
    const { ready } = await start('--empty', '--unkind');
    const client = new DataZoneClient(clientOf(ready, ready.region));
    const [owningProjectIdentifier] = Object.values(ready.projectIds);
    const domainIdentifier = ready.domainId;
    const searchScope = 'GLOSSARY';
    const glossaries = async () =>
      (await client.send(new SearchCommand({ domainIdentifier, searchScope }))).items?.length;

    const before = await glossaries();
    for (const name of ['Finance', 'Law', 'Health', 'Sales', 'Energy']) {
      await client.send(new CreateGlossaryCommand({ domainIdentifier, owningProjectIdentifier, name }));
    }
    const after = await glossaries();

    assert.equal(before, 0);
    assert.ok(after !== undefined && after < 5, `${after} were found at once`);
  });

  it("makes the same domain again from the same seed, its vault in AWS's DynamoDB Local", async () => {
    const why = whyNoDynamoDbLocal();
    if (why !== undefined) console.log(`    without DynamoDB Local: ${why}`);
    const dynamodb = why === undefined ? await startDynamoDbLocal() : undefined;
    const elsewhere = dynamodb === undefined ? [] : ['--dynamodb-endpoint', dynamodb.endpoint];
    const { ready } = await start(...sameDomain, ...elsewhere);
    const assets = await assetIds(ready);
    const { status } = await backUp(ready);
    const count = async (region: string) => {
      const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientOf(ready, region)));
      const { Count } = await table.send(new ScanCommand({ TableName: ready.tableName, Select: 'COUNT' }));
      return Count ?? 0;
    };
    const counts = [await count(ready.region), await count(ready.secondaryRegion)];
    await dynamodb?.stop();

    assert.deepEqual({ ...ready, assets }, { ...first, endpoint: ready.endpoint });
    assert.equal(status, 'COMPLETE');
    assert.ok((counts[0] ?? 0) > 100);
    assert.equal(counts[1], counts[0]);
    if (dynamodb !== undefined) await assert.rejects(count(ready.region), 'the vault was elsewhere');
  });

  it('refuses what it cannot do, says what to give instead, and ends with 1', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(
      broken,
      JSON.stringify([{ operation: 'CreateGlossary', input: { name: '$' + '{project7}' } }]),
    );
    const mistakes: [readonly string[], RegExp][] = [
      [['--port', 'x'], /--port.*whole number from 0 to 65535/],
      [['--assets', '-1'], /--assets.*whole number from 0 to/],
      [['--flavour', 'classic'], /--flavour.*datazone, smus/],
      [['--colour'], /unknown option '--colour'/],
      [['--dynamodb-endpoint', 'nowhere'], /--dynamodb-endpoint.*http:\/\//],
      [['--fixture', join(folder, 'none.json')], /none\.json/],
      [['--fixture', broken], /Call 1 \(CreateGlossary\): nothing was saved as "project7"/],
    ];

    const refused = await Promise.all(
      mistakes.map(async ([args, expected]) => {
        const command = CommandLine.start('local', args);
        return { command, expected, code: await command.exitCode };
      }),
    );

    for (const { command, expected, code } of refused) {
      assert.match(command.errors, expected);
      assert.equal(code, 1, command.errors);
      assert.deepEqual(command.lines, []);
      assert.doesNotMatch(command.errors, /\n\s+at /);
    }
  });
});

function clientOf({ endpoint, accessKeyId, secretAccessKey }: Ready, region: string) {
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
