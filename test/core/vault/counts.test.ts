import assert from 'node:assert/strict';
import { type Count, readCounts, writeCounts } from '../../../core/vault/counts';
import { CorruptItemError } from '../../../core/vault/items';
import { Vault } from '../../../core/vault/vault';
import { Random } from '../../../local/random';
import { type MemoryItems, MemoryTable } from '../../support/memory-table';

const startedAt = '2026-01-01T00:00:00.000Z';

describe('the counts beside a manifest', () => {
  const random = new Random(1);
  const counts = Array.from({ length: 80_000 }, (_, number): Count => {
    const project = Math.floor(random.next() * 36 ** 10).toString(36);
    return [`kind${number % 8}`, project, random.below(5000), 5000];
  });
  let items: MemoryItems;
  let vault: Vault;

  beforeEach(() => {
    items = new Map();
    vault = new Vault(new MemoryTable(items, 'eu-west-1'), 'dzd_1');
  });

  it('are kept whole for eight kinds in ten thousand projects, in items under 400 KB', async () => {
    const written = await writeCounts(vault, startedAt, counts);

    assert.ok(written.slices > 1);
    for (const [, partition] of items) {
      for (const { slice } of partition.values()) assert.ok((slice as Uint8Array).length < 390_000);
    }
    assert.deepEqual(await readCounts(vault, { startedAt, counts: written }), counts);
  });

  it('are none of a snapshot from before there were any', async () => {
    assert.deepEqual(await readCounts(vault, { startedAt, counts: undefined }), []);
  });

  it('are refused where an item of them is missing', async () => {
    const written = await writeCounts(vault, startedAt, counts);
    const [partition] = items.values();
    partition?.delete([...partition.keys()].at(-1) ?? '');

    await assert.rejects(readCounts(vault, { startedAt, counts: written }), CorruptItemError);
  });
});
