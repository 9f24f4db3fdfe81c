import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import type { SelectionSettings } from '../core/restore/selection';
import { type ValueMappingRules, valueMappingSchema } from '../core/restore/value-mapping';
import { UsageError } from './answer';
import { instant } from './arguments';

/** The time that is restored, and what to do where it is not proven. */
export function withTime(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--at <time>',
        'the time, or the start of a snapshot; the newest that is proven here if left out',
      ).argParser((text) => instant(text)),
    )
    .option('--accept-incomplete', 'take what is there of kinds that nothing proves here', false);
}

/** The domain that is restored. */
export function withTarget(command: Command): Command {
  return command
    .option('--target <domain id>', 'the domain to restore into; the one that was backed up if left out')
    .option(
      '--target-region <region>',
      'its Region; if left out, that of the domain that was backed up, or for another domain --region',
    )
    .option(
      '--mapping <file>',
      'JSON of values that are called otherwise there: {"<account, Region, ARN ...>": "<its new name>"}',
    );
}

export function withRateShare(command: Command): Command {
  return command.addOption(
    new Option('--rate-share <percent>', "per cent of AWS's published request rates that this may take")
      .argParser(percent)
      .default(80),
  );
}

/** As whom: `dzr` has credentials, and cannot tell which user of the domain they are. */
export function withRestorer(command: Command): Command {
  return command.option(
    '--restorer <arn>',
    'IAM role that restores: its own rights stay as they are, and only what it made is taken for its own; for verify-restore, that restored',
  );
}

/** What of the backup is restored; nothing given: all of it. */
export function withSelection(command: Command): Command {
  return command
    .option('--kind <kind...>', 'only these kinds: glossary, asset ...')
    .option('--exclude-kind <kind...>', 'not these kinds')
    .option('--project <id...>', 'only these projects, and what is theirs')
    .option('--domain-unit <id...>', 'only the projects of these domain units')
    .option('--id <id...>', 'only the resources of these ids')
    .option('--name <pattern>', 'only what is called so, * for anything: "Finance*"')
    .option('--with-needs', 'also everything that these need')
    .option(
      '--with-dependents',
      "also everything that hangs on these: a glossary's terms, a project's assets",
    );
}

const optionsSchema = z.object({
  at: z.string().optional(),
  acceptIncomplete: z.boolean().optional(),
  target: z.string().optional(),
  targetRegion: z.string().optional(),
  mapping: z.string().optional(),
  rateShare: z.number(),
  restorer: z.string().optional(),
  kind: z.array(z.string()).optional(),
  excludeKind: z.array(z.string()).optional(),
  project: z.array(z.string()).optional(),
  domainUnit: z.array(z.string()).optional(),
  id: z.array(z.string()).optional(),
  name: z.string().optional(),
  withNeeds: z.boolean().optional(),
  withDependents: z.boolean().optional(),
});

export interface RestoreOptions {
  readonly at: string | undefined;
  readonly acceptIncomplete: boolean;
  readonly target: string | undefined;
  readonly targetRegion: string | undefined;
  readonly rateShare: number;
  /** ARN of the IAM role that restores. */
  readonly restorer: string | undefined;
  readonly mapping: ValueMappingRules | undefined;
  readonly selection: SelectionSettings;
}

/** What the options of a command say that has some of those above. */
export function restoreOptions(raw: unknown): RestoreOptions {
  const { at, acceptIncomplete, target, targetRegion, rateShare, restorer, mapping, ...selected } =
    optionsSchema.parse(raw);
  const settings: Readonly<Record<string, unknown>> = {
    kinds: selected.kind,
    excludeKinds: selected.excludeKind,
    projects: selected.project,
    domainUnits: selected.domainUnit,
    ids: selected.id,
    name: selected.name,
    withNeeds: selected.withNeeds,
    withDependents: selected.withDependents,
  };
  const selection = Object.entries(settings).filter(([, value]) => value !== undefined);
  return {
    at,
    acceptIncomplete: acceptIncomplete ?? false,
    target,
    targetRegion,
    rateShare,
    restorer,
    mapping: mapping === undefined ? undefined : readMapping(mapping),
    selection: Object.fromEntries(selection),
  };
}

/** Throws UsageError that names the file and what is wrong with it. */
function readMapping(file: string): ValueMappingRules {
  const remedy = 'Give a file with a JSON object of texts: {"111122223333": "444455556666"}.';
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--mapping ${file}: ${error instanceof Error ? error.message : error}. ${remedy}`);
  }
  const parsed = valueMappingSchema.safeParse(read);
  if (!parsed.success) throw new UsageError(`--mapping ${file}: ${z.prettifyError(parsed.error)}. ${remedy}`);
  return parsed.data;
}

function percent(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value;
  throw new InvalidArgumentError('Give a whole number from 1 to 100.');
}
