import { Command } from 'commander';
import { prove as proveNewest } from '../../core/vault/proof';
import { restorePoint } from '../../core/vault/restore-point';
import type { Cli } from '../program';
import { table } from '../table';

/** Can I prove it, here? */
export function prove(cli: Cli): Command {
  return new Command('prove')
    .description(
      'computes the newest COMPLETE snapshot again in this Region and writes the proof; exit code 1 if it differs',
    )
    .action((_options, command: Command) =>
      cli.answer(command, async ({ here }) => {
        const { region } = here.table;
        const proof = await proveNewest(here, () => false);
        if (proof === undefined) {
          const text = `The vault in ${region} has no COMPLETE snapshot to prove yet.`;
          return { json: { region, status: 'no-snapshot' }, text, found: true };
        }
        const point = await restorePoint(here);
        const rows = Object.entries(point?.kinds ?? {}).map(([kind, one]) => [
          kind,
          one?.snapshot ?? '-',
          one?.label ?? 'not proven here',
        ]);
        const outcome = proof.unproven.length === 0 ? '' : `: ${proof.unproven.join(', ')}`;
        const lines = [`${region}: snapshot ${proof.startedAt} is ${proof.status}${outcome}`];
        if (proof.status !== 'proven') lines.push('', table(['KIND', 'RESTORABLE', 'AS'], rows));
        return {
          json: { ...proof, restorePoint: point },
          text: lines.join('\n'),
          found: proof.status !== 'proven',
        };
      }),
    );
}
