import assert from 'node:assert/strict';
import { kindByName } from '../../../core/catalog/registry';
import { FakeClock } from '../../../local/clock';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { SickSource } from './sick-source';
import { revise, reword, withoutManagedTypes } from './small-domain';
import { type Committed, contentsAt } from './vault-views';

export const day = 24 * 3600_000;
export const retention = { retentionDays: 10, keepSnapshots: 3 };
const kinds = ['project', 'glossary', 'glossaryTerm', 'formType', 'assetType', 'asset'].map(kindByName);

/** A small domain on a clock of its own, backed up once; then days pass. */
export class DaysOfWork {
  private constructor(
    readonly bench: BackupBench,
    readonly clock: FakeClock,
    readonly sick: SickSource,
    readonly first: Committed,
    /** What the first snapshot showed. */
    readonly firstView: unknown,
  ) {}

  static async start(): Promise<DaysOfWork> {
    const clock = new FakeClock();
    const sick = new SickSource();
    const bench = await BackupBench.start({
      projects: 1,
      assets: 4,
      clock,
      inMemory: true,
      kinds,
      decorate: withoutManagedTypes,
    });
    const first = await committed(bench, sick, {});
    return new DaysOfWork(bench, clock, sick, first, await contentsAt(bench.vault(), first.cutAt));
  }

  run(options: RunOptions = {}): Promise<Committed> {
    return committed(this.bench, this.sick, options);
  }

  /** Days on each of which an asset and a term are changed, and a backup runs. */
  async work(days: number, options: RunOptions = {}): Promise<Committed[]> {
    const runs: Committed[] = [];
    for (let number = 1; number <= days; number++) {
      this.clock.advance(day);
      this.change();
      runs.push(await this.run(options));
    }
    return runs;
  }

  change(): void {
    const [project] = this.bench.projects;
    assert.ok(project);
    const today = new Date(this.clock.now()).toISOString();
    revise(this.bench, project.assetIds[0], today);
    reword(this.bench, project, today);
  }

  asset(number: number): string {
    return this.bench.projects[0]?.assetIds[number] ?? '';
  }

  /** Sort keys of an asset's versions that are not marked to end. */
  versionsLeft(id: string): string[] {
    const pk = this.bench.vault().keys.versions('asset', id);
    return [...(this.bench.vaultItems.get(pk) ?? [])]
      .filter(([, item]) => !('expiresAt' in item))
      .map(([sk]) => sk);
  }
}

async function committed(bench: BackupBench, sick: SickSource, options: RunOptions): Promise<Committed> {
  const result = await bench.run({ between: sick.between, retention, ...options });
  assert.ok('more' in result && !result.more, JSON.stringify(result));
  return result;
}
