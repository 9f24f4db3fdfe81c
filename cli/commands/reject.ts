import { Command } from 'commander';
import { reject as rejectSnapshot } from '../../core/vault/reject';
import { reasonSchema, withReason } from '../arguments';
import type { Cli } from '../program';
import { snapshotOf } from '../snapshot-of';
import { counted } from '../table';

/** What is gone should not be: the vault takes it back. */
export function reject(cli: Cli): Command {
  return withReason(
    new Command('reject')
      .description(
        'rejects the newest HELD snapshot, and those before it: what it took for deleted is live again',
      )
      .argument('<snapshot>', 'its start, or newest'),
  ).action((wanted: string, options: unknown, command: Command) =>
    cli.answer(command, async ({ here }) => {
      const { by, reason } = reasonSchema.parse(options);
      const { manifest } = await snapshotOf(here, wanted);
      const rejection = await rejectSnapshot(here, manifest.startedAt, by, reason);
      const text = `Snapshot ${manifest.startedAt} is rejected by ${rejection.decision.by}: ${counted(rejection.restored, 'resource')} live again in the vault`;
      return { json: rejection, text };
    }),
  );
}
