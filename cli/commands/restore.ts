import { Command } from 'commander';
import { kinds } from '../../core/catalog/registry';
import { Bits } from '../../core/restore/packed';
import { applyRestore } from '../../core/restore/restore';
import { type Outcome, type OutcomeTally, RestoreRun } from '../../core/restore/restore-run';
import type { Vault } from '../../core/vault/vault';
import { outcomesText, totalsText } from '../actions';
import { type Answer, UsageError } from '../answer';
import { OutcomeFile } from '../outcome-file';
import type { Cli } from '../program';
import { restoreOptions, withRateShare, withRestorer } from '../restore-options';
import { regionOf, restorerIn, targetAt } from '../targets';

interface Options {
  readonly stop: boolean;
  readonly outcomes?: string;
}

/** Lines of what went wrong that people are shown; all of them are in dzr plans. */
const mostLines = 50;

/** Do it. */
export function restore(cli: Cli): Command {
  const command = new Command('restore')
    .description(
      'applies a plan, or goes on with a restore that was stopped, died or failed in part; exit code 1 unless all is done',
    )
    .argument('<plan>', 'its id, as dzr plan and dzr plans print it');
  return withRestorer(withRateShare(command))
    .option('--outcomes <file>', 'write what becomes of each action to this file, a line of JSON each')
    .option('--stop', 'ask a restore that is running elsewhere to stop before its next action', false)
    .action((runId: string, options: Options, self: Command) =>
      cli.answer(self, async ({ here }) => {
        const run = await RestoreRun.open(here, runId);
        return options.stop ? stop(run) : apply(cli, here, run, options);
      }),
    );
}

async function stop(run: RestoreRun): Promise<Answer> {
  const { status } = run.header;
  if (status !== 'RUNNING') {
    throw new UsageError(
      `${run.runId} is ${status}: there is nothing to stop. dzr plans lists what is RUNNING.`,
    );
  }
  await run.askToStop();
  return {
    json: { plan: run.runId, asked: 'stop' },
    text: `${run.runId} is asked to stop: it does before its next action. Go on with: dzr restore ${run.runId}`,
  };
}

async function apply(cli: Cli, vault: Vault, run: RestoreRun, options: Options): Promise<Answer> {
  const { outcomes: file } = options;
  const { rateShare, restorer: arn } = restoreOptions(options);
  const { targetDomainId: domainId, targetRegion, instant, totals, status } = run.header;
  const outcomeFile = file === undefined ? undefined : new OutcomeFile(file);
  const done = new Done(run.actionCount);
  for await (const outcome of run.eachOutcome()) {
    // What FAILED is tried again, and gets its line then.
    if (outcome.outcome === 'FAILED') continue;
    done.add(outcome);
    outcomeFile?.add(outcome);
  }
  if (status === 'COMPLETE') return ended(run);
  const region = targetRegion ?? (await regionOf(vault, domainId, instant));
  const target = await targetAt({ domainId, region, rateShare }, cli.openTarget);
  const restorer = await restorerIn(target, arn);
  const total = run.actionCount;
  cli.progress(
    `${domainId} in ${region}: ${totalsText(totals)}${done.count === 0 ? '' : `; ${done.count} of ${total} are done already`}`,
  );
  // Who goes on with what never came to its end takes back that it was asked to stop.
  if (status === 'RUNNING') await run.resume();
  const progress = (outcome: Outcome): void => {
    done.add(outcome);
    outcomeFile?.add(outcome);
    cli.meter(`${done.count} of ${total}`);
  };
  try {
    await applyRestore({ vault, target, kinds, now: vault.now, restorer }, run, { progress });
  } catch (error) {
    cli.meter('');
    if (run.header.status === 'RUNNING') cli.progress(`It can go on: dzr restore ${run.runId}`);
    throw error;
  } finally {
    outcomeFile?.close();
  }
  cli.meter('');
  return ended(run);
}

/** Actions that came to their end, each counted once. */
class Done {
  private readonly seen: Bits;
  count = 0;

  constructor(actionCount: number) {
    this.seen = new Bits(actionCount);
  }

  add({ seq }: Outcome): void {
    if (!this.seen.has(seq)) this.count++;
    this.seen.add(seq);
  }
}

/** What came of all of it. */
async function ended(run: RestoreRun): Promise<Answer> {
  const { runId, header } = run;
  const { status, totals } = header;
  const tally: OutcomeTally = {};
  const open: Outcome[] = [];
  for await (const one of run.eachOutcome()) {
    tally[one.outcome] = (tally[one.outcome] ?? 0) + 1;
    if (one.outcome === 'FAILED' || one.outcome === 'CONFLICT') open.push(one);
  }
  const next = {
    STOPPED: [`Go on with: dzr restore ${runId}`],
    PARTIAL: [
      `dzr restore ${runId} tries again what FAILED; a CONFLICT needs a decision, and a new plan.`,
      `All of it: dzr plans ${runId}`,
    ],
  }[status as string];
  const lines = [
    `${runId} ${status}: ${outcomesText(tally)}`,
    ...open.slice(0, mostLines).map(lineOf),
    ...(open.length > mostLines ? [`and ${open.length - mostLines} more`] : []),
    ...(next ?? [`Check it with: dzr verify-restore ${runId}`]),
  ];
  const json = { plan: runId, status, totals, outcomes: tally, open };
  return { json, text: lines.join('\n'), found: status !== 'COMPLETE' };
}

function lineOf({ kind, sourceId, action, outcome, reason }: Outcome): string {
  return `  ${outcome} ${action} ${kind} ${sourceId}: ${reason}`;
}
