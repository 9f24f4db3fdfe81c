import { Command, Option } from 'commander';
import { kinds } from '../../core/catalog/registry';
import { type Action, actionNames, type Totals, writes } from '../../core/restore/action';
import { durationsOf, type WaveDuration } from '../../core/restore/duration';
import { instantOf } from '../../core/restore/instant';
import type { ConflictPolicy } from '../../core/restore/plan';
import { keepPlan, planRestore } from '../../core/restore/restore';
import { actionTable, durationText, totalsText } from '../actions';
import type { Cli } from '../program';
import { proofLines } from '../proof-lines';
import {
  restoreOptions,
  withRateShare,
  withRestorer,
  withSelection,
  withTarget,
  withTime,
} from '../restore-options';
import { counted, table } from '../table';
import { regionOf, restorerIn, targetAt } from '../targets';

interface Options {
  readonly conflicts: ConflictPolicy;
  readonly all: boolean;
  readonly relink: boolean;
}

/** What would a restore do, and how long would it take? */
export function plan(cli: Cli): Command {
  const command = new Command('plan').description(
    'says what a restore would do, action for action, and keeps that for dzr restore; exit code 1 if there are conflicts',
  );
  return withRestorer(withRateShare(withSelection(withTarget(withTime(command)))))
    .addOption(
      new Option('--conflicts <policy>', 'what becomes of what is there and differs')
        .choices(['skip', 'update', 'fail'])
        .default('skip'),
    )
    .option('--relink', 'let what stays and still names an old id name the new one', false)
    .option('--all', 'show too what is left as it is', false)
    .action((options: Options, self: Command) =>
      cli.answer(self, async ({ here: vault }) => {
        const { selection, rateShare, restorer, ...asked } = restoreOptions(options);
        const instant = await instantOf(vault, { ...asked, selection });
        const domainId = asked.target ?? vault.domainId;
        const targetRegion = asked.targetRegion ?? (await regionOf(vault, domainId, instant.instant));
        const target = await targetAt({ domainId, region: targetRegion, rateShare }, cli.openTarget);
        const args = {
          vault,
          target,
          kinds,
          now: vault.now,
          restorer: await restorerIn(target, restorer),
        };
        const { conflicts, relink } = options;
        const { acceptIncomplete, mapping } = asked;
        const settings = {
          instant: instant.instant,
          selection,
          conflicts,
          acceptIncomplete,
          mapping,
          relink,
          targetRegion,
        };
        const planned = await planRestore(args, settings);
        const { runId } = await keepPlan(args, settings, planned);

        const { actions, totals } = planned;
        const waves = durationsOf(actions, kinds, rateShare);
        const seconds = waves.reduce((sum, wave) => sum + wave.seconds, 0);
        const shown: Action[] = [];
        let leftAlone = 0;
        for (const action of actions) {
          const isSkipped = action.action === 'skip';
          if (options.all || !isSkipped) shown.push(action);
          if (isSkipped && action.changes !== undefined) leftAlone++;
        }
        const lines = [
          `Plan ${runId}`,
          `${vault.domainId} as of ${instant.instant}, into ${domainId === vault.domainId ? 'the same domain' : domainId} in ${targetRegion}: ${totalsText(totals)}`,
          ...proofLines(instant),
          ...(shown.length > 0 ? ['', actionTable(shown), ''] : []),
          ...leftAloneLines(leftAlone, options.all),
          ...durationLines(waves, seconds, rateShare),
          `Nothing was written to the target. ${nextStep(runId, totals, conflicts)}`,
        ];
        const json = {
          plan: runId,
          instant: instant.instant,
          targetDomainId: domainId,
          targetRegion,
          conflicts,
          selection,
          proof: instant.kinds,
          missing: instant.missing,
          totals,
          seconds,
          waves,
          actions: shown,
        };
        return { json, text: lines.join('\n'), found: (totals.conflict ?? 0) > 0 };
      }),
    );
}

function leftAloneLines(count: number, isShown: boolean): string[] {
  if (count === 0) return [];
  return [
    `${counted(count, 'resource')} of the target ${count === 1 ? 'differs and is' : 'differ and are'} left alone${isShown ? '' : ' (--all shows them)'}; --conflicts update makes them as they were.`,
  ];
}

function durationLines(waves: readonly WaveDuration[], seconds: number, share: number): string[] {
  if (waves.length === 0) return [];
  const rows = waves.map(({ wave, actions, slowest, seconds: ofWave }) => [
    String(wave),
    String(actions),
    slowest,
    durationText(ofWave),
  ]);
  return [
    table(['WAVE', 'CHANGES', 'SLOWEST OPERATION', 'AT LEAST'], rows),
    `${durationText(seconds)} in all at least, at ${share} % of the rates that AWS publishes`,
  ];
}

function nextStep(runId: string, totals: Totals, conflicts: ConflictPolicy): string {
  if (conflicts === 'fail' && (totals.conflict ?? 0) > 0) {
    return 'With --conflicts fail and conflicts, it will not be applied: decide on them, and plan again.';
  }
  const isForNothing = !actionNames.some((action) => writes({ action }) && totals[action] !== undefined);
  return isForNothing ? 'There is nothing to apply.' : `Apply it with: dzr restore ${runId}`;
}
