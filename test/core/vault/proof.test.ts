import assert from 'node:assert/strict';
import { checked } from '../../../core/vault/items';
import type { Manifest } from '../../../core/vault/manifest';
import { proofOf, prove, provenSnapshots } from '../../../core/vault/proof';
import { restorePoint } from '../../../core/vault/restore-point';
import type { Vault } from '../../../core/vault/vault';
import { FilledVault } from '../../support/filled-vault';
import { copyOf, type MemoryItems } from '../../support/memory-table';

const asset = { kind: 'asset', scopeId: 'project1' };
const glossary = { kind: 'glossary', scopeId: 'project1' };
const enoughTime = () => false;

describe('a proof', () => {
  let filled: FilledVault;
  let first: Manifest;

  beforeEach(async () => {
    filled = new FilledVault();
    for (const id of ['a1', 'a2', 'a3']) await filled.write(asset, id, { name: id });
    await filled.write(glossary, 'g1', { name: 'Sales' });
    first = await filled.snapshot();
  });

  const statusOf = async (vault: Vault) => (await prove(vault, enoughTime))?.status;

  /** The replica as it is once everything has arrived but these keys. */
  function replicaWithout(...without: readonly { pk: string; sk?: string }[]): {
    vault: Vault;
    items: MemoryItems;
  } {
    const items = copyOf(filled.items);
    for (const { pk, sk } of without) {
      if (sk === undefined) items.delete(pk);
      else items.get(pk)?.delete(sk);
    }
    return { vault: filled.in('eu-west-1', items), items };
  }

  it('says nothing of a vault without a COMPLETE snapshot', async () => {
    const empty = new FilledVault();
    await empty.snapshot({ status: 'PARTIAL' });
    assert.equal(await prove(empty.vault, enoughTime), undefined);
  });

  it('says of which Region it is, and what was counted there', async () => {
    const { vault } = replicaWithout();
    const proof = await prove(vault, enoughTime);

    assert.deepEqual(
      [proof?.region, proof?.startedAt, proof?.status, proof?.kinds.asset?.count],
      ['eu-west-1', first.startedAt, 'proven', 3],
    );
    assert.equal(proof?.kinds.asset?.digest, first.kinds?.asset?.digest);
    assert.equal(
      await proofOf(filled.vault, first.startedAt, 'eu-west-1'),
      undefined,
      'written in its own Region',
    );
  });

  it('waits for replication, and then says that the Region differs', async () => {
    const { vault, items } = replicaWithout({ ...filled.vault.keys.head(asset, 'a2') });
    assert.equal(await statusOf(vault), 'not-yet');
    filled.passDays(1);
    assert.equal(await statusOf(vault), 'different');

    for (const [pk, partition] of filled.items) items.set(pk, new Map(partition));
    assert.equal(await statusOf(vault), 'proven', 'once it has arrived after all');
  });

  it('does not take a head for its content: the version behind it must have arrived, too', async () => {
    const { vault } = replicaWithout({ pk: filled.vault.keys.versions('asset', 'a2') });
    filled.passDays(1);

    const proof = await prove(vault, enoughTime);
    assert.deepEqual(
      [proof?.status, proof?.unproven, proof?.kinds.asset?.damaged],
      ['different', ['asset'], 1],
    );
  });

  it('goes on where a worker ran out of time, and comes to the same', async () => {
    const once = await prove(filled.vault, enoughTime);
    filled.items.delete(filled.vault.keys.proofs(filled.vault.table.region));

    assert.equal((await prove(filled.vault, () => true))?.status, 'not-yet');
    const twice = await prove(filled.vault, () => true);
    assert.deepEqual([twice?.status, twice?.kinds], ['proven', once?.kinds]);
  });

  it('stands once it is proven', async () => {
    const once = await prove(filled.vault, enoughTime);
    filled.passDays(1);
    assert.deepEqual(await prove(filled.vault, enoughTime), once);
  });

  it('is of no snapshot that ended after another Region had become the writer', async () => {
    const since = new Date(filled.now()).toISOString();
    const key = filled.vault.keys.control('writer');
    await filled.vault.table.put(checked({ ...key, region: 'eu-west-1', epoch: 2, since }));
    await filled.write(asset, 'a1', { name: 'a1', description: 'revised' });
    await filled.snapshot({ epoch: 1 });

    assert.equal((await prove(filled.vault, enoughTime))?.startedAt, first.startedAt);
  });

  describe('makes a snapshot restorable in its Region', () => {
    let second: Manifest;
    let replica: Vault;

    beforeEach(async () => {
      await prove(filled.vault, enoughTime);
      await filled.write(asset, 'a1', { name: 'a1', description: 'revised' });
      second = await filled.snapshot();
      await prove(filled.vault, enoughTime);
      // The second snapshot's new asset version never came to the replica.
      const { version } = (await filled.vault.head(asset, 'a1')) ?? {};
      replica = replicaWithout(filled.vault.keys.version('asset', 'a1', version ?? '')).vault;
      filled.passDays(1);
    });

    async function proven(vault: Vault): Promise<string[]> {
      const found: string[] = [];
      for await (const { startedAt } of provenSnapshots(vault)) found.push(startedAt);
      return found;
    }

    it('and in no other', async () => {
      await prove(replica, enoughTime);

      assert.deepEqual(await proven(filled.vault), [second.startedAt, first.startedAt]);
      assert.deepEqual(await proven(replica), []);
    });

    it('kind by kind: what is not proven falls back to the snapshot before, and says so', async () => {
      await prove(replica, enoughTime);
      // As the replica would have proven the first one in its time.
      const earlier = await proofOf(filled.vault, first.startedAt);
      const { check: _check, ...content } = earlier ?? {};
      const key = replica.keys.proof('eu-west-1', first.startedAt);
      await replica.table.put(checked({ ...content, ...key, region: 'eu-west-1' }));

      const point = await restorePoint(replica);
      assert.deepEqual(point, {
        instant: second.cutAt,
        kinds: {
          asset: {
            snapshot: first.startedAt,
            provenTo: first.cutAt,
            label: `proven to ${first.cutAt}, best effort after`,
          },
          glossary: { snapshot: second.startedAt, provenTo: second.cutAt, label: 'proven' },
        },
      });
    });

    it('to its cut, and says what an instant between two cuts is worth', async () => {
      const between = new Date(Date.parse(first.cutAt ?? '') + 1).toISOString();
      const point = await restorePoint(filled.vault, between);

      assert.deepEqual([point?.kinds.asset?.snapshot, point?.instant], [first.startedAt, between]);
      assert.equal(point?.kinds.asset?.label, `proven to ${first.cutAt}, best effort after`);
    });

    it('and nothing before the first: such an instant has no point', async () => {
      const point = await restorePoint(filled.vault, '2025-01-01T00:00:00.000Z');
      assert.deepEqual(point?.kinds, {});
    });
  });
});
