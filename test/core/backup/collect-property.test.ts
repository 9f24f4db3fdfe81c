import assert from 'node:assert/strict';
import fc from 'fast-check';
import { collect } from '../../../core/backup/collect';
import { acquireLease } from '../../../core/backup/lease';
import type { Run } from '../../../core/backup/run';
import { sha256 } from '../../../core/vault/canonical';
import { BeyondHorizonError, readableAt } from '../../../core/vault/horizon';
import { closeManifest } from '../../../core/vault/manifest';
import { type Explained, explain, pin, pins, UnpinnableError, unpin } from '../../../core/vault/pins';
import { contentOf, heldAt } from '../../../core/vault/point-in-time';
import { Vault } from '../../../core/vault/vault';
import { VaultWriter } from '../../../core/vault/writer';
import { FakeClock } from '../../../local/clock';
import { type MemoryItems, MemoryTable } from '../../support/memory-table';

const day = 24 * 3600_000;
const ids = ['a', 'b', 'c'];
const scopes = ['project1', 'project2'].map((scopeId) => ({ kind: 'asset', scopeId }));
const retention = { retentionDays: 12, keepSnapshots: 2 };

type Step =
  /** Null: it is gone. `dies`: the writer, between version and head. */
  | { readonly id: string; readonly scope: number; readonly content: string | null; readonly dies: boolean }
  | { readonly days: number }
  | { readonly pin: number }
  | { readonly unpin: number }
  /** `dieAt`: collection dies at that call, if it makes so many, and is not tried again. */
  | { readonly snapshot: 'COMPLETE' | 'PARTIAL'; readonly dieAt: number }
  /** DynamoDB removes a share of what is past its time. */
  | { readonly expire: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      id: fc.constantFrom(...ids),
      scope: fc.constantFrom(0, 0, 1),
      content: fc.option(fc.constantFrom('1', '2', '3'), { freq: 3 }),
      dies: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ days: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ pin: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ unpin: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      snapshot: fc.constantFrom<('COMPLETE' | 'PARTIAL')[]>('COMPLETE', 'COMPLETE', 'PARTIAL'),
      dieAt: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 25 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ expire: fc.integer({ min: 0, max: 100 }) }) },
);

const write = { id: 'a', scope: 0, dies: false };
/** A pinned snapshot, before which a writer had died, and what came after it collected. */
const overACollectedMiddle: Step[] = [
  { ...write, content: '1' },
  { ...write, content: '2', dies: true },
  { snapshot: 'PARTIAL', dieAt: 0 },
  { pin: 0 },
  { ...write, content: '3' },
  { ...write, content: '2' },
  { days: 30 },
  { snapshot: 'COMPLETE', dieAt: 0 },
  { days: 8 },
  { snapshot: 'COMPLETE', dieAt: 0 },
  { unpin: 2 },
  { days: 1 },
  { snapshot: 'COMPLETE', dieAt: 0 },
];

class Dead extends Error {}

describe('a vault in which people work, writers die and collections die', () => {
  it('shows every instant since its horizon, and every kept snapshot, as it was', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), async (steps) => {
        const world = new World();
        for (const each of steps) await world.do(each);
        await world.do({ snapshot: 'COMPLETE', dieAt: 0 });
        await world.do({ days: 9 });
        await world.do({ snapshot: 'COMPLETE', dieAt: 0 });
      }),
      { numRuns: 60, seed: 20260102, examples: [[overACollectedMiddle]] },
    );
  });

  it('forgets in the end all that it need not show', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40, size: 'max' }), async (steps) => {
        const world = new World();
        for (const each of steps) await world.do('content' in each ? { ...each, dies: false } : each);
        await world.unpinAll();
        for (const days of [1, 30, 20, 20]) {
          await world.do({ days });
          await world.do({ snapshot: 'COMPLETE', dieAt: 0 });
          await world.do({ expire: 100 });
        }
        await world.assertOnlyCurrent();
      }),
      { numRuns: 40, seed: 20260103 },
    );
  });
});

class World {
  private readonly items: MemoryItems = new Map();
  private readonly clock = new FakeClock();
  private readonly views: { readonly instant: string; readonly view: unknown }[] = [];
  private readonly snapshots: string[] = [];
  private runs = 0;

  async do(step: Step): Promise<void> {
    this.clock.advance(60_000);
    if ('content' in step) await this.write(step);
    else if ('days' in step) this.clock.advance(step.days * day);
    else if ('pin' in step) await this.pin(this.snapshots.at(-1 - step.pin));
    else if ('unpin' in step) await unpin(this.vault(), this.snapshots.at(-1 - step.unpin) ?? '');
    else if ('expire' in step) this.expire(step.expire);
    else await this.snapshot(step.snapshot, step.dieAt);
  }

  async unpinAll(): Promise<void> {
    for (const startedAt of this.snapshots) await unpin(this.vault(), startedAt);
  }

  /** Of each resource the current version alone; of a deleted one nothing. */
  async assertOnlyCurrent(): Promise<void> {
    const vault = this.vault();
    const current: string[] = [];
    for (const scope of scopes) {
      for await (const { state, pk, version } of vault.heads(scope)) {
        assert.equal(state, 'LIVE', `${pk} was deleted long ago`);
        current.push(version);
      }
    }
    const left: string[] = [];
    for (const id of ids) for await (const { sk } of vault.versions('asset', id)) left.push(sk);
    assert.deepEqual(left.sort(), current.sort());
  }

  private async write({ id, scope, content, dies }: Extract<Step, { content: unknown }>): Promise<void> {
    const vault = this.vault();
    if (dies) vault.putHead = () => Promise.reject(new Dead());
    const ref = scopes[scope] ?? scopes[0];
    assert.ok(ref);
    await vault.registerScope(ref, new Date(this.clock.now()).toISOString());
    const run = { runId: `run${++this.runs}`, source: 'snapshot' } as const;
    const observation = {
      record: { content },
      facets: {},
      columns: {},
      normaliser: 1,
      renormalise: (record: object) => record as never,
    };
    const writer = new VaultWriter(vault, run, () => this.clock.now());
    try {
      await writer.write(ref, id, async () => (content === null ? undefined : observation));
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
    }
    await this.look();
  }

  /** What is shown now is to be shown for as long as it is readable. */
  private async look(): Promise<void> {
    const instant = new Date(this.clock.now()).toISOString();
    this.clock.advance(30_000);
    this.views.push({ instant, view: await this.view(instant) });
  }

  private async pin(startedAt = ''): Promise<void> {
    try {
      await pin(this.vault(), startedAt, 'me', 'for a test');
    } catch (error) {
      if (!(error instanceof UnpinnableError || error instanceof BeyondHorizonError)) throw error;
    }
  }

  private async snapshot(status: 'COMPLETE' | 'PARTIAL', dieAt: number): Promise<void> {
    const vault = this.vault();
    const execution = `arn:execution:${++this.runs}`;
    const { now } = vault;
    const acquired = await acquireLease(vault, execution, { isRunning: async () => false }, now);
    assert.ok(acquired.taken);
    const { startedAt, runId } = acquired.lease;
    const run: Run = { ...theRun, startedAt, runId, execution };
    const cutAt = new Date(now()).toISOString();
    this.clock.advance(30_000);
    this.views.push({ instant: cutAt, view: await this.view(cutAt) });
    await closeManifest(vault, { status, startedAt, runId, execution, region: 'eu-west-1', cutAt });
    this.snapshots.push(startedAt);
    if (status === 'COMPLETE') await this.collect(run, dieAt);
    await this.assertKept();
  }

  private async collect(run: Run, dieAt: number): Promise<void> {
    let calls = 0;
    const dying = this.vault(() => {
      if (dieAt > 0 && ++calls >= dieAt) throw new Dead();
    });
    const dependencies = { vault: dying, now: dying.now, timeIsUp: () => true };
    try {
      while ((await collect(dependencies, run, retention)).more);
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
    }
  }

  private async assertKept(): Promise<void> {
    for (const { instant, view } of this.views) {
      if (await readableAt(this.vault(), instant)) assert.deepEqual(await this.view(instant), view, instant);
      else await assert.rejects(this.view(instant), BeyondHorizonError);
    }
    const explained: Explained[] = [];
    for await (const one of explain(this.vault())) explained.push(one);
    const complete = explained.filter(({ status }) => status === 'COMPLETE');
    for (const { manifest } of complete.slice(0, retention.keepSnapshots)) {
      assert.ok(await readableAt(this.vault(), manifest.cutAt ?? ''), `newest ${manifest.cutAt}`);
    }
    for (const { cutAt } of await pins(this.vault())) {
      assert.ok(await readableAt(this.vault(), cutAt), `pinned ${cutAt}`);
    }
    for (const { manifest, kept } of explained) {
      const readable = await readableAt(this.vault(), manifest.cutAt ?? '');
      assert.ok(kept.length === 0 || readable, `${manifest.startedAt} is kept and not readable`);
    }
  }

  private async view(instant: string): Promise<unknown> {
    const vault = this.vault();
    const found = [];
    for (const scope of scopes) {
      for await (const held of heldAt(vault, scope, instant)) {
        if (held.live) found.push([scope.scopeId, held.id, (await contentOf(vault, held)).record]);
      }
    }
    return found;
  }

  /** Past its time, and in no order: `share` of a hundred. */
  private expire(share: number): void {
    for (const [pk, partition] of this.items) {
      for (const [sk, item] of partition) {
        const past = typeof item.expiresAt === 'number' && item.expiresAt * 1000 <= this.clock.now();
        if (past && Number.parseInt(sha256(`${pk} ${sk}`).slice(0, 6), 16) % 100 < share)
          partition.delete(sk);
      }
    }
  }

  private vault(beforeCall: () => void = () => undefined): Vault {
    const table = new MemoryTable(this.items, 'eu-west-1', async ({ answer }) => {
      beforeCall();
      return answer();
    });
    return new Vault(table, theRun.domainId, () => this.clock.now());
  }
}

const theRun = { domainId: 'dzd_1', domainVersion: 'V1', epoch: 1, allProjects: false } as const;
