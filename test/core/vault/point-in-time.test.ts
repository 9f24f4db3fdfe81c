import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heldAt } from '../../../core/vault/point-in-time';
import { Vault } from '../../../core/vault/vault';
import { VaultWriter } from '../../../core/vault/writer';
import { type MemoryItems, MemoryTable } from '../../support/memory-table';

/** What a writer does to one resource, and what happens to it between its version and its head. */
interface Write {
  readonly id: string;
  readonly scopeId: string;
  /** Null: it is gone. */
  readonly content: string | null;
  readonly fate: 'lives' | 'dies' | 'stalls';
  readonly stall: number;
  /** What others do while it stalls. */
  readonly meanwhile: readonly Step[];
}
type Step = Write | 'cut' | 'pause';

const settle = 30_000;

const write = (meanwhile: fc.Arbitrary<readonly Step[]>): fc.Arbitrary<Write> =>
  fc.record({
    id: fc.constantFrom('a', 'b'),
    scopeId: fc.constantFrom('project1', 'project2'),
    content: fc.option(fc.constantFrom('1', '2', '3')),
    fate: fc.constantFrom('lives', 'lives', 'dies', 'stalls'),
    stall: fc.integer({ min: 0, max: 60_000 }),
    meanwhile,
  });
const others = fc.constantFrom<Step[]>('cut', 'pause');
const inner = fc.array(fc.oneof(others, write(fc.constant([]))), { maxLength: 3 });
const steps = fc.array(fc.oneof(others, { arbitrary: write(inner), weight: 4 }), {
  minLength: 2,
  maxLength: 14,
});

class Dead extends Error {}

describe('the view at a cut', () => {
  it('is the same for ever, whoever wrote, stalled, raced or died around it', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const world = new World();
        await world.all(all);
        for (const { instant, view } of world.cuts) assert.deepEqual(await world.view(instant), view);
      }),
      { numRuns: 300, seed: 20260101 },
    );
  });
});

class World {
  readonly cuts: { readonly instant: string; readonly view: unknown }[] = [];
  private readonly items: MemoryItems = new Map();
  private clock = Date.UTC(2026, 0, 1);
  private runs = 0;

  async all(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step === 'cut') await this.cut();
      else if (step === 'pause') this.clock += 20_000;
      else await this.write(step);
    }
  }

  async view(instant: string): Promise<unknown> {
    const found = [];
    for (const scopeId of ['project1', 'project2']) {
      for await (const held of heldAt(this.vault(), { kind: 'asset', scopeId }, instant)) found.push(held);
    }
    return found;
  }

  private async cut(): Promise<void> {
    const instant = new Date(this.clock).toISOString();
    this.clock += settle;
    this.cuts.push({ instant, view: await this.view(instant) });
  }

  private async write({ id, scopeId, content, fate, stall, meanwhile }: Write): Promise<void> {
    let puts = 0;
    const vault = this.vault(async () => {
      if (++puts !== 1 || fate === 'lives') return;
      if (fate === 'dies') throw new Dead();
      await this.all(meanwhile);
      this.clock += stall;
    });
    const writer = new VaultWriter(
      vault,
      { runId: `run${++this.runs}`, source: 'snapshot' },
      () => this.clock++,
    );
    const observation = {
      record: { content },
      facets: {},
      columns: {},
      normaliser: 1,
      renormalise: (record: object) => record as never,
    };
    try {
      await writer.write({ kind: 'asset', scopeId }, id, async () =>
        content === null ? undefined : observation,
      );
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
    }
  }

  /** `afterPut` is called after every put of this vault. */
  private vault(afterPut: () => Promise<void> = async () => undefined): Vault {
    const table = new MemoryTable(this.items, 'eu-west-1', async (call) => {
      const answer = await call.answer();
      if (call.operation === 'PutItem') await afterPut();
      return answer;
    });
    return new Vault(table, 'dzd_1');
  }
}
