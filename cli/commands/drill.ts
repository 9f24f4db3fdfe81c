import { Command, Option } from 'commander';
import * as z from 'zod';
import { readerProfileId } from '../../core/catalog/membership';
import { kinds } from '../../core/catalog/registry';
import { abandonedDrills, cleanUp, type DrillArgs, drill as runDrill } from '../../core/restore/drill';
import { sourceVersion } from '../../core/restore/source-view';
import type { Drill } from '../../core/vault/drill';
import type { Vault } from '../../core/vault/vault';
import { durationText, outcomesText } from '../actions';
import { type Answer, UsageError } from '../answer';
import type { Cli } from '../program';
import { withRateShare } from '../restore-options';
import { counted } from '../table';

const optionsSchema = z.object({
  restorer: z.string().optional(),
  executionRole: z.string().optional(),
  serviceRole: z.string().optional(),
  key: z.string().optional(),
  rateShare: z.number(),
  cleanUp: z.boolean(),
});
type Options = z.infer<typeof optionsSchema>;

/** Would a restore work, and how long would it take? */
export function drill(cli: Cli): Command {
  return withRateShare(
    new Command('drill').description(
      'restores the newest snapshot that is proven here into a scratch domain, compares, and deletes that; exit code 1 if it is not equal',
    ),
  )
    .addOption(new Option('--restorer <arn>', 'IAM role that these credentials are of').env('RESTORER'))
    .addOption(new Option('--execution-role <arn>', 'IAM role that the scratch domain runs under'))
    .addOption(new Option('--service-role <arn>', 'its service role, for a V2 domain'))
    .addOption(new Option('--key <arn>', "KMS key that encrypts it; one of DataZone's if left out"))
    .option('--clean-up', 'only delete what drills of this Region have left; not while one runs', false)
    .action((raw: unknown, command: Command) =>
      cli.answer(command, async ({ here }) => {
        const options = optionsSchema.parse(raw);
        const args = drillArgs(cli, here, options);
        return options.cleanUp ? cleaned(cli, args) : drilled(cli, args, options);
      }),
    );
}

function drillArgs(cli: Cli, vault: Vault, { rateShare, restorer }: Options): DrillArgs {
  const { region } = vault.table;
  return {
    vault,
    client: cli.openDataZone(region),
    openTarget: (domainId) => cli.openTarget({ domainId, region, rateShare }),
    restorer: async (target) => (restorer === undefined ? undefined : readerProfileId(target, restorer)),
    kinds,
    now: vault.now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

async function drilled(cli: Cli, args: DrillArgs, options: Options): Promise<Answer> {
  const { executionRole, restorer, serviceRole: serviceRoleArn, key: keyArn } = options;
  if (executionRole === undefined || restorer === undefined) {
    throw new UsageError(
      '--restorer and --execution-role are needed. Give the role that these credentials are of, and the one that a domain runs under.',
    );
  }
  const needs = {
    version: await sourceVersion(args.vault, kinds),
    executionRoleArn: executionRole,
    serviceRoleArn,
    keyArn,
  };
  const startedAt = new Date(args.now()).toISOString();
  const done = await runDrill(args, startedAt, needs, cli.progress);
  return { json: told(done), text: linesOf(done).join('\n'), found: done.equal !== true || isLeft(done) };
}

async function cleaned(cli: Cli, args: DrillArgs): Promise<Answer> {
  const done: Drill[] = [];
  for (const { startedAt } of await abandonedDrills(args, 0)) {
    cli.progress(`deletes what drill ${startedAt} left`);
    done.push(await cleanUp(args, startedAt));
  }
  const text =
    done.length === 0
      ? `Drills have left nothing in ${args.vault.table.region}.`
      : `Of ${counted(done.length, 'drill')} nothing is left in ${args.vault.table.region} any more.`;
  return { json: done.map(told), text };
}

/** One drill as people read it. */
export function linesOf(drill: Drill): string[] {
  const { startedAt, region, snapshot, seconds, restore, differences = [], notDrilled = {}, failure } = drill;
  const left = Object.entries(notDrilled).map(([kind, count]) => `${kind} ${count}`);
  return [
    `Drill ${startedAt} of snapshot ${snapshot} in ${region}: ${verdictOf(drill)}`,
    ...(seconds === undefined ? [] : [`From its begin until it was compared: ${durationText(seconds)}`]),
    ...(restore === undefined
      ? []
      : [`The restore was ${restore.status}: ${outcomesText(restore.outcomes)}`]),
    ...differences.map((line) => `  ${line}`),
    ...(left.length === 0 ? [] : [`Not drilled: ${left.join(', ')}`]),
    ...(failure === undefined ? [] : [`Failed: ${failure}`]),
    ...(isLeft(drill)
      ? [`Its scratch domain ${drill.domainId ?? ''} is left. Delete it with: dzr drill --clean-up`]
      : []),
  ];
}

export function verdictOf({ stage, equal }: Drill): string {
  if (equal !== undefined) return equal ? 'equal' : 'NOT equal';
  return stage === 'ENDED' ? 'failed' : 'not ended';
}

export function isLeft({ tornDownAt }: Drill): boolean {
  return tornDownAt === undefined;
}

export function told({ pk: _, sk: __, check: ___, creation: ____, ...drill }: Drill) {
  return drill;
}
