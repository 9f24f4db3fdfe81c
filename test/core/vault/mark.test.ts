import assert from 'node:assert/strict';
import { accept } from '../../../core/vault/decisions';
import { verifyDeep } from '../../../core/vault/deep-verify';
import type { Key } from '../../../core/vault/keys';
import { pin, pins, UnpinnableError, unpin } from '../../../core/vault/pins';
import { prove } from '../../../core/vault/proof';
import { Vault } from '../../../core/vault/vault';
import { FilledVault } from '../../support/filled-vault';
import { copyOf, type MemoryItems, MemoryTable } from '../../support/memory-table';

const region = 'eu-central-1';
const day = 24 * 3600_000;
/** More writes than any of them makes. */
const enough = 9;

describe('what nothing else names', () => {
  const filled = new FilledVault();
  let complete: string;
  let held: string;

  before(async () => {
    await filled.takeWriter();
    await filled.write({ kind: 'glossary', scopeId: 'project1' }, 'g1', { name: 'Sales' });
    complete = (await filled.snapshot()).startedAt;
    held = (await filled.snapshot({ status: 'HELD', underlying: 'COMPLETE' })).startedAt;
    filled.passDays(1);
  });

  interface Writing {
    readonly write: (vault: Vault) => Promise<unknown>;
    /** What it writes. */
    readonly key: (vault: Vault) => Key;
  }

  const pinned = ({ keys }: Vault) => keys.pin(complete);
  const writings: Readonly<Record<string, Writing>> = {
    'a pin': { write: (vault) => pin(vault, complete, 'ann', 'the last good one'), key: pinned },
    'a pin that was let go': {
      write: async (vault) => {
        if ((await pins(vault)).length === 0) await pin(vault, complete, 'ann', 'the last good one');
        await unpin(vault, complete);
      },
      key: pinned,
    },
    'a pin that was let go, and made again': {
      write: async (vault) => {
        await pin(vault, complete, 'ann', 'the last good one');
        await unpin(vault, complete);
        await pin(vault, complete, 'ann', 'it is, after all');
      },
      key: pinned,
    },
    'a proof': {
      write: (vault) => prove(vault, () => false),
      key: ({ keys }) => keys.proof(region, complete),
    },
    'a decision': {
      write: (vault) => accept(vault, held, 'ann', 'it is so'),
      key: ({ keys }) => keys.decision(held),
    },
  };

  for (const [name, { write, key }] of Object.entries(writings)) {
    it(`is named by a mark, and it the other way round: ${name}, wherever its writer died before`, async () => {
      for (let writes = 0; writes <= enough; writes++) {
        const items = copyOf(filled.items);
        let left = writes;
        const dying = new MemoryTable(items, region, ({ operation, answer }) => {
          if (operation === 'PutItem' && left-- <= 0) return Promise.reject(new Error('died'));
          return answer();
        });
        const vault = new Vault(dying, filled.vault.domainId, filled.now);
        const isDone = await write(vault).then(
          () => true,
          () => false,
        );
        assert.equal(isDone || writes < enough, true);
        assert.deepEqual(await findings(items), [], `died after ${writes} writes`);

        const alive = new Vault(new MemoryTable(items, region), filled.vault.domainId, filled.now);
        await write(alive).catch((error: unknown) => assert.ok(error instanceof UnpinnableError));
        assert.deepEqual(await findings(items), [], `written again after ${writes} writes`);
        for (const one of [key(alive), alive.keys.mark(key(alive))]) {
          const damaged = copyOf(items);
          assert.equal(damaged.get(one.pk)?.delete(one.sk), true);
          assert.deepEqual(await findings(damaged), [one]);
        }
      }
    });
  }

  /** A day later. */
  async function findings(items: MemoryItems): Promise<Key[]> {
    const now = () => filled.now() + day;
    const { first } = await verifyDeep(new Vault(new MemoryTable(items, region), filled.vault.domainId, now));
    return first.map(({ key: { pk, sk } }) => ({ pk, sk }));
  }
});
