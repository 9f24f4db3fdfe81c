import assert from 'node:assert/strict';
import fc from 'fast-check';
import { modelsOf, ReferenceFinder } from '../../../core/catalog/reference-finder';
import { ResourceAbsentError, ResourceDeniedError } from '../../../core/catalog/source';
import { readManifest } from '../../../core/vault/manifest';
import { contentOf, type Held, heldAt } from '../../../core/vault/point-in-time';
import { Random } from '../../../local/random';
import type { BackupBench } from '../../support/in-process-backup';
import { committed, randomBench } from './random-bench';
import { RandomWork } from './random-work';
import type { Committed } from './vault-views';

describe('a backup while people work', function () {
  this.timeout(300_000);

  const schedules = fc.record({
    seed: fc.nat(),
    version: fc.constantFrom('V1' as const, 'V2' as const),
    /** Of the calls of a run, as many are met by a change. */
    share: fc.constantFrom(0.02, 0.1, 0.3),
    /** How far writes run ahead of what searches show, in milliseconds. */
    lag: fc.constantFrom(0, 20_000),
  });

  it('is COMPLETE only if every reference in it resolves, or what it names was confirmed to be gone', async () => {
    const statuses: string[] = [];
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(schedules, async ({ share, lag, ...options }) => {
        const { bench, clock } = await randomBench({ ...options, unkind: { indexLagMilliseconds: lag } });
        clock.advance(2 * lag);
        const random = new Random(options.seed);
        const work = new RandomWork(bench, random.fork());
        for (let run = 1; run <= 2; run++) {
          const snapshot = await committed(bench, {
            between: (call) => {
              clock.advance(random.below(50));
              if (call.service === 'datazone' && random.chance(share)) work.change();
              return call.answer();
            },
            sleep: async (milliseconds) => clock.advance(milliseconds),
            held: { heldShare: 100, heldLeast: 1_000_000 },
          });
          statuses.push(snapshot.status);
          if (snapshot.status === 'COMPLETE') await assertClosed(bench, snapshot);
        }
        changes += work.done;
      }),
      { numRuns: 30, seed: 20260101 },
    );
    assert.ok(changes > 100, `${changes} changes`);
    const complete = statuses.filter((status) => status === 'COMPLETE').length;
    assert.ok(complete > statuses.length / 4, `${complete} of ${statuses.length} were COMPLETE`);
  });
});

/** Each reference of each record names something that the snapshot holds, or that is neither there nor read. */
async function assertClosed(bench: BackupBench, { startedAt, cutAt }: Committed): Promise<void> {
  const vault = bench.vault();
  const manifest = await readManifest(vault, startedAt);
  assert.ok(manifest?.dangling && manifest.outside);
  const { dangling, outside } = manifest;
  assert.ok(dangling.count + outside.count <= 100, 'more than the manifest shows at once');
  const gone = targetsOf(dangling.first);
  const notRead = targetsOf(outside.first);
  const held: Held[] = [];
  for (const scope of await vault.scopes()) {
    for await (const one of heldAt(vault, scope, cutAt)) if (one.live) held.push(one);
  }
  const holds = new Set(held.map(({ scope, id }) => `${scope.kind} ${id}`));
  const finder = new ReferenceFinder(modelsOf(bench.reader()));
  for (const one of held) {
    const kind = kindOf(bench, one.scope.kind);
    const { record, facets } = await contentOf(vault, one);
    const reading = { id: one.id, scopeId: one.scope.scopeId, record, facets };
    for (const { kind: name, id, path } of await finder.referencesOf(kind, reading)) {
      const named = bench.kinds.find((known) => known.name === name);
      if (named === undefined) continue;
      const targets = [name, named.elsewhere].flatMap((one) => (one === undefined ? [] : [`${one} ${id}`]));
      if (targets.some((target) => holds.has(target) || notRead.has(target))) continue;
      const where = `${path} of ${kind.name} ${one.id} names ${targets.join(' or ')}`;
      assert.ok(
        targets.some((target) => gone.has(target)),
        where,
      );
      await assertAbsent(bench, name, id, where);
    }
  }
}

function kindOf(bench: BackupBench, name: string) {
  return bench.kinds.find((kind) => kind.name === name) ?? assert.fail(`no kind ${name}`);
}

/** A finding is a target and why; ids hold no `: `. */
function targetsOf(findings: readonly string[]): Set<string> {
  return new Set(findings.map((line) => line.split(': ', 1)[0] ?? ''));
}

/** What is gone does not come back: no id is given twice. */
async function assertAbsent(bench: BackupBench, name: string, id: string, where: string): Promise<void> {
  await assert.rejects(
    kindOf(bench, name).read(bench.reader(), id),
    (error) => error instanceof ResourceAbsentError || error instanceof ResourceDeniedError,
    `${where}, which is there`,
  );
}
