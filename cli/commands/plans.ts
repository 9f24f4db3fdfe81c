import { Command } from 'commander';
import { type RestoreHeader, RestoreRun, tallyOf } from '../../core/restore/restore-run';
import type { Vault } from '../../core/vault/vault';
import { actionTable, outcomesText, totalsText } from '../actions';
import type { Answer } from '../answer';
import type { Cli } from '../program';
import { table } from '../table';

/** What was planned, and what came of it? */
export function plans(cli: Cli): Command {
  return new Command('plans')
    .description(
      'lists the restores that the vault keeps, newest first, or shows one with its outcomes so far',
    )
    .argument('[plan]', 'its id')
    .option('--all', 'show too what is left as it is', false)
    .action((runId: string | undefined, { all }: { readonly all: boolean }, command: Command) =>
      cli.answer(command, ({ here }) => (runId === undefined ? listed(here) : shown(here, runId, all))),
    );
}

async function listed(vault: Vault): Promise<Answer> {
  const headers: RestoreHeader[] = [];
  for await (const header of RestoreRun.all(vault)) headers.push(header);
  const rows = headers.map(({ runId, status, instant, totals }) => [
    runId,
    status,
    instant,
    totalsText(totals),
  ]);
  const text =
    headers.length === 0 ? 'Nothing was planned yet.' : table(['PLAN', 'STATUS', 'AS OF', 'ACTIONS'], rows);
  return { json: headers.map(told), text };
}

async function shown(vault: Vault, runId: string, all: boolean): Promise<Answer> {
  const run = await RestoreRun.open(vault, runId);
  const { status, instant, targetDomainId, targetRegion, conflicts, totals, finishedAt } = run.header;
  const outcomes = await run.outcomes();
  const actions = [];
  for await (const action of run.actions()) if (all || action.action !== 'skip') actions.push(action);
  const lines = [
    `${runId} ${status}${finishedAt === undefined ? '' : ` at ${finishedAt}`}`,
    `${vault.domainId} as of ${instant}, into ${targetDomainId}${targetRegion === undefined ? '' : ` in ${targetRegion}`}, conflicts: ${conflicts}`,
    `planned: ${totalsText(totals)}`,
    `so far: ${outcomesText(tallyOf(outcomes))}`,
    ...(actions.length === 0 ? [] : ['', actionTable(actions, outcomes)]),
  ];
  const json = {
    ...told(run.header),
    actions: actions.map((action) => ({ ...action, outcome: outcomes.get(action.seq) })),
  };
  return { json, text: lines.join('\n') };
}

function told({ pk: _, sk: __, check: ___, pages: ____, runId: plan, ...header }: RestoreHeader) {
  return { plan, ...header };
}
