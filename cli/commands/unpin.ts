import { Command } from 'commander';
import { unpin as unpinSnapshot } from '../../core/vault/pins';
import type { Cli } from '../program';

/** Lets a pinned snapshot grow old. */
export function unpin(cli: Cli): Command {
  return new Command('unpin')
    .description('lets a pinned snapshot go: the next collection may take what only it kept')
    .argument('<snapshot>', 'its start')
    .action((startedAt: string, _options, command: Command) =>
      cli.answer(command, async ({ here }) => {
        const unpinned = await unpinSnapshot(here, startedAt);
        const text = `Snapshot ${startedAt} ${unpinned ? 'is unpinned' : 'was not pinned'}`;
        return { json: { startedAt, unpinned }, text };
      }),
    );
}
