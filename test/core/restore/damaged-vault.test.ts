import assert from 'node:assert/strict';
import type { Action } from '../../../core/restore/action';
import { applyRestore, keepPlan, type PlanSettings, planRestore } from '../../../core/restore/restore';
import { UnsoundVaultError } from '../../../core/restore/soundness';
import { CorruptItemError } from '../../../core/vault/items';
import type { BackupBench } from '../../support/in-process-backup';
import { copyOf, type MemoryItems } from '../../support/memory-table';
import { damages } from '../vault/damages';
import { smallVault } from '../vault/small-vault';
import { emptyDomain, restoreArgs } from './restore-bench';

/** What runs and restores hand to each other, who writes, counts, proofs and pins with their marks, and the other manifest. */
const neededByNone = [
  'control lease',
  'control writer',
  'idmap',
  'mark',
  'pin',
  'proof',
  'restore',
  'restore intent',
  'restore outcome',
  'restore plan',
  'run closing',
  'run group',
  'run references',
  'snapshot',
  'snapshot counts',
  'snapshot work',
];

describe('a vault of two backups and a change, with a damaged item', function () {
  this.timeout(300_000);
  let bench: BackupBench;
  let vault: MemoryItems;
  let cuts: Readonly<Record<'older' | 'newest', string>>;
  let target: string;

  before(async () => {
    ({ bench, cuts } = await smallVault());
    vault = bench.vaultItems;
    target = emptyDomain(bench, 'V1', 'the next');
  });

  for (const cut of ['older', 'newest'] as const) {
    for (const [what, damage] of Object.entries(damages)) {
      it(`is not restored at its ${cut} cut from where that needs the item: each ${what} in turn, nothing written`, async () => {
        bench.vaultItems = copyOf(vault);
        const whole = (await planRestore(restoreArgs(bench, target), settingsOf(cut))).actions;
        const notNeeded = new Set<string>();
        for (const [pk, partition] of vault) {
          for (const [sk, item] of partition) {
            bench.vaultItems = damaged(pk, sk, damage(item));
            const before = bench.vaultItems;
            const sent: string[] = [];
            const args = restoreArgs(bench, target, (call) => {
              if (call.service === 'datazone') sent.push(call.operation);
              return call.answer();
            });
            const planned = await planRestore(args, settingsOf(cut)).catch((error: unknown) => error);
            const where = `${what}: ${pk} ${sk}`;
            assert.deepEqual(
              sent.filter((name) => !/^(Get|List|Search|BatchGet)/.test(name)),
              [],
              where,
            );
            assert.deepEqual(bench.vaultItems, before, where);
            if (planned instanceof CorruptItemError || planned instanceof UnsoundVaultError) continue;
            assert.ok(!(planned instanceof Error), `${where}: ${planned}`);
            assert.deepEqual((planned as { actions: readonly Action[] }).actions, whole, where);
            notNeeded.add(
              item.cutAt === cuts[cut] && pk.endsWith('/snapshot') ? 'own manifest' : nameOf(pk, sk, item),
            );
          }
        }
        assert.deepEqual(
          [...notNeeded].sort(),
          [...neededByNone, ...(cut === 'newest' ? ['version of glossaryTerm'] : [])].sort(),
        );
      });
    }
  }

  it('is refused when a plan is applied too, before the first write', async () => {
    bench.vaultItems = copyOf(vault);
    const args = restoreArgs(bench, target);
    const run = await keepPlan(args, settingsOf('newest'), await planRestore(args, settingsOf('newest')));
    const items = bench.vaultItems;
    const [, partition] = [...items].find(([key]) => key.includes('/glossaryTerm@')) ?? assert.fail();
    const [sk] = [...partition.keys()];
    partition.delete(sk ?? '');
    bench.vaultItems = items;

    await assert.rejects(applyRestore(restoreArgs(bench, target), run), UnsoundVaultError);
  });

  it('is restored at the cut of a snapshot whose manifest is lost, where people accept that', async () => {
    const [startedAt = ''] = [...(vault.get(bench.vault().keys.manifests())?.keys() ?? [])].sort();
    bench.vaultItems = damaged(bench.vault().keys.manifests(), startedAt, undefined);
    const args = restoreArgs(bench, target);

    await assert.rejects(planRestore(args, settingsOf('older')), (error: Error) => {
      assert.ok(error instanceof UnsoundVaultError);
      assert.match(error.message, new RegExp(`has lost the manifest of the snapshot ${startedAt}`));
      return true;
    });
    await planRestore(args, { ...settingsOf('older'), acceptIncomplete: true });
  });

  it('is not restored at the newest cut where that manifest is lost before anything proved or pinned it', async () => {
    const manifests = bench.vault().keys.manifests();
    const newest = [...(vault.get(manifests)?.keys() ?? [])].sort().at(-1) ?? assert.fail();
    bench.vaultItems = damaged(manifests, newest, undefined);
    for (const pk of [...bench.vaultItems.keys()]) {
      if (/\/(proof|pin|decision|mark)(\/|$)/.test(pk)) bench.vaultItems.delete(pk);
    }
    const args = restoreArgs(bench, target);

    for (const instant of [cuts.newest, newest]) {
      await assert.rejects(planRestore(args, { ...settingsOf('newest'), instant }), (error: Error) => {
        assert.ok(error instanceof UnsoundVaultError);
        assert.match(error.message, new RegExp(`has lost the manifest of the snapshot ${newest}`));
        return true;
      });
    }
    await planRestore(args, settingsOf('older'));
    await planRestore(args, { ...settingsOf('newest'), acceptIncomplete: true });
  });

  function settingsOf(cut: 'older' | 'newest'): PlanSettings {
    return { instant: cuts[cut], selection: {}, conflicts: 'update' };
  }

  function damaged(pk: string, sk: string, item: Readonly<Record<string, unknown>> | undefined): MemoryItems {
    const items = copyOf(vault);
    if (item === undefined) items.get(pk)?.delete(sk);
    else items.get(pk)?.set(sk, item);
    return items;
  }
});

function nameOf(pk: string, sk: string, { payload }: Readonly<Record<string, unknown>>): string {
  const [name = ''] = pk.split('/').slice(1);
  if (payload !== undefined) return `version of ${name}`;
  return [name, ...(/^[a-z]+(?=#|$)/.exec(sk) ?? [])].join(' ');
}
