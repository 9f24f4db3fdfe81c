import { type DataZoneClient, DeleteDomainCommand, GetDomainCommand } from '@aws-sdk/client-datazone';
import pMap from 'p-map';
import { ResourceAbsentError, ResourceDeniedError, RetryableError } from '../catalog/source';
import { changeDrill, type Drill, readDrill } from '../vault/drill';
import { VaultKeys } from '../vault/keys';
import type { Vault } from '../vault/vault';
import { sent } from './create-domain';
import { runIdOf } from './run-id';

/** Tag of a scratch domain: its value is the id of the domain that it stands in for. */
export const drillTag = 'datazone-resilience:drill';

/** What is to be torn down is not the scratch domain of a drill: nothing was deleted. */
export class NoScratchDomainError extends Error {
  override readonly name = 'NoScratchDomainError';
}

export interface TearDownArgs {
  readonly vault: Vault;
  /** DataZone of the vault's Region. */
  readonly client: DataZoneClient;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/**
 * Deletes the scratch domain that a drill has noted, with all that is in it, then the plan and the id map of it in the
 * vault. It takes the drill's name alone, never the id of a domain. Throws NoScratchDomainError, NoSuchDrillError.
 */
export async function tearDown(
  args: TearDownArgs,
  startedAt: string,
  timeIsUp: () => boolean = () => false,
): Promise<{ readonly more: boolean }> {
  const { vault } = args;
  const drill = await readDrill(vault, startedAt);
  if (drill.tornDownAt !== undefined) return { more: false };
  const domainId = await scratchOf(vault, drill);
  await deleteScratch(args, drill, domainId);
  if (await removeTraces(vault, runIdOf(startedAt, domainId), domainId, timeIsUp)) return { more: true };
  await changeDrill(vault, drill, { tornDownAt: new Date(args.now()).toISOString() });
  return { more: false };
}

async function scratchOf(vault: Vault, { startedAt, domainId, region }: Drill): Promise<string> {
  const refused = (why: string) =>
    new NoScratchDomainError(`drill ${startedAt}: ${why}: nothing was deleted`);
  if (domainId === undefined) throw refused('it has noted no domain');
  if (region !== vault.table.region) throw refused(`its domain is in ${region}; clean up there`);
  if (domainId === vault.domainId) throw refused(`${domainId} is the domain that is backed up`);
  const scope = await vault.table.first(new VaultKeys(domainId).scopes(), {});
  if (scope !== undefined) throw refused(`${domainId} is backed up in this vault`);
  return domainId;
}

async function deleteScratch(
  { client, sleep }: TearDownArgs,
  drill: Drill,
  identifier: string,
): Promise<void> {
  let asked = false;
  for (let waited = 0, pause = 500; waited < 600_000; waited += pause, pause = Math.min(2 * pause, 30_000)) {
    const domain = await domainOf(client, identifier, asked);
    if (domain === undefined) return;
    const { status, name, tags = {} } = domain;
    if (name !== drill.creation.name || tags[drillTag] !== drill.creation.tags?.[drillTag]) {
      throw new NoScratchDomainError(
        `drill ${drill.startedAt}: ${identifier} has not the name and the tag of its scratch domain: nothing was deleted`,
      );
    }
    if (status === 'DELETED') return;
    if (status !== 'CREATING' && status !== 'DELETING') {
      if (asked) throw new RetryableError(`The scratch domain ${identifier} is ${status}, not deleted`);
      const input = { identifier, skipDeletionCheck: true };
      await sent('DeleteDomain', input, client.send(new DeleteDomainCommand(input)));
      asked = true;
    }
    await sleep(pause);
  }
  throw new RetryableError(`The scratch domain ${identifier} is not deleted after ten minutes`);
}

/** Undefined: it is gone. */
async function domainOf(client: DataZoneClient, identifier: string, wasDeleted: boolean) {
  try {
    return await sent('GetDomain', {}, client.send(new GetDomainCommand({ identifier })));
  } catch (error) {
    if (error instanceof ResourceAbsentError) return undefined;
    // Of what was deleted, some services say that it may not be read.
    if (wasDeleted && error instanceof ResourceDeniedError) return undefined;
    throw error;
  }
}

/** True: there is more to remove. The plan's header goes last. */
async function removeTraces(
  vault: Vault,
  runId: string,
  domainId: string,
  timeIsUp: () => boolean,
): Promise<boolean> {
  let more = false;
  for (const partition of [vault.keys.idMap(domainId), vault.keys.restoreItems(runId)]) {
    await pMap(
      vault.table.query(partition, { attributes: ['pk', 'sk', 'check'] }),
      async ({ pk, sk, check }) => {
        more ||= timeIsUp();
        if (!more) await vault.table.remove({ pk: String(pk), sk: String(sk) }, 'check', String(check));
      },
      { concurrency: 8 },
    );
    if (more) return true;
  }
  const header = await vault.table.get(vault.keys.restore(runId));
  if (header !== undefined)
    await vault.table.remove(vault.keys.restore(runId), 'check', String(header.check));
  return false;
}
