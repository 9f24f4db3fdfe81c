import { Command, Option } from 'commander';
import { verifyDeep } from '../../core/vault/deep-verify';
import type { Slice } from '../../core/vault/table';
import { type Verification, verifyQuick } from '../../core/vault/verify';
import { UsageError } from '../answer';
import { slice } from '../arguments';
import type { Cli } from '../program';
import { counted } from '../table';

interface Options {
  readonly snapshot?: string;
  readonly deep: boolean;
  readonly slice?: Slice;
}

/** Items between two lines of progress. */
const progressStep = 10_000;

/** Is what the vault holds what it says that it holds? */
export function verify(cli: Cli): Command {
  return new Command('verify')
    .description("computes a snapshot's counts and digests again in this Region, and looks for damage")
    .option('--snapshot <start>', 'of this snapshot, not of the newest')
    .option('--deep', 'read every item of the table too: checks, contents, histories', false)
    .addOption(new Option('--slice <n/t>', 'read only the n-th of t parts; t runs read all').argParser(slice))
    .action(({ snapshot, deep, slice: part }: Options, command: Command) =>
      cli.answer(command, async ({ here }) => {
        if (part !== undefined && !deep) {
          throw new UsageError(
            `--slice ${part.number}/${part.of} is a part of a deep verification. Give --deep too.`,
          );
        }
        const done = [await verifyQuick(here, snapshot)];
        if (deep) {
          const progress = (items: number) => {
            if (items % progressStep === 0) cli.progress(`${items} items`);
          };
          done.push(await verifyDeep(here, { progress, ...(part === undefined ? {} : { slice: part }) }));
        }
        return {
          json: { region: here.table.region, slice: part, verifications: done },
          text: done.map((one) => textOf(one, here.table.region)).join('\n'),
          found: done.some(({ sound }) => !sound),
        };
      }),
    );
}

function textOf({ level, snapshot, looked, sound, counts, first }: Verification, region: string): string {
  const looks =
    level === 'quick'
      ? `snapshot ${snapshot ?? '(none yet)'}, ${counted(looked, 'resource')}`
      : counted(looked, 'item');
  return [
    `${level}: ${region}, ${looks}: ${sound ? 'sound' : 'DAMAGED'}`,
    ...Object.entries(counts).map(([problem, count]) => `  ${count} ${problem}`),
    ...first.map(({ problem, key, text }) => `  ${problem}: ${text} (${key.pk} ${key.sk})`),
  ].join('\n');
}
