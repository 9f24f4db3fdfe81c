import assert from 'node:assert/strict';
import { kindByName } from '../../../core/catalog/registry';
import { applyRestore, keepPlan, type PlanSettings, planRestore } from '../../../core/restore/restore';
import { UnsoundVaultError } from '../../../core/restore/soundness';
import { verifyDeep } from '../../../core/vault/deep-verify';
import { CorruptItemError } from '../../../core/vault/items';
import { BackupBench } from '../../support/in-process-backup';
import { copyOf, type MemoryItems } from '../../support/memory-table';
import { committed } from '../backup/random-bench';
import { withoutManagedTypes } from '../backup/small-domain';
import { emptyDomain, restoreArgs } from './restore-bench';

const kinds = ['domain', 'domainUnit', 'project', 'glossary', 'glossaryTerm'].map(kindByName);

type Item = Readonly<Record<string, unknown>>;

/** What may happen to an item on its way through the years. */
const damages: Readonly<Record<string, (item: Item) => Item | undefined>> = {
  dropped: () => undefined,
  flipped: (item) => {
    const [name, value] =
      Object.entries(item).find(([name, value]) => !['pk', 'sk', 'check'].includes(name) && isBytes(value)) ??
      Object.entries(item).find(
        ([name, value]) => !['pk', 'sk', 'check'].includes(name) && typeof value === 'string',
      ) ??
      assert.fail(`nothing to flip in ${item.pk} ${item.sk}`);
    return { ...item, [name]: isBytes(value) ? flipped(value) : `${value}x` };
  },
  truncated: (item) => {
    const { check, ...rest } = item;
    return { ...rest, check: String(check).slice(0, 10) };
  },
};

describe('a vault with a damaged item', function () {
  this.timeout(300_000);
  let bench: BackupBench;
  let vault: MemoryItems;
  let settings: PlanSettings;
  let target: string;
  let actions: number;

  before(async () => {
    bench = await BackupBench.start({
      projects: 1,
      assets: 1,
      inMemory: true,
      kinds,
      decorate: withoutManagedTypes,
    });
    const { cutAt } = await committed(bench);
    settings = { instant: cutAt, selection: {}, conflicts: 'update' };
    vault = bench.vaultItems;
    target = emptyDomain(bench, 'V1');
    actions = (await planRestore(restoreArgs(bench, target), settings)).actions.length;
  });

  for (const [what, damage] of Object.entries(damages)) {
    it(`is not restored from where it needs the item: each ${what} in turn, nothing written`, async () => {
      const unnoticed: string[] = [];
      for (const [pk, partition] of vault) {
        for (const [sk, item] of partition) {
          bench.vaultItems = damaged(pk, sk, damage(item));
          const sent: string[] = [];
          const args = restoreArgs(bench, target, (call) => {
            if (call.service === 'datazone') sent.push(call.operation);
            return call.answer();
          });
          const planned = await planRestore(args, settings).catch((error: unknown) => error);
          const where = `${what}: ${pk} ${sk}`;
          assert.deepEqual(
            sent.filter((name) => !/^(Get|List|Search|BatchGet)/.test(name)),
            [],
            where,
          );
          if (planned instanceof CorruptItemError || planned instanceof UnsoundVaultError) continue;
          assert.ok(!(planned instanceof Error), `${where}: ${planned}`);
          assert.equal((planned as { actions: unknown[] }).actions.length, actions, where);
          unnoticed.push(pk.split('/').slice(1, 2).join());
        }
      }
      // What no restore needs: the lease, who writes, what runs hand to each other, counts beside a manifest.
      assert.deepEqual([...new Set(unnoticed)].sort(), ['control', 'run', 'snapshot']);
    });
  }

  it('is refused when a plan is applied too, before the first write', async () => {
    bench.vaultItems = vault;
    const args = restoreArgs(bench, target);
    const run = await keepPlan(args, settings, await planRestore(args, settings));
    const items = bench.vaultItems;
    const [pk, partition] = [...items].find(([key]) => key.includes('/glossaryTerm@')) ?? assert.fail();
    const [sk] = [...partition.keys()];
    partition.delete(sk ?? '');
    items.set(pk, partition);
    bench.vaultItems = items;

    await assert.rejects(applyRestore(restoreArgs(bench, target), run), UnsoundVaultError);
  });

  for (const what of ['flipped', 'truncated']) {
    it(`has each ${what} item named by a deep verification, but for the lease`, async () => {
      const unnamed: string[] = [];
      for (const [pk, partition] of vault) {
        for (const [sk, item] of partition) {
          bench.vaultItems = damaged(pk, sk, damages[what]?.(item));
          const { first } = await verifyDeep(bench.vault());
          if (!first.some(({ key }) => key.pk === pk && key.sk === sk)) unnamed.push(sk);
        }
      }
      assert.deepEqual(unnamed, ['lease']);
    });
  }

  function damaged(pk: string, sk: string, item: Item | undefined): MemoryItems {
    const items = copyOf(vault);
    if (item === undefined) items.get(pk)?.delete(sk);
    else items.get(pk)?.set(sk, item);
    return items;
  }
});

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}
