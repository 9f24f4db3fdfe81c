import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Action, makes, writes } from '../../../core/restore/action';
import type { Plan } from '../../../core/restore/plan';
import { applyRestore, keepPlan, planRestore, type RestoreArgs } from '../../../core/restore/restore';
import { claimLasts, type Outcome, RestoreRun } from '../../../core/restore/restore-run';
import type { FakeClock } from '../../../local/clock';
import type { BackupBench } from '../../support/in-process-backup';
import type { Between } from '../../support/in-process-clients';
import { Life, ProcessGoneError } from '../../support/life';
import { committed, randomBench } from '../backup/random-bench';
import { emptyDomain, restoreArgs, resultOf } from './restore-bench';

/** RUNS=100 for the whole property; as many as the suite has time for else. */
const numRuns = Number(process.env.RUNS ?? 3);
const seed = Number(process.env.SEED ?? 20260102);

describe('a plan that is made anew', function () {
  this.timeout(3_600_000);

  for (const version of ['V1', 'V2'] as const) {
    describe(`of a ${version} domain`, () => {
      let bench: BackupBench;
      let clock: FakeClock;
      let settings: { instant: string; selection: object; conflicts: 'update' };
      let calls: number;
      let byService: ReadonlySet<string>;
      let extras: Awaited<ReturnType<typeof resultOf>>['verdict']['extras'];

      before(async () => {
        ({ bench, clock } = await randomBench({ seed: 3, version }));
        settings = { instant: (await committed(bench)).cutAt, selection: {}, conflicts: 'update' };
      });

      it('is empty but for what is left to people, once all was restored as the plan said', async () => {
        const life = new Life({});
        const domainId = emptyDomain(bench, version);
        const { planned, run } = await kept(domainId);
        await applyRestore(restoreArgs(bench, domainId, life.options.between), await reopened(run));
        calls = life.calls;
        const adopted = [...(await run.outcomes()).values()].filter(({ outcome }) => outcome === 'ADOPTED');
        byService = new Set(adopted.map(({ kind, sourceId }) => `${kind} ${sourceId}`));
        extras = await assertFinished(domainId, planned, run);
      });

      const stops = {
        how: fc.constantFrom('asked to stop' as const, 'time is up' as const, 'died' as const),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        doneBeforeDeath: fc.boolean(),
        concurrency: fc.constantFrom(1, 8),
      };

      it('is exactly the rest of a restore that stopped half-way', async () => {
        await fc.assert(
          fc.asyncProperty(fc.record(stops), async ({ how, at, doneBeforeDeath, concurrency }) => {
            const domainId = emptyDomain(bench, version);
            const { planned: first, run } = await kept(domainId);
            const dieAt = 1 + Math.floor(at * (calls - 1));
            await stopped(how, domainId, run, { dieAt, doneBeforeDeath, concurrency });
            clock.advance(claimLasts);
            const outcomes = await run.outcomes();
            const intents = await run.intents();

            const { planned: second, run: rest } = await kept(domainId);

            assert.deepEqual(unlike(first, second, outcomes, intents, byService), []);
            await applyRestore(restoreArgs(bench, domainId), rest);
            assert.deepEqual(await assertFinished(domainId, second, rest), extras);
          }),
          { numRuns, seed, endOnFailure: true },
        );
      });

      async function kept(domainId: string) {
        const args = restoreArgs(bench, domainId);
        const planned = await planRestore(args, settings);
        return { planned, run: await keepPlan(args, settings, planned) };
      }

      async function stopped(
        how: 'asked to stop' | 'time is up' | 'died',
        domainId: string,
        run: RestoreRun,
        { concurrency, ...end }: { dieAt: number; doneBeforeDeath: boolean; concurrency: number },
      ): Promise<void> {
        let sent = 0;
        const between: Between = async (call) => {
          if (++sent === end.dieAt && how === 'asked to stop') await (await reopened(run)).askToStop();
          return call.answer();
        };
        if (how === 'died') {
          const args = restoreArgs(bench, domainId, new Life(end).options.between);
          await assert.rejects(
            (async () => applyRestore(args, await reopened(run, args.vault), { concurrency }))(),
            ProcessGoneError,
          );
        } else {
          const timeIsUp = () => how === 'time is up' && sent >= end.dieAt;
          await applyRestore(restoreArgs(bench, domainId, between), await reopened(run), {
            timeIsUp,
            concurrency,
          });
        }
      }

      /** The restore did what the plan says, one by one, is whole, and leaves nothing to be done. */
      async function assertFinished(domainId: string, planned: Plan, run: RestoreRun) {
        const args: RestoreArgs = restoreArgs(bench, domainId);
        const { outcomes, failed, verdict } = await resultOf(args, settings, run);
        assert.deepEqual(outcomes.map(told), [...planned.actions].map(asPlanned));
        const { differences, equal } = verdict;
        assert.deepEqual({ failed, differences, equal }, { failed: [], differences: [], equal: true });
        const { actions } = await planRestore(args, settings);
        assert.deepEqual(
          [...actions].filter(({ action }) => action !== 'skip' && action !== 'manual').map(lineOf),
          [],
        );
        return verdict.extras;
      }

      function reopened({ runId }: RestoreRun, vault = bench.vault()) {
        return RestoreRun.open(vault, runId);
      }
    });
  }
});

/**
 * Where a plan is not what the first one had left to do, by kind and id. `byService`: what comes of itself with
 * something else that is made, as the owner of a domain unit.
 */
function unlike(
  first: Plan,
  second: Plan,
  outcomes: ReadonlyMap<number, Outcome>,
  intents: { has(seq: number): boolean },
  byService: ReadonlySet<string>,
): string[] {
  const planned = byResource(second);
  const lines = [...byResource(first)].flatMap(([key, actions]) => {
    const is = (planned.get(key) ?? []).map(called).join(', ');
    planned.delete(key);
    const left = actions.filter(({ seq }) => !outcomes.has(seq));
    const mayBeThere = byService.has(key) || left.some(({ seq }) => intents.has(seq));
    const may = [...restOf(actions, left), ...(mayBeThere ? ['update', 'skip'] : [])];
    return may.includes(is) ? [] : [`${key}: ${is}, not ${may.join(' or ')}`];
  });
  return [...lines, ...[...planned.keys()].map((key) => `${key}: was not planned`)];
}

/** What is left of one resource's actions; what was made may be whole already without what it names late. */
function restOf(actions: readonly Action[], left: readonly Action[]): string[] {
  if (!actions.some(writes) || left.length === actions.length) return [actions.map(called).join(', ')];
  return left.length === 0 ? ['skip'] : ['update', 'skip'];
}

function byResource({ actions }: Plan): Map<string, Action[]> {
  const found = new Map<string, Action[]>();
  for (const action of actions) {
    const key = `${action.kind} ${action.id}`;
    found.set(key, [...(found.get(key) ?? []), action]);
  }
  return found;
}

function called({ action, late }: Action): string {
  return late === true ? `late ${action}` : action;
}

function lineOf({ action, kind, id, reason }: Action): string {
  return `${action} ${kind} ${id}: ${reason}`;
}

function told({ seq, action, kind, sourceId, outcome }: Outcome): string {
  const is = outcome === 'ADOPTED' && makes(action) ? 'DONE' : outcome;
  return `${seq} ${action} ${kind} ${sourceId} ${is}`;
}

function asPlanned(action: Action): string {
  const { seq, action: name, kind, id } = action;
  const is = { skip: 'SKIPPED', manual: 'MANUAL', conflict: 'CONFLICT' } as const;
  return `${seq} ${name} ${kind} ${id} ${writes(action) ? 'DONE' : is[name as keyof typeof is]}`;
}
