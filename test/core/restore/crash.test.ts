import assert from 'node:assert/strict';
import { applyRestore, keepPlan, planRestore } from '../../../core/restore/restore';
import { claimLasts, RestoreRun } from '../../../core/restore/restore-run';
import type { FakeClock } from '../../../local/clock';
import { Random } from '../../../local/random';
import type { BackupBench } from '../../support/in-process-backup';
import { type Between, faulty, type ServiceCall } from '../../support/in-process-clients';
import { Life, ProcessGoneError } from '../../support/life';
import { committed, randomBench } from '../backup/random-bench';
import { emptyDomain, profileOf, restoreArgs, restored, resultOf } from './restore-bench';

/** One call in so many, so that the suite stays short. EVERY_CALL=1 takes each. */
const step = process.env.EVERY_CALL === '1' ? 1 : 97;

const changes = /^(?!Get|List|Search|BatchGet|Query|Scan)/;

describe('a restore that meets trouble', function () {
  this.timeout(1_800_000);

  for (const version of ['V1', 'V2'] as const) {
    describe(`of a ${version} domain`, () => {
      let bench: BackupBench;
      let clock: FakeClock;
      let settings: { instant: string; selection: object; conflicts: 'update' };

      before(async () => {
        ({ bench, clock } = await randomBench({ seed: 3, version }));
        settings = { instant: (await committed(bench)).cutAt, selection: {}, conflicts: 'update' };
      });

      it('goes on where it died, at whatever call, and makes nothing twice', async () => {
        const vault = bench.vaultItems;
        const operations: string[] = [];
        await dying(async (call) => {
          operations.push(call.operation);
          return call.answer();
        });
        // All is done by then, and the claim that is not taken back ends by itself.
        assert.equal(operations.pop(), 'DeleteItem');
        for (let dieAt = 1; dieAt <= operations.length; dieAt += step) {
          for (const doneBeforeDeath of changes.test(operations[dieAt - 1] ?? '') ? [false, true] : [false]) {
            bench.vaultItems = vault;
            const where = `died ${doneBeforeDeath ? 'after' : 'before'} call ${dieAt} of ${operations.length}, ${operations[dieAt - 1]}`;
            const life = new Life({ dieAt, doneBeforeDeath });
            const { domainId, run } = await dying(life.options.between, ProcessGoneError);
            // The dead one has said nothing for so long.
            clock.advance(claimLasts);
            const args = restoreArgs(bench, domainId);
            await applyRestore(args, await reopened(run));
            const { failed, verdict } = await resultOf(args, settings, run);
            assert.deepEqual(
              {
                failed,
                differences: verdict.differences,
                extras: verdict.extras.byOthers,
                equal: verdict.equal,
              },
              whole,
              where,
            );
          }
        }
      });

      for (const turn of [0, 1]) {
        it(`is whole though every other change is done and its answer lost, from number ${turn + 1} on`, async () => {
          let sent = 0;
          await assertWhole(async <T>(call: ServiceCall<T>): Promise<T> => {
            const answer = await call.answer();
            if (call.service !== 'datazone' || !changes.test(call.operation)) return answer;
            return sent++ % 2 === turn ? (lostAnswer() as T) : answer;
          });
        });
      }

      it('is whole though 30 % of the calls are throttled and 5 % fail', async () => {
        const trouble = faulty(new Random(7), { throttled: 0.3, failed: 0.05, lost: 0 });
        await assertWhole((call) => (call.service === 'datazone' ? trouble(call) : call.answer()));
      });

      async function assertWhole(between: Between): Promise<void> {
        const domainId = emptyDomain(bench, version);
        const restorer = await profileOf(restoreArgs(bench, domainId));
        const args = { ...restoreArgs(bench, domainId, between), restorer };
        const { failed, run } = await restored(args, settings);
        if (failed.length > 0) await applyRestore(args, run);
        const calm = restoreArgs(bench, domainId);
        const again = await resultOf(calm, settings, run);
        assert.deepEqual(
          {
            failed: again.failed,
            differences: again.verdict.differences,
            extras: again.verdict.extras.byOthers,
            equal: again.verdict.equal,
          },
          whole,
        );
      }

      async function dying(between: Between, death?: typeof ProcessGoneError) {
        const domainId = emptyDomain(bench, version);
        const calm = restoreArgs(bench, domainId);
        const run = await keepPlan(calm, settings, await planRestore(calm, settings));
        const applying = restoreArgs(bench, domainId, between);
        const begun = reopened(run, applying.vault).then((opened) => applyRestore(applying, opened));
        if (death === undefined) await begun;
        else await assert.rejects(begun, death);
        return { domainId, run };
      }

      function reopened(run: { readonly runId: string }, vault = bench.vault()) {
        return RestoreRun.open(vault, run.runId);
      }
    });
  }
});

const whole = { failed: [], differences: [], extras: [], equal: true };

function lostAnswer(): unknown {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'InternalServerException' };
  return { status: 500, headers, body: JSON.stringify({ message: 'lost' }) };
}
