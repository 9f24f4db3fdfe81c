import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { accept } from '../../../core/vault/decisions';
import { verifyDeep } from '../../../core/vault/deep-verify';
import { writeFindings } from '../../../core/vault/manifest';
import { prove } from '../../../core/vault/proof';
import { Vault } from '../../../core/vault/vault';
import { FilledVault } from '../../support/filled-vault';
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
    assert.deepEqual([...unnamed].sort(), ['control lease']);
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

describe('a vault with a payload in parts, over a hundred findings, and a decision', function () {
  this.timeout(60_000);
  const filled = new FilledVault();
  let looked: readonly (readonly [pk: string, sk: string])[];

  before(async () => {
    const { vault, now } = filled;
    await filled.takeWriter();
    const description = randomBytes(400_000).toString('base64');
    await filled.write({ kind: 'glossary', scopeId: 'project1' }, 'g1', { name: 'Sales', description });
    const startedAt = new Date(now()).toISOString();
    const all = Array.from({ length: 101 }, (_, n) => `glossary@project${n}: not to be read`);
    await filled.snapshot({ startedAt, dangling: await writeFindings(vault, startedAt, 'dangling', all) });
    const held = await filled.snapshot({ status: 'HELD', underlying: 'COMPLETE' });
    await accept(vault, held.startedAt, 'ann', 'it is so');
    await filled.snapshot();
    await prove(vault, () => false);
    filled.passDays(1);
    // All findings are alike.
    looked = [...filled.items].flatMap(([pk, partition]) =>
      [...partition.keys()].filter((sk) => !/#0000[1-9]|#00000[2-9]/.test(sk)).map((sk) => [pk, sk] as const),
    );
  });

  it('is sound', async () => {
    assert.deepEqual((await verifyDeep(filled.vault)).first, []);
    const names = looked.map(([pk, sk]) => `${pk} ${sk}`).join();
    for (const sort of [/#parts .*#002/, /dangling#000000/, /decision /]) assert.match(names, sort);
  });

  for (const [what, damage] of Object.entries(damages)) {
    it(`has each item that is ${what} named`, async () => {
      const unnamed: string[] = [];
      for (const [pk, sk] of looked) {
        const items = copyOf(filled.items);
        const item = damage(items.get(pk)?.get(sk) ?? {});
        if (item === undefined) items.get(pk)?.delete(sk);
        else items.get(pk)?.set(sk, item as never);
        const { first } = await verifyDeep(filled.in('eu-central-1', items));
        const isNamed = first.some(({ key, text }) => {
          return (
            (key.pk === pk && key.sk === sk) || (what === 'dropped' && text.includes(decodeURIComponent(sk)))
          );
        });
        if (!isNamed) unnamed.push(pk);
      }
      assert.deepEqual(unnamed, []);
    });
  }
});
