import assert from 'node:assert/strict';
import { kindByName } from '../../../core/catalog/registry';
import { verifyDeep } from '../../../core/vault/deep-verify';
import { pin } from '../../../core/vault/pins';
import { prove } from '../../../core/vault/proof';
import { Vault } from '../../../core/vault/vault';
import { BackupBench } from '../../support/in-process-backup';
import { copyOf, type MemoryItems, MemoryTable } from '../../support/memory-table';
import { committed } from '../backup/random-bench';
import { reword, withoutManagedTypes } from '../backup/small-domain';
import { emptyDomain, restoreArgs, restored } from '../restore/restore-bench';

const kinds = ['domain', 'domainUnit', 'project', 'glossary', 'glossaryTerm'].map(kindByName);
/** What is younger than an hour may be half of a write that is still under way. */
const later = 2 * 3600_000;

describe('a vault after backups, a change, a restore, a pin and a proof', function () {
  this.timeout(120_000);
  let bench: BackupBench;
  let items: MemoryItems;

  before(async () => {
    bench = await BackupBench.start({
      projects: 1,
      assets: 1,
      inMemory: true,
      kinds,
      decorate: withoutManagedTypes,
    });
    const { startedAt } = await committed(bench);
    const [project] = bench.projects;
    assert.ok(project);
    reword(bench, project, 'reworded');
    const { cutAt } = await committed(bench);
    await pin(bench.vault(), startedAt, 'ann', 'the last good one');
    await prove(bench.vault(), () => false);
    await restored(restoreArgs(bench, emptyDomain(bench, 'V1')), { instant: cutAt });
    items = bench.vaultItems;
  });

  async function findings(of: MemoryItems) {
    const now = () => bench.clock.now() + later;
    return verifyDeep(new Vault(new MemoryTable(of, 'eu-west-1'), bench.domainId, now));
  }

  it('is sound', async () => {
    assert.deepEqual((await findings(items)).first, []);
  });

  it('has each item that is dropped named, but for those that docs/vault.md lists', async () => {
    const unnamed = new Set<string>();
    for (const [pk, partition] of items) {
      for (const sk of partition.keys()) {
        const damaged = copyOf(items);
        damaged.get(pk)?.delete(sk);
        const { first } = await findings(damaged);
        const isNamed = first.some(({ key, text }) => {
          return (key.pk === pk && key.sk === sk) || text.includes(decodeURIComponent(sk));
        });
        const [, name] = pk.split('/');
        if (!isNamed) unnamed.add(`${name} ${/^[a-z]+(?=#|$)/.exec(sk)?.[0] ?? '*'}`);
      }
    }
    assert.deepEqual([...unnamed].sort(), [
      'control lease',
      'pin *',
      'proof *',
      'restore intent',
      'run closing',
      'run group',
      'run references',
    ]);
  });

  for (const [what, harm] of [
    ['flipped', (check: string) => check.replace(/^./, (first) => (first === '0' ? '1' : '0'))],
    ['truncated', (check: string) => check.slice(0, 10)],
  ] as const) {
    it(`has each item that is ${what} named, but for the lease`, async () => {
      const unnamed: string[] = [];
      for (const [pk, partition] of items) {
        for (const [sk, item] of partition) {
          const damaged = copyOf(items);
          damaged.get(pk)?.set(sk, { ...item, check: harm(String(item.check)) });
          const { first } = await findings(damaged);
          if (!first.some(({ key }) => key.pk === pk && key.sk === sk)) unnamed.push(sk);
        }
      }
      assert.deepEqual(unnamed, ['lease']);
    });
  }
});
