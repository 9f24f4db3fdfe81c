import { Command } from 'commander';
import { accept as acceptSnapshot } from '../../core/vault/decisions';
import { reasonSchema, withReason } from '../arguments';
import type { Cli } from '../program';
import { snapshotOf } from '../snapshot-of';

/** What is gone is gone rightly. */
export function accept(cli: Cli): Command {
  return withReason(
    new Command('accept')
      .description('accepts the newest HELD snapshot, and those before it: what is gone is gone rightly')
      .argument('<snapshot>', 'its start, or newest'),
  ).action((wanted: string, options: unknown, command: Command) =>
    cli.answer(command, async ({ here }) => {
      const { by, reason } = reasonSchema.parse(options);
      const { manifest } = await snapshotOf(here, wanted);
      const decision = await acceptSnapshot(here, manifest.startedAt, by, reason);
      return {
        json: decision,
        text: `Snapshot ${manifest.startedAt} is accepted by ${decision.by}: ${decision.reason}`,
      };
    }),
  );
}
