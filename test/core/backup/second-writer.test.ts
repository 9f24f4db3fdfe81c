import assert from 'node:assert/strict';
import fc from 'fast-check';
import { kindByName } from '../../../core/catalog/registry';
import { hashOf } from '../../../core/vault/canonical';
import type { ScopeRef } from '../../../core/vault/keys';
import { compareVault } from '../../../local/compare/compare-vault';
import { createAsset } from '../../../local/fixture/fill-domain';
import { BackupBench } from '../../support/in-process-backup';
import type { Between } from '../../support/in-process-clients';
import type { MemoryItems } from '../../support/memory-table';
import { captureByEvent, readLive } from './change-capture';
import { fewKinds, forCalls, remove, revise } from './small-domain';
import { lineOf } from './vault-views';

/** A change that somebody makes while a snapshot runs, and that an event tells of. */
type Change = { readonly asset: number; readonly what: 'revise' | 'remove' | 'create' | 'rename project' };

const change: fc.Arbitrary<Change> = fc.record({
  asset: fc.nat(3),
  what: fc.constantFrom('revise', 'revise', 'revise', 'remove', 'create', 'rename project'),
});

describe('a snapshot beside a writer of changes', function () {
  this.timeout(120_000);

  for (const indexLag of [0, 15 * 60_000]) {
    it(`takes back nothing that is written at any of its calls, with an index ${indexLag} ms late`, async () => {
      const race = await Race.start();
      await race.bench.run({ indexLag });
      const { calls } = race.bench;
      const both = ['revise', 'rename project'] as const;
      for (let at = 1; at <= calls; at++) {
        // What no event has told of: the snapshot finds it, and must not put it over what comes after it.
        for (const what of both) await race.change({ what, asset: 0 }, `unseen ${at}`);
        let call = 0;
        let made: Promise<unknown> | undefined;
        const between: Between = async ({ answer }) => {
          if (++call === at) {
            made = Promise.all(both.map((what) => race.make({ what, asset: 0 }, at, race.watched())));
          }
          await made;
          return answer();
        };
        await race.bench.run({ between: race.watched(between), indexLag });
        await race.assertNewest(`written at call ${at} of ${calls}`);
      }
      await race.assertNothingLost();
      await race.bench.stop();
    });
  }

  it('loses no version, moves no head backwards, and ends equal to the domain', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0, 15 * 60_000),
        async (scheduler, changes, indexLag) => {
          const race = await Race.start();
          const inTurn: Between = async ({ answer }) => {
            await scheduler.schedule(Promise.resolve());
            return answer();
          };
          const snapshot = race.bench.run({ between: race.watched(inTurn), indexLag });
          const events = changes.map(async (one, number) => {
            await scheduler.schedule(Promise.resolve());
            await race.make(one, number, race.watched(inTurn));
          });
          await scheduler.waitFor(Promise.all([snapshot, ...events]));
          await race.assertNothingLost();
          await race.assertEqualToDomain();
          await race.bench.stop();
        },
      ),
      { numRuns: 40, seed: 20260101 },
    );
  });
});

class Race {
  /** Of each watched resource, the hash of every content that the domain gave it, in order. */
  private readonly contents = new Map<string, string[]>();
  /** Every head and version that was put, in order. */
  private readonly heads = new Map<string, string[]>();
  private readonly versions = new Map<string, unknown>();
  private readonly gone = new Set<string>();

  private constructor(
    readonly bench: BackupBench,
    private readonly before: MemoryItems,
  ) {}

  static async start(): Promise<Race> {
    const bench = await BackupBench.start({ projects: 1, assets: 4, inMemory: true, kinds: fewKinds });
    await bench.run();
    const race = new Race(bench, bench.vaultItems);
    await race.note('project', bench.projects[0]?.projectId ?? '');
    for (const id of bench.projects[0]?.assetIds ?? []) await race.note('asset', id);
    return race;
  }

  /** Makes a change in the domain, then does what change capture does on its event. */
  async make(change: Change, number: number, between: Between): Promise<void> {
    const changed = await this.change(change, `number ${number}`);
    if (changed === undefined) return;
    await captureByEvent(this.bench, this.scopeOf(changed.kind), changed.id, between);
  }

  /** Makes a change in the domain. Undefined: there was nothing left to change. */
  async change({ asset, what }: Change, text: string): Promise<{ kind: string; id: string } | undefined> {
    const [project] = this.bench.projects;
    assert.ok(project);
    let id = project.assetIds[asset] ?? '';
    let kind = 'asset';
    if (what === 'create') {
      id = createAsset(forCalls(this.bench), project, 2000 + this.contents.size);
    } else if (what === 'rename project') {
      [kind, id] = ['project', project.projectId];
      const { service, caller, domainId: domainIdentifier } = this.bench;
      service.call('UpdateProject', { domainIdentifier, identifier: id, description: text }, caller);
    } else if (this.gone.has(id)) {
      return undefined;
    } else if (what === 'revise') {
      revise(this.bench, id, text);
    } else {
      remove(this.bench, id);
      this.gone.add(id);
    }
    await this.note(kind, id);
    return { kind, id };
  }

  watched(between: Between = ({ answer }) => answer()): Between {
    return async (call) => {
      const answer = await between(call);
      const { item } = call;
      if (item === undefined || (answer as unknown) !== true) return answer;
      const key = `${item.pk} ${item.sk}`;
      if (typeof item.version === 'string') {
        // A head is put once more with its version for what only tells of a change.
        const before = this.heads.get(key) ?? [];
        if (before.at(-1) !== item.version) this.heads.set(key, [...before, item.version]);
      } else if ('previous' in item || 'payload' in item) {
        this.versions.set(key, item.check);
      }
      return answer;
    };
  }

  /** Every watched resource is in the vault as the domain had it last. */
  async assertNewest(where: string): Promise<void> {
    for (const [resource, contents] of this.contents) {
      const [kind = '', id = ''] = resource.split(' ');
      const head = await this.bench.vault().head(this.scopeOf(kind), id);
      assert.equal(`${head?.state} ${head?.hash}`, contents.at(-1), `${resource} ${where}`);
    }
  }

  async assertNothingLost(): Promise<void> {
    const vault = this.bench.vault();
    const after = this.bench.vaultItems;
    for (const [key, check] of this.versions) {
      const [pk = '', sk = ''] = key.split(' ');
      assert.equal(after.get(pk)?.get(sk)?.check, check, `version ${key}`);
    }
    for (const scope of await vault.scopes()) {
      for await (const head of vault.heads(scope)) {
        const put = this.heads.get(`${head.pk} ${head.sk}`) ?? [];
        const line = await lineOf(vault, scope.kind, head.id, head.version);
        assert.deepEqual(
          line.slice(line.length - put.length).map(({ sk }) => sk),
          put,
          `heads of ${head.id}`,
        );
        assert.ok(this.before.get(head.pk)?.get(head.sk) === undefined || line.length > put.length);
        this.assertForwards(
          `${scope.kind} ${head.id}`,
          line.map(({ state, hash }) => `${state} ${hash}`),
        );
      }
    }
  }

  async assertEqualToDomain(): Promise<void> {
    const { bench } = this;
    const projects = bench.projects.map(({ projectId }) => projectId);
    const now = new Date(bench.clock.now() + 60_000).toISOString();
    const { differences } = await compareVault(
      bench.adminClient(),
      bench.vault(),
      now,
      projects,
      bench.kinds,
    );
    // Of listings no event tells here: what the sweep had passed is the next snapshot's.
    assert.deepEqual(
      differences.filter((line) => !line.startsWith('listing ')),
      [],
    );
  }

  private assertForwards(resource: string, line: readonly string[]): void {
    const contents = this.contents.get(resource);
    if (contents === undefined) return;
    let at = 0;
    for (const content of line) {
      const next = contents.indexOf(content, at);
      assert.ok(next >= 0, `${resource} went back to ${content}, after ${at + 1} of ${contents.length}`);
      at = next;
    }
  }

  private async note(kind: string, id: string): Promise<void> {
    const reading = await readLive(this.bench, kind, id);
    const content = reading === undefined ? `DELETED ${hashOf(null)}` : `LIVE ${hashOf(reading.record)}`;
    const key = `${kind} ${id}`;
    this.contents.set(key, [...(this.contents.get(key) ?? []), content]);
  }

  private scopeOf(kind: string): ScopeRef {
    const { scope } = kindByName(kind);
    const { domainId, projects } = this.bench;
    return { kind, scopeId: scope === 'domain' ? domainId : (projects[0]?.projectId ?? '') };
  }
}
