import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { CorruptItemError } from '../../../core/vault/items';
import { contentOf, heldAt } from '../../../core/vault/point-in-time';
import { Table } from '../../../core/vault/table';
import { Vault } from '../../../core/vault/vault';
import { type Observation, VaultWriter } from '../../../core/vault/writer';
import {
  createVaultTable,
  dynamoDbClient,
  startDynalite,
  startDynamoDbLocal,
  type TestDynamoDb,
  whyNoDynamoDbLocal,
} from '../../support/dynamodb';
import { MemoryTable } from '../../support/memory-table';

/** Where the vault's table stands: on two DynamoDBs, and in the memory that other suites use in their place. */
interface Store {
  createTable(): Promise<Table>;
  stop(): Promise<void>;
}

const stores = [
  {
    name: 'the embedded DynamoDB',
    start: async () => onDynamoDb(await startDynalite()),
    missing: () => undefined,
  },
  {
    name: "AWS's DynamoDB Local",
    start: async () => onDynamoDb(await startDynamoDbLocal()),
    missing: whyNoDynamoDbLocal,
  },
  { name: 'memory', start: async () => inMemory, missing: () => undefined },
];

function onDynamoDb(server: TestDynamoDb): Store {
  const client = dynamoDbClient(server.endpoint);
  return {
    createTable: async () => new Table(await createVaultTable(client), 'eu-west-1', client),
    stop: () => {
      client.destroy();
      return server.stop();
    },
  };
}

const inMemory: Store = {
  createTable: async () => new MemoryTable(new Map(), 'eu-west-1'),
  stop: async () => undefined,
};

for (const store of stores) {
  describe(`the vault on ${store.name}`, () => {
    let tables: Store;
    let vault: Vault;
    let clock: number;

    before(async function () {
      const reason = store.missing();
      if (reason !== undefined) {
        console.log(`      skipped: ${reason}`);
        this.skip();
      }
      tables = await store.start();
    });

    after(() => tables?.stop());

    beforeEach(async () => {
      clock = Date.UTC(2026, 0, 1);
      vault = new Vault(await tables.createTable(), 'dzd_1');
    });

    const scope = { kind: 'asset', scopeId: 'project1' };

    function writer(runId = 'run00001'): VaultWriter {
      return new VaultWriter(vault, { runId, source: 'snapshot' }, () => clock++);
    }

    function observation(content: string, more: Partial<Observation> = {}): Observation {
      return {
        record: { content },
        facets: {},
        columns: { AssetName: `name of ${content}`.slice(0, 40) },
        normaliser: 1,
        renormalise: (record) => record,
        ...more,
      };
    }

    async function write(
      id: string,
      content: string | undefined,
      by = writer(),
      more: Partial<Observation> = {},
    ) {
      return by.write(scope, id, async () =>
        content === undefined ? undefined : observation(content, more),
      );
    }

    async function history(id: string) {
      const found = [];
      for await (const version of vault.versions(scope.kind, id)) found.push(version);
      return found;
    }

    async function view(instant: string): Promise<Record<string, unknown>> {
      const found: Record<string, unknown> = {};
      for await (const held of heldAt(vault, scope, instant)) {
        if (held.live) found[held.id] = (await contentOf(vault, held)).record.content;
      }
      return found;
    }

    it('gives every item exactly once over the slices of a scan', async () => {
      for (let number = 0; number < 30; number++) await vault.table.put({ pk: `p${number}`, sk: 's' });

      const found: unknown[] = [];
      for (const number of [1, 2, 3]) {
        for await (const { pk } of vault.table.scan({ number, of: 3 })) found.push(pk);
      }
      assert.equal(found.length, 30);
      assert.equal(new Set(found).size, 30);
    });

    it('keeps every content that a resource had, oldest first, each with the version before it', async () => {
      assert.equal(await write('a', 'one'), 'created');
      assert.equal(await write('a', 'two'), 'changed');
      assert.equal(await write('a', undefined), 'deleted');
      assert.equal(await write('a', 'two'), 'changed');

      const versions = await history('a');
      assert.deepEqual(
        versions.map(({ state }) => state),
        ['LIVE', 'LIVE', 'DELETED', 'LIVE'],
      );
      assert.deepEqual(
        versions.map(({ previous }) => previous),
        [undefined, ...versions.slice(0, -1).map(({ sk }) => sk)],
      );
    });

    it('writes nothing for a resource that did not change', async () => {
      await write('a', 'one');
      assert.equal(await write('a', 'one', writer('run00002')), 'unchanged');
      assert.equal((await history('a')).length, 1);
    });

    it('keeps the readable columns beside the head, and under a deletion too', async () => {
      await write('a', 'one');
      await write('a', undefined);
      const head = await vault.head(scope, 'a');
      assert.equal(head?.state, 'DELETED');
      assert.equal(head?.AssetName, 'name of one');
    });

    it('shows any instant of the past as it was, whatever came after', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.option(fc.constantFrom('1', '2', '3'))), {
            minLength: 1,
            maxLength: 12,
          }),
          async (changes) => {
            vault = new Vault(await tables.createTable(), 'dzd_1');
            const by = writer();
            const expected: { instant: string; state: Record<string, unknown> }[] = [];
            let state: Record<string, unknown> = {};
            for (const [id, content] of changes) {
              await write(id, content ?? undefined, by);
              const { [id]: _gone, ...rest } = state;
              state = content === null ? rest : { ...rest, [id]: content };
              expected.push({ instant: new Date(clock).toISOString(), state });
              clock += 10;
            }
            for (const moment of expected) assert.deepEqual(await view(moment.instant), moment.state);
          },
        ),
        { numRuns: 15 },
      );
    });

    it('gives back content of any size byte for byte, also where it takes several items', async () => {
      const large = randomBytes(900_000).toString('base64');
      await write('big', large);
      const head = await vault.head(scope, 'big');
      const version = await vault.version(scope.kind, 'big', head?.version ?? '');
      assert.ok((version?.parts?.count ?? 0) > 1);
      assert.equal((await view(new Date(clock).toISOString())).big, large);
    });

    it('keeps an id of any length and any characters whole', async () => {
      const ids = ['x'.repeat(2000), 'a/b@c#d~e', 'grün\u{1f600}', ' '];
      for (const id of ids) await write(id, 'content');
      assert.deepEqual(Object.keys(await view(new Date(clock).toISOString())).sort(), ids.sort());
    });

    it('never stamps a version before the one that it follows, though the clock runs back', async () => {
      await write('a', 'one');
      clock -= 60_000;
      await write('a', 'two', writer('run00002'));
      const versions = await history('a');
      assert.deepEqual(
        await Promise.all(
          versions.map(async (version) => (await vault.payload('asset', version)).record.content),
        ),
        ['one', 'two'],
      );
    });

    it('loses nothing and doubles nothing when a writer dies between version and head', async () => {
      await write('a', 'one');
      const dying = new Vault(vault.table, vault.domainId);
      dying.putHead = () => Promise.reject(new Error('the process is gone'));
      const halfway = new VaultWriter(dying, { runId: 'run00002', source: 'snapshot' }, () => clock++);
      await assert.rejects(write('a', 'two', halfway), /gone/);
      assert.equal((await history('a')).length, 2);
      assert.deepEqual(await view(new Date(clock).toISOString()), { a: 'one' });

      await write('a', 'two', writer('run00003'));

      assert.equal((await history('a')).length, 2);
      assert.deepEqual(await view(new Date(clock).toISOString()), { a: 'two' });
    });

    it('lets the newer of two writers win and keeps the content of both', async () => {
      await write('a', 'one');
      let raced = false;
      const outcome = await writer('run00002').write(scope, 'a', async () => {
        if (!raced) {
          raced = true;
          await write('a', 'by the other', writer('run00003'));
        }
        return observation('by this one');
      });
      assert.equal(outcome, 'changed');
      assert.deepEqual(await view(new Date(clock).toISOString()), { a: 'by this one' });
      assert.ok((await history('a')).length >= 3);
    });

    it('keeps what only another channel reads as it was, and counts it as no change', async () => {
      await write('a', 'one', writer(), { facets: { revision: '1' } });
      assert.equal(await write('a', 'one'), 'unchanged');
      await write('a', 'two');
      const head = await vault.head(scope, 'a');
      const version = await vault.version('asset', 'a', head?.version ?? '');
      assert.ok(version);
      assert.deepEqual((await vault.payload('asset', version)).facets, { revision: '1' });
    });

    it('takes an upgrade of the normaliser for no change of the domain', async () => {
      await write('a', 'one', writer(), { record: { content: 'one', noise: 1 }, normaliser: 1 });
      const renormalise = () => ({ content: 'one' });
      assert.equal(await write('a', 'one', writer(), { normaliser: 2, renormalise }), 'unchanged');
      assert.equal(await write('a', 'two', writer(), { normaliser: 2, renormalise }), 'changed');
    });

    it('names an item whose content was tampered with', async () => {
      await write('a', 'one');
      const item = await vault.table.get(vault.keys.head(scope, 'a'));
      await vault.table.put({ ...item, AssetName: 'forged' });
      await assert.rejects(vault.head(scope, 'a'), (error: Error) => {
        assert.ok(error instanceof CorruptItemError);
        assert.match(error.message, /dzd_1\/asset@project1 a/);
        return true;
      });
    });

    it('names a payload that is not what its version says', async () => {
      await write('a', 'one');
      const [version] = await history('a');
      assert.ok(version);
      const other = { ...version, hash: '0'.repeat(64) };
      await assert.rejects(vault.payload('asset', other), CorruptItemError);
    });

    it('counts a version only under the scope that it carries', async () => {
      await write('a', 'one');
      clock += 1000;
      const elsewhere = { kind: 'asset', scopeId: 'project2' };
      await writer().write(elsewhere, 'a', async () => observation('one'));
      await writer().write(scope, 'a', async () => undefined);
      clock += 1000;
      assert.deepEqual(await view(new Date(clock).toISOString()), {});
      const held = [];
      for await (const one of heldAt(vault, elsewhere, new Date(clock).toISOString())) held.push(one);
      assert.equal(held[0]?.live, true);
    });
  });
}
