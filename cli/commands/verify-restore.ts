import { Command } from 'commander';
import { kinds } from '../../core/catalog/registry';
import { instantOf } from '../../core/restore/instant';
import { verifyRestored } from '../../core/restore/restore';
import { RestoreRun } from '../../core/restore/restore-run';
import type { SelectionSettings } from '../../core/restore/selection';
import type { ValueMappingRules } from '../../core/restore/value-mapping';
import type { Verdict } from '../../core/restore/verify-restore';
import type { Vault } from '../../core/vault/vault';
import { UsageError } from '../answer';
import type { Cli } from '../program';
import { proofLines } from '../proof-lines';
import {
  type RestoreOptions,
  restoreOptions,
  withRateShare,
  withRestorer,
  withSelection,
  withTarget,
  withTime,
} from '../restore-options';
import { counted, table } from '../table';
import { regionOf, restorerIn, targetAt } from '../targets';

/** Is the domain what it was? */
export function verifyRestore(cli: Cli): Command {
  const command = new Command('verify-restore')
    .description('compares a domain with the vault, resource by resource; exit code 1 if they are not equal')
    .argument('[plan]', 'id of a plan: compare with what it restores, and where');
  return withRestorer(withRateShare(withSelection(withTarget(withTime(command))))).action(
    (runId: string | undefined, raw: unknown, self: Command) =>
      cli.answer(self, async ({ here: vault }) => {
        const options = restoreOptions(raw);
        const compared =
          runId === undefined ? await askedFor(vault, options) : await ofPlan(vault, runId, options);
        const { instant, selection, domainId, mapping } = compared;
        const region = compared.region ?? (await regionOf(vault, domainId, instant));
        const { rateShare } = options;
        const target = await targetAt({ domainId, region, rateShare }, cli.openTarget);
        const restorer = await restorerIn(target, options.restorer);
        const args = { vault, target, kinds, now: vault.now };
        const verdict = await verifyRestored(args, { instant, selection, mapping }, restorer);
        const is = verdict.equal ? 'equal' : 'NOT equal';
        const lines = [
          `${domainId} in ${region} and ${vault.domainId} as of ${instant}: ${is}`,
          ...compared.lines,
          ...verdictLines(verdict),
        ];
        return {
          json: { instant, targetDomainId: domainId, targetRegion: region, selection, ...verdict },
          text: lines.join('\n'),
          found: !verdict.equal,
        };
      }),
  );
}

interface Comparison {
  readonly instant: string;
  readonly selection: SelectionSettings;
  readonly domainId: string;
  readonly region: string | undefined;
  readonly mapping: ValueMappingRules | undefined;
  /** What people must know of the time. */
  readonly lines: readonly string[];
}

async function askedFor(vault: Vault, options: RestoreOptions): Promise<Comparison> {
  const { selection, target, targetRegion } = options;
  const instant = await instantOf(vault, options);
  return {
    instant: instant.instant,
    selection,
    domainId: target ?? vault.domainId,
    region: targetRegion,
    mapping: options.mapping,
    lines: proofLines(instant),
  };
}

async function ofPlan(vault: Vault, runId: string, options: RestoreOptions): Promise<Comparison> {
  const { at, target, targetRegion, mapping, selection } = options;
  if (
    [at, target, targetRegion, mapping, ...Object.values(selection)].some((option) => option !== undefined)
  ) {
    throw new UsageError(
      `<plan> ${runId} says time, target and selection itself. Give it alone, or these options without it.`,
    );
  }
  const { header } = await RestoreRun.open(vault, runId);
  return {
    instant: header.instant,
    selection: header.selection,
    domainId: header.targetDomainId,
    region: header.targetRegion,
    mapping: header.mapping,
    lines: [],
  };
}

function verdictLines({ kinds: verdicts, differences, extras }: Verdict): string[] {
  const rows = Object.entries(verdicts).map(([kind, { equal, different, missing, manual }]) => [
    kind,
    ...[equal, different, missing, manual].map(String),
  ]);
  const { byService, byRestore, byOthers } = extras;
  return [
    '',
    table(['KIND', 'EQUAL', 'DIFFERENT', 'MISSING', 'MANUAL'], rows),
    ...(differences.length === 0 ? [] : ['', `${counted(differences.length, 'difference')}:`]),
    ...differences.map((line) => `  ${line}`),
    '',
    `Beyond the backup: ${byService} by the service, ${byRestore} by the restore, ${byOthers.length} by others`,
    ...byOthers.map((line) => `  ${line}`),
  ];
}
