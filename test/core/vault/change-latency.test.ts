import assert from 'node:assert/strict';
import { changeLatency } from '../../../core/vault/change-latency';
import { FilledVault } from '../../support/filled-vault';

const assets = { kind: 'asset', scopeId: 'p1' };

describe('how soon events brought changes into the vault', () => {
  it('is told of what events brought in, each resource by its newest change', async () => {
    const filled = new FilledVault();
    await filled.write(assets, 'by a snapshot', { name: 'a' });
    for (const age of [9_000, 20_000, 40_000]) {
      const from = filled.now();
      await filled.write(assets, `of ${age}`, { name: 'before' }, 'run00002', from - 500_000);
      await filled.write(assets, `of ${age}`, { name: 'after' }, 'run00003', filled.now() - age);
    }
    const latency = await changeLatency(filled.vault);
    assert.ok(latency);
    const { events, p50Ms, p95Ms, maxMs, isCut } = latency;
    assert.deepEqual({ events, isCut }, { events: 3, isCut: false });
    // The clock goes on by some seconds while a write is under way.
    assert.ok(p50Ms > 20_000 && p50Ms < 40_000, `${p50Ms}`);
    assert.ok(maxMs > 40_000 && maxMs < 60_000, `${maxMs}`);
    assert.equal(p95Ms, maxMs);
  });

  it('leaves out what was written outside the window, and says where it has not read all', async () => {
    const filled = new FilledVault();
    await filled.write(assets, 'early', { name: 'a' }, 'run00002', filled.now());
    const from = new Date(filled.now()).toISOString();
    await filled.write(assets, 'one', { name: 'a' }, 'run00002', filled.now());
    await filled.write(assets, 'two', { name: 'a' }, 'run00002', filled.now());
    assert.equal((await changeLatency(filled.vault, { from }))?.events, 2);
    const cut = await changeLatency(filled.vault, { from, most: 1 });
    assert.deepEqual([cut?.events, cut?.isCut], [1, true]);
  });

  it('is unknown where no event has brought in anything', async () => {
    const filled = new FilledVault();
    await filled.write(assets, 'by a snapshot', { name: 'a' });
    assert.equal(await changeLatency(filled.vault), undefined);
  });
});
