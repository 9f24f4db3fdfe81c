import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { Table } from '../core/vault/table';
import { Vault } from '../core/vault/vault';
import { UsageError } from './answer';

/** The vault in the Region that a command is about, and in the other one. */
export interface Vaults {
  readonly here: Vault;
  readonly peer: Vault;
}

/** Makes the vault of a domain in a Region. */
export type OpenVault = (place: { tableName: string; region: string; domainId: string }) => Vault;

/** By the SDK's own means: its credentials, its endpoint. */
export const openVault: OpenVault = ({ tableName, region, domainId }) =>
  new Vault(new Table(tableName, region), domainId);

/** The options that tell where the vault is; of both ways to say it, an option wins over the file. */
export function withPlace(command: Command): Command {
  return command
    .addOption(
      new Option('--outputs <file>', 'what `pulumi stack output --json` printed: tells all of the rest'),
    )
    .addOption(new Option('--table <name>', "name of the vault's table").env('TABLE_NAME'))
    .option('--region <region>', 'Region whose copy of the vault is read (env: AWS_REGION)')
    .addOption(new Option('--secondary-region <region>', 'the other Region').env('SECONDARY_REGION'))
    .addOption(new Option('--domain <id>', 'id of the domain').env('DOMAIN_ID'))
    .option('--json', 'print JSON for programs, not text for people', false);
}

const optionsSchema = z.object({
  outputs: z.string().optional(),
  table: z.string().optional(),
  region: z.string().optional(),
  secondaryRegion: z.string().optional(),
  domain: z.string().optional(),
});
const outputsSchema = z.object({
  tableName: z.string(),
  region: z.string(),
  secondaryRegion: z.string(),
  domainId: z.string(),
});

/** Opens the vault where the options say. Throws UsageError that names what is missing. */
export function vaultsOf(raw: unknown, open: OpenVault): Vaults {
  const options = optionsSchema.parse(raw);
  const outputs = options.outputs === undefined ? undefined : readOutputs(options.outputs, outputsSchema);
  const told = (value: string | undefined, option: string, remedy: string): string => {
    if (value !== undefined && value !== '') return value;
    throw new UsageError(`${option} is missing. Give ${remedy}, or --outputs with the outputs of the stack.`);
  };
  const { AWS_REGION } = process.env;
  const region = told(
    options.region ?? outputs?.region ?? AWS_REGION,
    '--region',
    'the Region whose copy of the vault to read',
  );
  // Whichever of the known Regions is left: --region may name either of them.
  const known = [options.secondaryRegion, outputs?.secondaryRegion, outputs?.region, AWS_REGION];
  const peerRegion = told(
    known.find((other) => other !== undefined && other !== region),
    '--secondary-region',
    `the other Region of the vault than ${region}`,
  );
  const tableName = told(options.table ?? outputs?.tableName, '--table', "the name of the vault's table");
  const domainId = told(options.domain ?? outputs?.domainId, '--domain', 'the id of the domain');
  return {
    here: open({ tableName, region, domainId }),
    peer: open({ tableName, region: peerRegion, domainId }),
  };
}

/** What `pulumi stack output --json` printed into a file. Throws UsageError. */
export function readOutputs<S extends z.ZodType>(file: string, schema: S): z.infer<S> {
  const remedy = 'Give a file with what `pulumi stack output --json` printed.';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--outputs ${file} can not be read: ${error instanceof Error ? error.message : error}. ${remedy}`,
    );
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON';
    throw new UsageError(`--outputs ${file} are no outputs of a stack: ${why}. ${remedy}`);
  }
}
