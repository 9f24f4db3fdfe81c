import type { DataZoneClient } from '@aws-sdk/client-datazone';
import { Command, CommanderError } from 'commander';
import { InstantAheadError, NoCutError, NothingProvenError, NotProvenError } from '../core/restore/instant';
import { ConflictsError, PlanOutdatedError } from '../core/restore/restore';
import { ClaimLostError, NoSuchRestoreError, RestoreBusyError } from '../core/restore/restore-run';
import { NothingSelectedError } from '../core/restore/selection';
import { UnsoundVaultError } from '../core/restore/soundness';
import { UndecidableError } from '../core/vault/decisions';
import { NoSuchDrillError } from '../core/vault/drill';
import { FailoverRefusedError } from '../core/vault/failover';
import { BeyondHorizonError } from '../core/vault/horizon';
import { UnpinnableError } from '../core/vault/pins';
import { NoSuchSnapshotError } from '../core/vault/verify';
import { type Answer, exitCodes, UsageError } from './answer';
import { accept } from './commands/accept';
import { diff } from './commands/diff';
import { doctor } from './commands/doctor';
import { drill } from './commands/drill';
import { drills } from './commands/drills';
import { explain } from './commands/explain';
import { failover } from './commands/failover';
import { history } from './commands/history';
import { list } from './commands/list';
import { pin } from './commands/pin';
import { plan } from './commands/plan';
import { plans } from './commands/plans';
import { prove } from './commands/prove';
import { reject } from './commands/reject';
import { replay } from './commands/replay';
import { restore } from './commands/restore';
import { show } from './commands/show';
import { snapshots } from './commands/snapshots';
import { unpin } from './commands/unpin';
import { verify } from './commands/verify';
import { verifyRestore } from './commands/verify-restore';
import type { OpenQueue } from './queues';
import type { OpenTarget } from './targets';
import { type OpenVault, type Vaults, vaultsOf, withPlace } from './vaults';

/** What a command runs in. */
export interface Cli {
  /** Does a command's work on the vault that its options name, and prints what it answers. */
  answer(command: Command, work: (vaults: Vaults) => Promise<Answer>): Promise<void>;
  /** The same for a command that needs no vault: its work gets the options. */
  inform(command: Command, work: (options: unknown) => Promise<Answer>): Promise<void>;
  /** Tells people, not programs, how far a long work has come. */
  progress(text: string): void;
  /** The same in one line of a terminal that each call writes anew; empty: the work has come to its end. */
  meter(text: string): void;
  readonly openTarget: OpenTarget;
  readonly openDataZone: OpenDataZone;
  readonly openQueue: OpenQueue;
}

/** DataZone of a Region, to make and delete domains there. */
export type OpenDataZone = (region: string) => DataZoneClient;

/** Where the tool meets the world. */
export interface Surroundings {
  readonly open: OpenVault;
  readonly openTarget: OpenTarget;
  readonly openDataZone: OpenDataZone;
  readonly openQueue: OpenQueue;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Absent where no terminal is. */
  readonly meter?: (text: string) => void;
}

const commands = [
  snapshots,
  show,
  list,
  history,
  diff,
  verify,
  prove,
  explain,
  pin,
  unpin,
  accept,
  reject,
  failover,
  plan,
  plans,
  restore,
  verifyRestore,
  drill,
  drills,
  doctor,
  replay,
];

const exitCodeHelp = `
Exit codes:
  0  done, and nothing is wrong
  1  a difference, damage, a conflict, a dead letter or something unproven was found, or a restore did not do all
  2  the command, an option or its value is wrong, or what is asked for is not possible as things stand
  3  the vault or a domain can not be reached, or something else went wrong`;

/** Runs the tool with the arguments after its name; gives its exit code. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { open, openTarget, openDataZone, openQueue, out, err, meter = () => undefined } = surroundings;
  let code: number = exitCodes.ok;
  const program = withPlace(new Command('dzr'))
    .description(
      'Looks after the vault of an Amazon DataZone or SageMaker Unified Studio domain, and restores from it.',
    )
    .addHelpText('after', exitCodeHelp)
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({ writeOut: (text) => out(text.trimEnd()), writeErr: (text) => err(text.trimEnd()) })
    .exitOverride();
  const cli: Cli = {
    answer: (command, work) => cli.inform(command, (options) => work(vaultsOf(options, open))),
    async inform(command, work) {
      const options = command.optsWithGlobals();
      const { json, text, found } = await work(options);
      out(options.json === true ? JSON.stringify(json, null, 2) : text);
      if (found === true) code = exitCodes.found;
    },
    progress: err,
    meter,
    openTarget,
    openDataZone,
    openQueue,
  };
  for (const make of commands) program.addCommand(inheriting(make(cli), program));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    err(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    return isUsage(error) ? exitCodes.usage : exitCodes.failed;
  }
}

/** Places, output and exit are the same for every command. */
function inheriting(command: Command, program: Command): Command {
  return command.copyInheritedSettings(program);
}

/** What the caller can mend by asking otherwise, or later. */
const refusals = [
  UsageError,
  UndecidableError,
  UnpinnableError,
  BeyondHorizonError,
  NoSuchSnapshotError,
  FailoverRefusedError,
  NothingSelectedError,
  UnsoundVaultError,
  NoSuchRestoreError,
  RestoreBusyError,
  ClaimLostError,
  PlanOutdatedError,
  ConflictsError,
  NothingProvenError,
  NotProvenError,
  NoCutError,
  InstantAheadError,
  NoSuchDrillError,
];

function isUsage(error: unknown): boolean {
  return refusals.some((refusal) => error instanceof refusal);
}
