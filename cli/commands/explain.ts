import { Command } from 'commander';
import { readHorizon } from '../../core/vault/horizon';
import { explain as explainAll, type KeptBecause } from '../../core/vault/pins';
import { NoSuchSnapshotError } from '../../core/vault/verify';
import type { Cli } from '../program';

/** Why is this still here, and how far back can I go? */
export function explain(cli: Cli): Command {
  return new Command('explain')
    .description('says why snapshots are kept, and from when on every instant can be read')
    .argument('[snapshot]', 'its start; all of them if left out')
    .action((wanted: string | undefined, _options, command: Command) =>
      cli.answer(command, async ({ here }) => {
        const horizon = await readHorizon(here);
        const found = [];
        for await (const one of explainAll(here)) {
          if (wanted === undefined || one.manifest.startedAt === wanted) found.push(one);
        }
        if (wanted !== undefined && found.length === 0) {
          throw new NoSuchSnapshotError(`The vault has no snapshot ${wanted}: dzr snapshots lists them`);
        }
        const whole =
          horizon === undefined
            ? 'Nothing was ever collected: every instant since the first backup can be read.'
            : `Every instant from ${horizon.at} on can be read, for ${horizon.retentionDays} days; before it, the cuts of pinned and of the newest ${horizon.keepSnapshots} COMPLETE snapshots.`;
        const lines = found.map(({ manifest, status, kept }) => {
          const why = kept.length === 0 ? 'its manifest alone' : kept.map(textOfKept).join(', ');
          return `${manifest.startedAt} ${status}: ${why}`;
        });
        const json = {
          horizon,
          snapshots: found.map(({ manifest, status, kept }) => ({
            startedAt: manifest.startedAt,
            status,
            kept,
          })),
        };
        return { json, text: [...lines, whole].join('\n') };
      }),
    );
}

export function textOfKept(kept: KeptBecause): string {
  switch (kept.why) {
    case 'newest':
      return `number ${kept.number} of the newest COMPLETE`;
    case 'pinned':
      return `pinned by ${kept.by} (${kept.reason})`;
    case 'retention':
      return 'within retention';
    case 'undecided':
      return 'undecided';
  }
}
