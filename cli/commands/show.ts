import { Command } from 'commander';
import type { Cli } from '../program';
import { proofsOf, snapshotOf, standing } from '../snapshot-of';
import { table } from '../table';

const findings = ['unreadable', 'unresolved', 'shrunk', 'dangling', 'outside', 'enrolled'] as const;

/** What a snapshot says of every kind, and what it found. */
export function show(cli: Cli): Command {
  return new Command('show')
    .description('shows one snapshot: counts by kind, findings, decision, proofs')
    .argument('[snapshot]', 'its start, as dzr snapshots prints it', 'newest')
    .action((startedAt: string, _options, command: Command) =>
      cli.answer(command, async (vaults) => {
        const { manifest, decision, status } = await snapshotOf(vaults.here, startedAt);
        const proofs = await proofsOf(vaults, manifest.startedAt);
        const regions = Object.keys(proofs);
        const lines = [
          `${manifest.startedAt} ${await standing(vaults.here, manifest, status)}${manifest.cutAt === undefined ? '' : `, cut at ${manifest.cutAt}`}, by ${manifest.region}`,
          ...(manifest.reason === undefined ? [] : [manifest.reason]),
          ...(manifest.overlapsRestore === undefined
            ? []
            : [`overlaps a restore into the domain: ${manifest.overlapsRestore.join(', ')}`]),
          ...(decision === undefined
            ? []
            : [`${decision.decision} by ${decision.by} at ${decision.decidedAt}: ${decision.reason}`]),
          ...regions.map((region) => {
            const proof = proofs[region];
            return proof === undefined
              ? `${region}: not proven yet`
              : `${region}: ${proof.status} at ${proof.provenAt}${proof.unproven.length === 0 ? '' : `, but for ${proof.unproven.join(', ')}`}`;
          }),
        ];
        const kinds = Object.entries(manifest.kinds ?? {}).map(([kind, tally]) => [
          kind,
          String(tally.count),
          String(tally.changed),
          String(tally.deleted),
          tally.oldestReading ?? '-',
        ]);
        if (kinds.length > 0)
          lines.push('', table(['KIND', 'COUNT', 'CHANGED', 'DELETED', 'OLDEST READING'], kinds));
        if (manifest.drift !== undefined) lines.push('', driftText(manifest.drift));
        for (const name of findings) {
          const found = manifest[name];
          if (found === undefined || found.count === 0) continue;
          lines.push('', `${found.count} ${name}:`, ...found.first.map((line) => `  ${line}`));
        }
        return { json: { ...manifest, status, decision, proofs }, text: lines.join('\n') };
      }),
    );
}

/** What the events before a snapshot should have told of, and did not. */
function driftText(drift: Readonly<Record<string, number>>): string {
  const missed = Object.entries(drift).map(([kind, count]) => `${count} ${kind}`);
  return missed.length === 0
    ? 'change capture had missed nothing'
    : `change capture had missed ${missed.join(', ')}`;
}
