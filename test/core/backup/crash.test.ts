import assert from 'node:assert/strict';
import { readManifest } from '../../../core/vault/manifest';
import { BackupBench } from '../../support/in-process-backup';
import { ProcessGoneError } from '../../support/life';
import type { MemoryItems } from '../../support/memory-table';
import { fewKinds, withoutManagedTypes, workOneDay } from './small-domain';
import { currentView, digests, histories } from './vault-views';

/** What a vault must hold in the end, wherever a run died in between. */
interface Outcome {
  readonly view: readonly string[];
  readonly histories: Readonly<Record<string, readonly string[]>>;
  readonly digests: Readonly<Record<string, string>>;
}

describe('a backup whose process dies', function () {
  this.timeout(300_000);
  let bench: BackupBench;

  before(async () => {
    bench = await BackupBench.start({
      projects: 1,
      assets: 3,
      inMemory: true,
      kinds: fewKinds,
      decorate: withoutManagedTypes,
    });
  });

  after(() => bench.stop());

  const starts = [
    { when: 'in the first run of a domain', start: async () => new Map() as MemoryItems },
    {
      when: 'in a run after a day of work',
      start: async () => {
        await bench.emptyVault();
        await bench.run();
        const vault = bench.vaultItems;
        workOneDay(bench);
        return vault;
      },
    },
  ];

  for (const { when, start } of starts) {
    describe(when, () => {
      let expected: Outcome;
      let operations: string[];
      let vault: MemoryItems;

      before(async () => {
        vault = await start();
        bench.vaultItems = vault;
        operations = [];
        const result = await bench.run({
          between: (call) => {
            operations.push(call.operation);
            return call.answer();
          },
        });
        expected = await outcome(result);
      });

      it('holds the same after the next run, at whatever call it died', async () => {
        for (const { dieAt, doneBeforeDeath, where } of deaths()) {
          bench.vaultItems = vault;
          await assert.rejects(
            bench.run({ execution: 'dead', dieAt, doneBeforeDeath }),
            ProcessGoneError,
            where,
          );
          const lease = await bench.vault().lease();
          const left =
            lease?.execution === 'dead' ? await readManifest(bench.vault(), lease.startedAt) : undefined;
          const next = await outcome(await bench.run({ execution: 'next' }));

          assert.deepEqual(next, expected, where);
          assert.equal((await bench.vault().lease())?.execution, '', where);
          if (lease?.execution !== 'dead') continue;
          const manifest = await readManifest(bench.vault(), lease.startedAt);
          assert.equal(manifest?.status, left?.status === 'COMPLETE' ? 'COMPLETE' : 'FAILED', where);
        }
      });

      it('holds the same after its own tasks were tried again, at whatever call they died', async () => {
        for (const { dieAt, doneBeforeDeath, where } of deaths()) {
          bench.vaultItems = vault;
          await assert.rejects(
            bench.run({ execution: 'same', dieAt, doneBeforeDeath }),
            ProcessGoneError,
            where,
          );
          const lease = await bench.vault().lease();
          const left = lease && (await readManifest(bench.vault(), lease.startedAt));
          // Begin is not tried again once commit was reached.
          if (lease?.execution === 'same' && left?.status === 'COMPLETE') continue;

          assert.deepEqual(await outcome(await bench.run({ execution: 'same' })), expected, where);
          assert.equal((await bench.vault().lease())?.execution, '', where);
        }
      });

      function deaths() {
        return operations.flatMap((operation, index) => {
          const dieAt = index + 1;
          const modes = /^(Put|Create)/.test(operation) ? [false, true] : [false];
          return modes.map((doneBeforeDeath) => ({
            dieAt,
            doneBeforeDeath,
            where: `died ${doneBeforeDeath ? 'after' : 'before'} call ${dieAt} of ${operations.length}, ${operation}`,
          }));
        });
      }
    });
  }

  async function outcome(result: Awaited<ReturnType<BackupBench['run']>>): Promise<Outcome> {
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    assert.equal(result.status, 'COMPLETE');
    return {
      view: await currentView(bench.vault()),
      histories: await histories(bench.vault()),
      digests: digests(result),
    };
  }
});
