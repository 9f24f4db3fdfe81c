import { Command } from 'commander';
import { pin as pinSnapshot } from '../../core/vault/pins';
import { reasonSchema, withReason } from '../arguments';
import type { Cli } from '../program';
import { snapshotOf } from '../snapshot-of';

/** Keeps a snapshot, however old it grows. */
export function pin(cli: Cli): Command {
  return withReason(
    new Command('pin')
      .description('keeps what a snapshot shows until it is unpinned')
      .argument('<snapshot>', 'its start, or newest'),
  ).action((wanted: string, options: unknown, command: Command) =>
    cli.answer(command, async ({ here }) => {
      const { by, reason } = reasonSchema.parse(options);
      const { manifest } = await snapshotOf(here, wanted);
      const pinned = await pinSnapshot(here, manifest.startedAt, by, reason);
      return { json: pinned, text: `Snapshot ${manifest.startedAt} is pinned by ${by}: ${reason}` };
    }),
  );
}
