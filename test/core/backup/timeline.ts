import assert from 'node:assert/strict';
import { kindByName } from '../../../core/catalog/registry';
import { hashOf } from '../../../core/vault/canonical';
import { tombstoneHash } from '../../../core/vault/vault';
import { createAsset } from '../../../local/fixture/fill-domain';
import type { Random } from '../../../local/random';
import type { BackupBench } from '../../support/in-process-backup';
import { captureByEvent, readLive } from './change-capture';
import { forCalls, publish, remove, revise, reword } from './small-domain';
import { lineOf } from './vault-views';

/** What the domain said of a resource from a time on. */
interface Moment {
  readonly at: number;
  readonly content: string;
}

/** Works in a domain at random, and knows what each asset and term was when. */
export class Timeline {
  private readonly moments = new Map<string, Moment[]>();
  private readonly assets: string[];
  private queue = Promise.resolve();
  private count = 0;

  private constructor(
    private readonly bench: BackupBench,
    private readonly random: Random,
  ) {
    this.assets = bench.projects.flatMap(({ assetIds }) => assetIds);
  }

  static async of(bench: BackupBench, random: Random): Promise<Timeline> {
    const timeline = new Timeline(bench, random);
    for (const id of timeline.assets) await timeline.note('asset', id);
    for (const { termIds } of bench.projects)
      for (const id of termIds) await timeline.note('glossaryTerm', id);
    return timeline;
  }

  /** One change, after those that were asked for before. */
  change(): Promise<void> {
    this.queue = this.queue.then(() => this.changeNow());
    return this.queue;
  }

  /**
   * What holds after a run that began at `startedAt`, whatever it met: no head ever named an older content after
   * a newer one, or a deletion that was none; and in scopes that the manifest does not name, the head is at least
   * as new as what every index showed by then.
   */
  async assertKept(startedAt: string, indexLag: number, unreadable: readonly string[]): Promise<void> {
    const vault = this.bench.vault();
    for (const [resource, moments] of this.moments) {
      const [kind = '', id = ''] = resource.split(' ');
      const scope = { kind, scopeId: this.scopeIdOf(kind) };
      const shownBy = Date.parse(startedAt) - indexLag;
      const shown = moments.findLastIndex(({ at }) => at <= shownBy);
      const isNamed = unreadable.some((line) => line.startsWith(`${kind}@${scope.scopeId}:`));
      const head = await vault.head(scope, id);
      if (head === undefined) {
        const isGone = moments.at(-1)?.content === deleted;
        assert.ok(isNamed || shown < 0 || isGone, `${resource} was shown, and is not in the vault`);
        continue;
      }
      let newest = 0;
      for (const { state, hash } of await lineOf(vault, kind, id, head.version)) {
        const next = moments.findIndex(
          ({ content }, index) => index >= newest && content === `${state} ${hash}`,
        );
        assert.ok(next >= 0, `${resource} went back to ${state} ${hash} after ${newest}`);
        newest = next;
      }
      assert.ok(isNamed || newest >= shown, `${resource} is ${newest}, and ${shown} was shown`);
    }
  }

  private async changeNow(): Promise<void> {
    const { bench, random } = this;
    const [project] = bench.projects;
    assert.ok(project);
    const drawn = random.next();
    const id = this.assets[random.below(this.assets.length)];
    if (drawn < 0.3 || id === undefined) {
      const created = createAsset(forCalls(bench), project, 5000 + this.count++);
      this.assets.push(created);
      await this.note('asset', created);
    } else if (drawn < 0.5) {
      publish(bench, id);
    } else if (drawn < 0.6) {
      reword(bench, project, `reworded ${this.count++}`);
      await this.note('glossaryTerm', project.termIds[0] ?? '');
    } else if (drawn < 0.8) {
      revise(bench, id, `revision ${this.count++}`);
      await this.note('asset', id);
    } else {
      remove(bench, id);
      this.assets.splice(this.assets.indexOf(id), 1);
      await this.note('asset', id);
    }
  }

  /** Takes the change down; of every other one, an event tells the vault at once. */
  private async note(kind: string, id: string): Promise<void> {
    await this.add(kind, id);
    if (this.random.chance(0.5))
      await captureByEvent(this.bench, { kind, scopeId: this.scopeIdOf(kind) }, id);
  }

  private async add(kind: string, id: string): Promise<void> {
    const moments = this.moments.get(`${kind} ${id}`) ?? [];
    this.moments.set(`${kind} ${id}`, [...moments, await this.moment(kind, id)]);
  }

  private async moment(kind: string, id: string): Promise<Moment> {
    const at = this.bench.clock.now();
    const reading = await readLive(this.bench, kind, id);
    return { at, content: reading === undefined ? deleted : `LIVE ${hashOf(reading.record)}` };
  }

  private scopeIdOf(kind: string): string {
    const { domainId, projects } = this.bench;
    return kindByName(kind).scope === 'domain' ? domainId : (projects[0]?.projectId ?? '');
  }
}

const deleted = `DELETED ${tombstoneHash}`;
