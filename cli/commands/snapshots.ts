import { Command } from 'commander';
import { explain } from '../../core/vault/pins';
import type { Cli } from '../program';
import { proofsOf, standing } from '../snapshot-of';
import { table } from '../table';
import { textOfKept } from './explain';

/** Is my backup complete, and proven in both Regions? */
export function snapshots(cli: Cli): Command {
  return new Command('snapshots')
    .description('lists the snapshots, newest first: status, proof in each Region, why it is kept')
    .action((_options, command: Command) =>
      cli.answer(command, async (vaults) => {
        const listed = [];
        for await (const { manifest, status, kept } of explain(vaults.here)) {
          const { startedAt, cutAt, kinds = {}, reason } = manifest;
          const proofs = await proofsOf(vaults, startedAt);
          listed.push({
            startedAt,
            status: await standing(vaults.here, manifest, status),
            cutAt,
            resources: Object.values(kinds).reduce((sum, { count }) => sum + count, 0),
            proofs: Object.fromEntries(
              Object.entries(proofs).map(([region, proof]) => [region, proof?.status]),
            ),
            kept,
            reason,
          });
        }
        const regions = [vaults.here.table.region, vaults.peer.table.region].sort();
        const rows = listed.map(({ startedAt, status, resources, proofs, kept, reason }) => [
          startedAt,
          status,
          String(resources),
          ...regions.map((region) => proofs[region] ?? '-'),
          reason ?? kept.map(textOfKept).join(', '),
        ]);
        const headings = [
          'SNAPSHOT',
          'STATUS',
          'RESOURCES',
          ...regions.map((region) => `PROOF ${region}`),
          'KEPT',
        ];
        const text =
          listed.length === 0 ? 'There is no snapshot yet: take a backup first.' : table(headings, rows);
        return { json: listed, text };
      }),
    );
}
