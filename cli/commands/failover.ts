import { Command, Option } from 'commander';
import { failover as makeWriter } from '../../core/vault/failover';
import { UsageError } from '../answer';
import { reasonSchema, withReason } from '../arguments';
import type { Cli } from '../program';

/** The Region is down: who writes the vault from now on? */
export function failover(cli: Cli): Command {
  return withReason(
    new Command('failover')
      .description('makes a Region the writer of the vault, in both Regions')
      .addOption(new Option('--to <region>', 'the Region that is to write').makeOptionMandatory())
      .option('--force', 'go on though the other Region does not answer, and may still be writing', false),
  ).action((options: { readonly to: string; readonly force: boolean }, command: Command) =>
    cli.answer(command, async ({ here, peer }) => {
      const { to, force } = options;
      const next = [here, peer].find(({ table }) => table.region === to);
      if (next === undefined) {
        throw new UsageError(
          `--to ${to} has no copy of the vault. Give ${here.table.region} or ${peer.table.region}.`,
        );
      }
      const other = next === here ? peer : here;
      const { writer, peerTold, stood } = await makeWriter(next, other, {
        ...reasonSchema.parse(options),
        force,
      });
      const text = stood
        ? `${to} is the writer already, with epoch ${writer.epoch}.`
        : `${to} is the writer from now on, with epoch ${writer.epoch}.${peerTold ? '' : ` ${other.table.region} was not told: replication tells it once it is back. A run that is under way there does not count.`}`;
      return { json: { writer, peerTold, stood }, text };
    }),
  );
}
