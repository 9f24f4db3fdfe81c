import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CommitResult } from '../../../core/backup/commit';
import { fail } from '../../../core/backup/fail';
import { verifyDeep } from '../../../core/vault/deep-verify';
import { failover } from '../../../core/vault/failover';
import { manifests, readManifest } from '../../../core/vault/manifest';
import { completeSnapshots, prove } from '../../../core/vault/proof';
import { Vault } from '../../../core/vault/vault';
import { verifyQuick } from '../../../core/vault/verify';
import { createAsset } from '../../../local/fixture/fill-domain';
import { BackupBench } from '../../support/in-process-backup';
import type { Between } from '../../support/in-process-clients';
import { TwoRegions } from '../../support/two-regions';
import { forCalls, remove, revise } from './small-domain';
import { currentView } from './vault-views';

const [primary, secondary] = ['eu-central-1', 'eu-west-1'];

/** Execution of the primary's run. */
const overtaken = 'arn:execution:overtaken';

interface Day {
  readonly seed: number;
  /** Calls that a write takes to the other Region at most. */
  readonly longestLag: number;
  /** Call of the primary's run at which the operator fails over. */
  readonly failoverAt: number;
  /** Whether the Regions see each other then; if not, the fail-over is by force. */
  readonly apart: boolean;
}

const day: fc.Arbitrary<Day> = fc.record({
  seed: fc.nat(1000),
  longestLag: fc.constantFrom(1, 50, 2000),
  failoverAt: fc.integer({ min: 12, max: 150 }),
  apart: fc.boolean(),
});

describe('both Regions writing for the length of the lag', function () {
  this.timeout(120_000);

  it('corrupts nothing, shares no key, and leaves two equal vaults that the next run repairs', async () => {
    await fc.assert(
      fc.asyncProperty(day, async (drawn) => {
        const both = await Both.start(drawn);
        const { lost, won, failure } = await both.failOverDuringRun();

        const { regions, bench } = both;
        regions.settle();
        await both.assertNothingShared();
        await both.assertEqualRegions();
        await both.assertOvertaken(lost, failure);
        assert.deepEqual(won.more === false && won.status, 'COMPLETE');

        const next = await both.run(secondary);
        assert.equal(next.more === false && next.status, 'COMPLETE');
        regions.settle();
        await both.assertEqualRegions();
        for (const region of regions.regions) {
          const vault = regions.vault(region);
          assert.equal((await prove(vault, () => false))?.status, 'proven', region);
        }
        // What is verified below as it will be a day from now, has come by then.
        regions.settle();
        for (const region of regions.regions) {
          const vault = regions.vault(region);
          assert.deepEqual([(await verifyQuick(vault)).counts, await both.deep(vault)], [{}, {}], region);
        }
        const view = await currentView(regions.vault(secondary));
        await bench.emptyVault();
        await bench.run();
        assert.deepEqual(live(view), live(await currentView(bench.vault())), 'as the domain has it');
        await bench.stop();
      }),
      { numRuns: 12, seed: 20260101 },
    );
  });

  it('ends the snapshot of the Region that was told as FAILED, and says why', async () => {
    const both = await Both.start({ seed: 1, longestLag: 2000, failoverAt: 40, apart: false });
    const { lost, failure } = await both.failOverDuringRun();

    assert.equal(failure?.name, 'EpochSupersededError');
    assert.match(failure?.message ?? '', /eu-west-1 has become the writer with epoch 2/);
    both.regions.settle();
    assert.equal((await readManifest(both.regions.vault(secondary), lost))?.status, 'FAILED');
    await both.bench.stop();
  });
});

class Both {
  private constructor(
    readonly bench: BackupBench,
    readonly regions: TwoRegions,
    private readonly day: Day,
  ) {}

  static async start(drawn: Day): Promise<Both> {
    const bench = await BackupBench.start({ projects: 1, assets: 4, inMemory: true, seed: drawn.seed });
    const now = () => bench.clock.now();
    const { domainId, random } = bench;
    const regions = new TwoRegions([primary, secondary], domainId, random.fork(), drawn.longestLag, now);
    const both = new Both(bench, regions, drawn);
    await both.run(primary);
    regions.settle();
    return both;
  }

  async run(region: string, between?: Between, execution?: string): Promise<CommitResult> {
    const [other = ''] = this.regions.regions.filter((one) => one !== region);
    const vaults = {
      here: this.regions.vault(region, region, between),
      peer: this.regions.vault(other, region),
    };
    const ended = await this.bench.run({
      vaults,
      indexLag: 0,
      ...(execution === undefined ? {} : { execution }),
    });
    assert.ok('more' in ended, JSON.stringify(ended));
    return ended;
  }

  /** A run in the primary, in the middle of which the secondary becomes the writer, and runs too. */
  async failOverDuringRun(): Promise<{ lost: string; won: CommitResult; failure: Error | undefined }> {
    const { regions, bench, day } = this;
    this.work('before');
    let calls = 0;
    let other: Promise<CommitResult> | undefined;
    const between: Between = async ({ answer }) => {
      if (++calls === day.failoverAt) other = this.takeOver();
      return answer();
    };
    const failure = await this.run(primary, between, overtaken).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    other ??= this.takeOver();
    const won = await other;
    if (failure !== undefined) {
      // What the state machine does with a failure.
      const cause = { Error: failure.name, Cause: failure.message };
      await fail(regions.vault(primary), overtaken, cause, () => bench.clock.now());
    }
    for await (const { execution, startedAt } of manifests(regions.vault(primary))) {
      if (execution === overtaken) return { lost: startedAt, won, failure };
    }
    throw new Error('the overtaken run left no manifest');
  }

  private async takeOver(): Promise<CommitResult> {
    const { regions, day } = this;
    regions.apart = day.apart;
    const request = { by: 'ann', reason: 'drill', force: day.apart };
    await failover(regions.vault(secondary), regions.vault(primary, secondary), request);
    this.work('after');
    return this.run(secondary);
  }

  private work(text: string): void {
    const [project] = this.bench.projects;
    assert.ok(project);
    revise(this.bench, project.assetIds[0], text);
    createAsset(forCalls(this.bench), project, 2001 + 2 * text.length);
    if (text === 'after') remove(this.bench, project.assetIds[3]);
  }

  /** No version, and no part, was ever put twice with another content. */
  async assertNothingShared(): Promise<void> {
    const versions = new Set<string>();
    for (const items of Object.values(this.regions.items)) {
      for (const [pk, partition] of items) {
        for (const [sk, item] of partition)
          if ('source' in item || 'payload' in item) versions.add(`${pk} ${sk}`);
      }
    }
    assert.ok(versions.size > 20);
    for (const key of versions) assert.equal(this.regions.put.get(key)?.size, 1, key);
  }

  async assertEqualRegions(): Promise<void> {
    const [one, other] = this.regions.regions.map((region) => this.regions.items[region]);
    assert.deepEqual(sorted(one), sorted(other));
  }

  /** The overtaken snapshot counts for nothing, unless it had ended before the other Region became the writer. */
  async assertOvertaken(lost: string, failure: Error | undefined): Promise<void> {
    const vault = this.regions.vault(primary);
    for await (const { startedAt, finishedAt } of completeSnapshots(vault)) {
      if (startedAt !== lost) continue;
      assert.equal(failure, undefined);
      assert.ok(finishedAt <= ((await vault.writer())?.since ?? ''), 'ended afterwards');
    }
  }

  /** What is found a day later, when nothing is young any more. */
  async deep({ table, domainId, now }: Vault) {
    return (await verifyDeep(new Vault(table, domainId, () => now() + 24 * 3600_000))).counts;
  }
}

function live(view: readonly string[]): string[] {
  return view.filter((line) => line.endsWith(' LIVE'));
}

function sorted(items: TwoRegions['items'][string] | undefined) {
  return [...(items ?? [])]
    .flatMap(([pk, partition]) => [...partition].map(([sk, item]) => `${pk} ${sk} ${item.check}`))
    .sort();
}
