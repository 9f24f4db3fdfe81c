import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../cli/program';
import { failover } from '../../core/vault/failover';
import type { Manifest } from '../../core/vault/manifest';
import { prove } from '../../core/vault/proof';
import { TableUnavailableError } from '../../core/vault/table';
import { Vault } from '../../core/vault/vault';
import { FilledVault } from '../support/filled-vault';
import { copyOf, MemoryTable } from '../support/memory-table';

const [primary, secondary] = ['eu-central-1', 'eu-west-1'];
const asset = { kind: 'asset', scopeId: 'project1' };
const glossary = { kind: 'glossary', scopeId: 'project1' };
const place = ['--table', 'vault', '--region', primary, '--secondary-region', secondary, '--domain', 'dzd_1'];

/** None of these commands touches a domain. */
const openTarget = () => assert.fail('a domain is opened');
const openQueue = () => assert.fail('a queue is opened');

describe('dzr', () => {
  let filled: FilledVault;
  let first: Manifest;
  let second: Manifest;
  const folder = mkdtempSync(join(tmpdir(), 'dzr-'));

  beforeEach(async () => {
    filled = new FilledVault();
    await filled.write(asset, 'a1', { name: 'Orders' });
    await filled.write(asset, 'a2', { name: 'Baskets' });
    await filled.write(glossary, 'g1', { name: 'Sales terms' });
    first = await filled.snapshot();
    await filled.write(asset, 'a1', { name: 'Orders', description: 'of the shop' });
    await filled.write(asset, 'a2', undefined);
    await filled.write(asset, 'a3', { name: 'Returns' });
    second = await filled.snapshot();
  });
  const variables = ['AWS_REGION', 'SECONDARY_REGION', 'TABLE_NAME', 'DOMAIN_ID'];
  const outside = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  before(() => {
    for (const name of variables) delete process.env[name];
  });
  after(() => {
    rmSync(folder, { recursive: true });
    for (const [name, value] of Object.entries(outside)) if (value !== undefined) process.env[name] = value;
  });

  /** Runs the tool on the vault in memory; the other Region has a copy. */
  async function dzr(...args: string[]) {
    return bare(...place, ...args);
  }

  async function bare(...args: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const replica = copyOf(filled.items);
    const code = await run(args, {
      open: ({ region }) => (region === primary ? filled.vault : filled.in(region, replica)),
      openTarget,
      openDataZone: openTarget,
      openQueue,
      out: (text) => out.push(text),
      err: (text) => err.push(text),
    });
    return { code, text: out.join('\n'), err: err.join('\n') };
  }

  async function json(...args: string[]) {
    const { code, text } = await dzr('--json', ...args);
    return { code, value: JSON.parse(text) };
  }

  it('lists the snapshots with status, proof in each Region and why they are kept', async () => {
    await prove(filled.vault, () => false);
    const { code, text } = await dzr('snapshots');

    const [headings, newest, older] = text.split('\n');
    assert.equal(code, 0);
    assert.match(headings ?? '', /^SNAPSHOT +STATUS +RESOURCES +PROOF eu-central-1 +PROOF eu-west-1 +KEPT$/);
    assert.match(
      newest ?? '',
      new RegExp(`^${second.startedAt} +COMPLETE +3 +proven +- +number 1 of the newest`),
    );
    assert.match(older ?? '', new RegExp(`^${first.startedAt} +COMPLETE +3 +- +- +number 2 of the newest`));
  });

  it('says when there is no snapshot yet', async () => {
    filled = new FilledVault();
    const { code, text } = await dzr('snapshots');
    assert.deepEqual([code, text], [0, 'There is no snapshot yet: take a backup first.']);
  });

  it('calls a snapshot overtaken that ended after another Region had become the writer', async () => {
    await failover(filled.vault, filled.in(secondary, new Map()), { by: 'a', reason: 'b', force: false });
    await filled.snapshot({ epoch: 0 });
    assert.match((await dzr('snapshots')).text.split('\n')[1] ?? '', /COMPLETE \(overtaken\)/);
  });

  it('shows a snapshot by kind, the newest where none is named', async () => {
    const { code, text } = await dzr('show');

    assert.equal(code, 0);
    assert.match(text, new RegExp(`^${second.startedAt} COMPLETE, cut at ${second.cutAt}, by eu-central-1`));
    assert.match(text, /\nasset +2 /);
    assert.equal((await json('show', first.startedAt)).value.startedAt, first.startedAt);
  });

  it('shows what a snapshot found that events should have told of before', async () => {
    assert.doesNotMatch((await dzr('show')).text, /change capture/);

    await filled.snapshot({ drift: { asset: 2, glossary: 1 } });
    assert.match((await dzr('show')).text, /\nchange capture had missed 2 asset, 1 glossary$/);
    assert.deepEqual((await json('show')).value.drift, { asset: 2, glossary: 1 });

    await filled.snapshot({ drift: {} });
    assert.match((await dzr('show')).text, /\nchange capture had missed nothing$/);
  });

  it('shows how soon changes were in the vault that events told of', async () => {
    const since = second.cutAt ?? '';
    assert.doesNotMatch((await dzr('diff', first.cutAt ?? '', since)).text, /events/);
    for (const [id, seconds] of [
      ['a1', 2],
      ['a3', 60],
    ] as const) {
      await filled.write(asset, id, { name: `${id} anew` }, 'run00002', filled.now() - seconds * 1000);
    }

    const { code, text } = await dzr('diff', since);
    assert.equal(code, 1);
    assert.match(
      text,
      /\n2 brought in by events, from event to vault: p50 \d\.\d s, p95 6\d\.\d s, max 6\d\.\d s$/,
    );
    const { value } = await json('diff', since);
    assert.equal(value.latency.events, 2);
    assert.ok(value.latency.p50Ms >= 2000 && value.latency.maxMs >= 60_000);
  });

  it('lists a kind as it is, and as it was', async () => {
    const now = await dzr('list', 'asset');
    assert.match(now.text, /a1 +Orders +project1/);
    assert.ok(!now.text.includes('Baskets'));

    const { value } = await json('list', 'asset', '--at', first.cutAt ?? '');
    assert.deepEqual(
      value.map(({ id, name }: { id: string; name: string }) => [id, name]),
      [
        ['a1', 'Orders'],
        ['a2', 'Baskets'],
      ],
    );
  });

  it('shows the history of a resource, and its content, after its deletion too', async () => {
    const { value, code } = await json('history', 'asset', 'a2');

    assert.equal(code, 0);
    assert.deepEqual(
      value.versions.map(({ state, wasCurrent }: { state: string; wasCurrent: boolean }) => [
        state,
        wasCurrent,
      ]),
      [
        ['LIVE', true],
        ['DELETED', true],
      ],
    );
    assert.deepEqual(value.content.record, { name: 'Baskets' });
    assert.match((await dzr('history', 'asset', 'a2')).text, /DELETED(.|\n)*"name": "Baskets"/);
  });

  it('says what changed between two times, and ends with 1', async () => {
    const { code, value } = await json('diff', first.cutAt ?? '', second.cutAt ?? '');

    assert.equal(code, 1);
    assert.deepEqual(
      value.changes.map(({ what, kind, id, name }: Record<string, string>) => [what, kind, id, name]),
      [
        ['changed', 'asset', 'a1', 'Orders'],
        ['created', 'asset', 'a3', 'Returns'],
        ['deleted', 'asset', 'a2', 'Baskets'],
      ],
    );
    const same = await dzr('diff', second.cutAt ?? '', second.cutAt ?? '');
    assert.equal(same.code, 0);
    assert.match(same.text, /^0 created, 0 changed, 0 deleted/);
  });

  it('takes times ago, and the start of a day', async () => {
    assert.match((await dzr('diff', 'yesterday')).text, /created/);
    assert.match((await dzr('diff', '2026-01-01', '7d')).text, /3 created/);
  });

  it('verifies quick and deep, and ends with 1 where something is damaged', async () => {
    const sound = await dzr('verify', '--deep');
    assert.equal(sound.code, 0);
    assert.match(sound.text, /^quick: eu-central-1, snapshot .*, 3 resources: sound\ndeep: .* items: sound$/);

    const { pk, sk } = filled.vault.keys.head(asset, 'a1');
    filled.items.get(pk)?.delete(sk);
    const damaged = await dzr('verify');
    assert.equal(damaged.code, 1);
    assert.match(
      damaged.text,
      /DAMAGED\n {2}1 count differs\n {2}count differs: asset: the manifest says 2, the vault holds 1/,
    );
    const { value } = await json('verify', '--deep', '--slice', '1/2');
    assert.deepEqual(value.slice, { number: 1, of: 2 });
  });

  it('proves in the Region that it is told, from either Region of the outputs', async () => {
    const file = join(folder, 'outputs.json');
    const outputs = { tableName: 'vault', region: primary, secondaryRegion: secondary, domainId: 'dzd_1' };
    writeFileSync(file, JSON.stringify(outputs));

    const here = await bare('--outputs', file, '--region', primary, 'prove');
    const there = await bare('--outputs', file, '--region', secondary, '--json', 'prove');
    assert.deepEqual([here.code, here.text], [0, `eu-central-1: snapshot ${second.startedAt} is proven`]);
    assert.equal(JSON.parse(there.text).region, secondary);
  });

  it("takes the shell's variables, and with --region the other one of its two Regions", async () => {
    const told = {
      AWS_REGION: primary,
      SECONDARY_REGION: secondary,
      TABLE_NAME: 'vault',
      DOMAIN_ID: 'dzd_1',
    };
    Object.assign(process.env, told);
    const answers = [await bare('prove'), await bare('prove', '--region', secondary)];
    for (const name of variables) delete process.env[name];

    assert.deepEqual(
      answers.map(({ code, text }) => [code, text.split(':')[0]]),
      [
        [0, primary],
        [0, secondary],
      ],
    );
  });

  it('pins, explains and unpins', async () => {
    const pinned = await dzr('pin', 'newest', '--reason', 'audit', '--by', 'ann');
    assert.equal(pinned.text, `Snapshot ${second.startedAt} is pinned by ann: audit`);
    assert.match((await dzr('explain', second.startedAt)).text, /pinned by ann \(audit\)/);
    assert.match((await dzr('unpin', second.startedAt)).text, /is unpinned/);
    assert.match((await dzr('unpin', second.startedAt)).text, /was not pinned/);
  });

  describe('on a HELD snapshot', () => {
    let held: Manifest;

    beforeEach(async () => {
      await filled.write(asset, 'a1', undefined);
      held = await filled.snapshot({ status: 'HELD', underlying: 'COMPLETE' });
    });

    it('accepts it: it counts as what it is underneath', async () => {
      const { code, text } = await dzr('accept', 'newest', '--reason', 'moved out', '--by', 'ann');
      assert.deepEqual([code, text], [0, `Snapshot ${held.startedAt} is accepted by ann: moved out`]);
      assert.match((await dzr('show')).text, / COMPLETE, .*\n.*\n?ACCEPTED by ann|ACCEPTED by ann/);
    });

    it('rejects it: what was deleted is live again', async () => {
      const { code, text } = await dzr(
        'reject',
        held.startedAt,
        '--reason',
        'lost membership',
        '--by',
        'ann',
      );
      assert.deepEqual(
        [code, text],
        [0, `Snapshot ${held.startedAt} is rejected by ann: 1 resource live again in the vault`],
      );
      assert.match((await dzr('list', 'asset')).text, /Orders/);
    });
  });

  describe('failing over', () => {
    it('makes a Region the writer, and says so', async () => {
      const { code, text } = await dzr('failover', '--to', secondary, '--reason', 'drill', '--by', 'ann');
      assert.deepEqual([code, text], [0, 'eu-west-1 is the writer from now on, with epoch 1.']);
      assert.equal((await filled.vault.writer())?.region, secondary);
    });

    it('refuses where the other Region does not answer, unless it is forced', async () => {
      const down = class extends MemoryTable {
        override async get(): Promise<never> {
          throw new TableUnavailableError('no answer');
        }
      };
      const forced = async (...more: string[]) => {
        const said: string[] = [];
        const code = await run([...place, 'failover', '--to', secondary, '--reason', 'lost', ...more], {
          open: ({ region }) =>
            region === primary
              ? new Vault(new down(new Map(), region), 'dzd_1')
              : filled.in(region, new Map()),
          openTarget,
          openDataZone: openTarget,
          openQueue,
          out: (text) => said.push(text),
          err: (text) => said.push(text),
        });
        return { code, text: said.join('\n') };
      };
      const refused = await forced();
      assert.equal(refused.code, 2);
      assert.match(refused.text, /eu-central-1 does not answer.*force/);
      const { code, text } = await forced('--force');
      assert.equal(code, 0);
      assert.match(text, /eu-central-1 was not told/);
    });
  });

  describe('answers a mistake with option, value and remedy:', () => {
    const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
      [
        'a time',
        ['list', 'asset', '--at', 'soon'],
        /--at <time>' argument 'soon' is invalid.*Give a time such as/,
      ],
      ['a slice', ['verify', '--deep', '--slice', '3/2'], /'3\/2' is invalid.*Give n\/t with n from 1 to t/],
      ['a slice of nothing', ['verify', '--slice', '1/2'], /--slice 1\/2 .*Give --deep too/],
      ['a kind', ['list', 'table'], /<kind> table .*Give one of: asset, glossary/],
      ['an id', ['history', 'asset', 'nobody'], /<id> nobody .*dzr list asset/],
      [
        'a snapshot',
        ['show', '2020-01-01T00:00:00.000Z'],
        /no snapshot 2020-01-01T00:00:00.000Z: dzr snapshots/,
      ],
      ['times in the wrong order', ['diff', '1h', '2h'], /is after <to>.*earlier time first/],
      ['no reason', ['pin', 'newest'], /'--reason <text>' not specified/],
      [
        'a Region without the vault',
        ['failover', '--to', 'us-east-1', '--reason', 'x'],
        /--to us-east-1 .*Give eu-central-1 or eu-west-1/,
      ],
      ['a decision where none is due', ['accept', 'newest', '--reason', 'x'], /is COMPLETE, not HELD/],
      ['a command', ['restart'], /unknown command 'restart'/],
      [
        'a file',
        ['--outputs', '/nowhere.json', 'snapshots'],
        /--outputs \/nowhere.json can not be read: .*Give a file/,
      ],
      [
        'one Region twice',
        ['--secondary-region', primary, 'snapshots'],
        /--secondary-region is missing\. Give the other Region of the vault than eu-central-1/,
      ],
    ];
    for (const [name, args, message] of mistakes) {
      it(name, async () => {
        const { code, err, text } = await dzr(...args);
        assert.deepEqual([code, text], [2, '']);
        assert.match(err, message);
      });
    }

    it('nothing that tells where the vault is', async () => {
      const { code, err } = await bare('--region', primary, '--secondary-region', secondary, 'snapshots');
      assert.equal(code, 2);
      assert.match(err, /--table is missing\. Give the name of the vault's table, or --outputs/);
    });
  });

  it('ends with 3 where the vault can not be reached', async () => {
    const err: string[] = [];
    const code = await run([...place, 'snapshots'], {
      open: () => {
        throw new TableUnavailableError('vault: ECONNREFUSED');
      },
      openTarget,
      openDataZone: openTarget,
      openQueue,
      out: () => undefined,
      err: (text) => err.push(text),
    });
    assert.equal(code, 3);
    assert.match(err.join(), /ECONNREFUSED/);
  });

  it('documents its exit codes', async () => {
    const { code, text } = await bare('--help');
    assert.equal(code, 0);
    for (const exit of [0, 1, 2, 3]) assert.match(text, new RegExp(`\n  ${exit}  `));
  });
});
