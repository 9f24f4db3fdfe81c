import assert from 'node:assert/strict';
import { verifyDeep } from '../../../core/vault/deep-verify';
import { Vault } from '../../../core/vault/vault';
import type { BackupBench } from '../../support/in-process-backup';
import { copyOf, type MemoryItems, MemoryTable } from '../../support/memory-table';
import { damages } from './damages';
import { smallVault } from './small-vault';

/** What is younger than an hour may be half of a write that is still under way. */
const later = 2 * 3600_000;

describe('a vault after backups, a change, a restore, a pin and a proof', function () {
  this.timeout(120_000);
  let bench: BackupBench;
  let items: MemoryItems;

  before(async () => {
    ({ bench } = await smallVault());
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

  for (const what of ['flipped', 'truncated'] as const) {
    it(`has each item that is ${what} named, but for the lease`, async () => {
      const unnamed: string[] = [];
      for (const [pk, partition] of items) {
        for (const [sk, item] of partition) {
          const damaged = copyOf(items);
          damaged.get(pk)?.set(sk, damages[what](item) ?? {});
          const { first } = await findings(damaged);
          if (!first.some(({ key }) => key.pk === pk && key.sk === sk)) unnamed.push(sk);
        }
      }
      assert.deepEqual(unnamed, ['lease']);
    });
  }
});
