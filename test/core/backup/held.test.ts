import assert from 'node:assert/strict';
import { kindByName } from '../../../core/catalog/registry';
import { accept, effectiveStatus, UndecidableError, undecided } from '../../../core/vault/decisions';
import { readManifest } from '../../../core/vault/manifest';
import { reject } from '../../../core/vault/reject';
import { FakeClock } from '../../../local/clock';
import { createAsset } from '../../../local/fixture/fill-domain';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { captureByEvent } from './change-capture';
import { SickSource } from './sick-source';
import { forCalls, remove, withoutManagedTypes } from './small-domain';
import { type Committed, contentsAt } from './vault-views';

const hour = 3600_000;
const kinds = ['project', 'glossary', 'glossaryTerm', 'formType', 'assetType', 'asset'].map(kindByName);

describe('a source that loses resources', function () {
  this.timeout(120_000);
  let bench: BackupBench;
  let clock: FakeClock;
  let sick: SickSource;

  async function start(projects: number, assets: number): Promise<void> {
    clock = new FakeClock();
    sick = new SickSource();
    bench = await BackupBench.start({
      projects,
      assets,
      clock,
      inMemory: true,
      kinds,
      decorate: (operation, output) => sick.decorate(operation, withoutManagedTypes(operation, output)),
    });
    assert.equal((await run()).status, 'COMPLETE');
  }

  /** The next scheduled run. */
  async function run(options: RunOptions = {}): Promise<Committed> {
    clock.advance(12 * hour);
    const result = await bench.run({ between: sick.between, ...options });
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    return result;
  }

  const assetsOf = (number: number) => bench.projects[number]?.assetIds ?? [];
  const projectId = (number: number) => bench.projects[number]?.projectId ?? '';

  for (const share of [0.1, 0.02]) {
    it(`is held as soon as more than a fifth is gone, bled ${share * 100} % per run`, async () => {
      await start(1, 150);
      const left = [...assetsOf(0)];
      let snapshot = await run();

      for (let runs = 0; snapshot.status === 'COMPLETE' && runs < 15; runs++) {
        const lost = left.splice(0, Math.ceil(left.length * share));
        // By event or by the schedule: it is lost all the same.
        for (const [number, id] of lost.entries()) {
          remove(bench, id);
          if (number % 2 === 0) await captureByEvent(bench, { kind: 'asset', scopeId: projectId(0) }, id);
        }
        snapshot = await run();
      }

      assert.equal(snapshot.status, 'HELD');
      assert.deepEqual(snapshot.shrunk.first, [
        `asset: ${left.length} of 150`,
        `asset@${projectId(0)}: ${left.length} of 150`,
      ]);
      const atMost = 150 * (0.2 + share);
      assert.ok(150 - left.length > 30 && 150 - left.length <= Math.ceil(atMost), `${left.length}`);
    });
  }

  it('is held when one of ten projects is emptied, though the domain as a whole has lost little', async () => {
    await start(10, 12);
    for (const id of assetsOf(3)) remove(bench, id);

    const { status, shrunk, startedAt } = await run();

    assert.equal(status, 'HELD');
    assert.deepEqual(shrunk.first, [`asset@${projectId(3)}: 0 of 12`]);
    const manifest = await readManifest(bench.vault(), startedAt);
    assert.deepEqual([manifest?.underlying, manifest?.heldSince], ['COMPLETE', startedAt]);
  });

  it('is not held for what people delete by hand', async () => {
    await start(2, 30);
    for (const id of assetsOf(0).slice(0, 24)) remove(bench, id);
    assert.equal((await run()).status, 'COMPLETE');

    await start(2, 9);
    for (const id of assetsOf(0)) remove(bench, id);
    assert.equal((await run()).status, 'COMPLETE');
  });

  it('is not held for what it loses and gains again, or for what a larger share allows', async () => {
    await start(1, 60);
    const [project] = bench.projects;
    assert.ok(project);
    for (const id of assetsOf(0).slice(0, 30)) remove(bench, id);
    for (let number = 0; number < 20; number++) createAsset(forCalls(bench), project, 3000 + number);
    assert.equal((await run()).status, 'COMPLETE');

    for (const id of assetsOf(0).slice(30)) remove(bench, id);
    assert.equal((await run({ held: { heldShare: 70, heldLeast: 25 } })).status, 'COMPLETE');
  });

  it('says what a held snapshot is underneath', async () => {
    await start(2, 12);
    for (const id of assetsOf(0)) remove(bench, id);
    sick.denied.add('ListProjects');

    const { startedAt } = await run();

    const manifest = await readManifest(bench.vault(), startedAt);
    assert.deepEqual([manifest?.status, manifest?.underlying], ['HELD', 'PARTIAL']);
  });

  describe('and is held', () => {
    let whole: unknown;
    let held: Committed;

    beforeEach(async () => {
      await start(3, 12);
      whole = await contentsAt(bench.vault(), new Date(clock.now()).toISOString());
      for (const id of assetsOf(1)) sick.hidden.add(id);
      held = await run();
      assert.equal(held.status, 'HELD');
      clock.advance(hour);
    });

    it('stays held and collects nothing until somebody decides, even when it has healed', async () => {
      sick.hidden.clear();
      bench.collected = undefined;
      const healed = await run();
      const manifest = await readManifest(bench.vault(), healed.startedAt);

      assert.equal(healed.status, 'HELD');
      assert.deepEqual(healed.shrunk.first, []);
      assert.equal(manifest?.heldSince, held.startedAt);
      assert.equal(bench.collected, undefined);
      assert.equal((await undecided(bench.vault())).length, 2);
    });

    it('goes on from what is accepted, with who did so and why', async () => {
      const decision = await accept(bench.vault(), held.startedAt, 'Ann', 'the project was closed');
      const next = await run();

      assert.equal(next.status, 'COMPLETE');
      assert.deepEqual([decision.by, decision.reason], ['Ann', 'the project was closed']);
      assert.deepEqual(await undecided(bench.vault()), []);
      const manifest = await readManifest(bench.vault(), held.startedAt);
      assert.ok(manifest);
      assert.equal(manifest.status, 'HELD');
      assert.equal(effectiveStatus(manifest, decision), 'COMPLETE');
    });

    it('compares what follows with what was accepted', async () => {
      await accept(bench.vault(), held.startedAt, 'Ann', 'the project was closed');
      for (const id of assetsOf(2)) sick.hidden.add(id);

      assert.deepEqual((await run()).shrunk.first, [`asset@${projectId(2)}: 0 of 12`]);
    });

    it('has everything again that is rejected, and is held again while the source is sick', async () => {
      const { restored, decision } = await reject(
        bench.vault(),
        held.startedAt,
        'Ben',
        'nobody deleted that',
      );

      assert.equal(restored, 12);
      assert.equal(decision.decision, 'REJECTED');
      assert.deepEqual(await contentsAt(bench.vault(), new Date(clock.now()).toISOString()), whole);
      const again = await run();
      assert.equal(again.status, 'HELD');
      assert.deepEqual(again.shrunk.first, held.shrunk.first);
    });

    it('is COMPLETE after it was rejected and has healed', async () => {
      await reject(bench.vault(), held.startedAt, 'Ben', 'nobody deleted that');
      sick.hidden.clear();
      const healed = await run();

      assert.equal(healed.status, 'COMPLETE');
      assert.deepEqual(await contentsAt(bench.vault(), healed.cutAt), whole);
    });

    it('brings back what events deleted since, too, and what came back by itself only once', async () => {
      const [first = '', second = ''] = assetsOf(0);
      remove(bench, first);
      await captureByEvent(bench, { kind: 'asset', scopeId: projectId(0) }, first);
      const [back = ''] = assetsOf(1);
      sick.hidden.delete(back);
      await captureByEvent(bench, { kind: 'asset', scopeId: projectId(1) }, back, sick.between);

      clock.advance(hour);
      const { restored } = await reject(bench.vault(), held.startedAt, 'Ben', 'nobody deleted that');

      assert.equal(restored, 12);
      assert.ok(second);
      assert.deepEqual(await contentsAt(bench.vault(), new Date(clock.now()).toISOString()), whole);
    });

    it('can be rejected again after a rejection that died, at whatever call', async () => {
      const items = bench.vaultItems;
      let calls = 0;
      const counted = bench.vault((call) => {
        calls++;
        return call.answer();
      });
      await reject(counted, held.startedAt, 'Ben', 'sick');

      for (let dieAt = 1; dieAt <= calls; dieAt++) {
        bench.vaultItems = items;
        let called = 0;
        const dying = bench.vault((call) => {
          if (++called >= dieAt) throw new Error('the process is gone');
          return call.answer();
        });
        await assert.rejects(reject(dying, held.startedAt, 'Ben', 'sick'), /gone/);
        await reject(bench.vault(), held.startedAt, 'Ben', 'sick');
        assert.deepEqual(await contentsAt(bench.vault(), new Date(clock.now()).toISOString()), whole);
      }
    });

    it('is decided once, as a whole, at its newest snapshot', async () => {
      const later = await run();
      const refused = (message: RegExp) => (error: unknown) =>
        error instanceof UndecidableError && message.test(error.message);

      await assert.rejects(
        accept(bench.vault(), held.startedAt, 'Ann', ''),
        refused(/is held too, and later/),
      );
      await accept(bench.vault(), later.startedAt, 'Ann', 'right');
      await accept(bench.vault(), later.startedAt, 'Ann', 'right');
      await assert.rejects(
        reject(bench.vault(), later.startedAt, 'Ben', ''),
        refused(/ACCEPTED already, by Ann/),
      );
      await assert.rejects(reject(bench.vault(), held.startedAt, 'Ben', ''), refused(/with a later one/));
      const complete = await run();
      await assert.rejects(
        accept(bench.vault(), complete.startedAt, 'Ann', ''),
        refused(/is COMPLETE, not HELD/),
      );
    });
  });
});
