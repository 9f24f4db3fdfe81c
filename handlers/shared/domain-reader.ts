import type * as z from 'zod';
import type { BackupContext, ProjectAccess } from '../../core/backup/context';
import type { Run } from '../../core/backup/run';
import { callersOf } from '../../core/catalog/callers';
import { dataZoneClient } from '../../core/catalog/client';
import { DataZoneSource } from '../../core/catalog/data-zone-source';
import { isMember, readerProfileId } from '../../core/catalog/membership';
import { Pace } from '../../core/catalog/pace';
import { kinds } from '../../core/catalog/registry';
import { type DomainSource, ResourceDeniedError } from '../../core/catalog/source';
import { Table } from '../../core/vault/table';
import { Vault } from '../../core/vault/vault';
import { VaultWriter } from '../../core/vault/writer';
import type { captureScopesEnvironment } from '../capture-scopes.env';
import type { domainReaderEnvironment } from '../domain-reader.env';
import type { Invocation } from './task';

const client = dataZoneClient();

/** The domain, at the share of its request rates that each of `workers` has. */
export function domainSource(
  settings: z.infer<typeof domainReaderEnvironment>,
  workers: number,
  reader = client,
): DataZoneSource {
  const pace = new Pace({
    callers: callersOf(kinds, workers),
    share: settings.RATE_SHARE,
    requests: settings.REQUEST_RATES,
  });
  return new DataZoneSource({ client: reader, domainId: settings.DOMAIN_ID, pace });
}

/** What a task of a run that reads the domain works with. */
export function backupContext(
  settings: z.infer<typeof captureScopesEnvironment>,
  run: Run,
  workers: number,
  { timeIsUp }: Invocation,
): BackupContext {
  const vault = vaultOf(settings);
  return {
    ...readerContext(settings, run, vault, domainSource(settings, workers)),
    writer: new VaultWriter(vault, { runId: run.runId, source: 'snapshot' }, Date.now),
    indexLag: settings.INDEX_LAG_MINUTES * 60_000,
    rotationRuns: settings.ROTATION_RUNS,
    timeIsUp,
  };
}

/** What everybody works with who reads the domain and writes the vault. */
export function readerContext(
  settings: z.infer<typeof domainReaderEnvironment>,
  run: Run,
  vault: Vault,
  source: DomainSource,
): Pick<BackupContext, 'run' | 'source' | 'vault' | 'access' | 'kindByName' | 'now' | 'sleep'> {
  return {
    run,
    source,
    vault,
    access: new ReaderAccess(source, settings.READER_ROLE_ARN),
    kindByName: (name) => kinds.find((kind) => kind.name === name),
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

/** The vault of this Region. */
export function vaultOf(settings: z.infer<typeof domainReaderEnvironment>): Vault {
  return new Vault(new Table(settings.TABLE_NAME, settings.AWS_REGION), settings.DOMAIN_ID);
}

/** The reader's memberships, by the user profile that the domain has for its role. */
class ReaderAccess implements ProjectAccess {
  private profile: Promise<string> | undefined;

  constructor(
    private readonly source: DomainSource,
    private readonly roleArn: string,
  ) {}

  async isMember(projectId: string): Promise<boolean> {
    return isMember(this.source, projectId, await this.profileId());
  }

  async enrol(projectId: string): Promise<void> {
    await this.source.call('CreateProjectMembership', {
      projectIdentifier: projectId,
      designation: 'PROJECT_CONTRIBUTOR',
      member: { userIdentifier: await this.profileId() },
    });
  }

  private profileId(): Promise<string> {
    this.profile ??= this.findProfile().catch((error: unknown) => {
      // The next project asks again: the look-up may only have been throttled.
      this.profile = undefined;
      throw error;
    });
    return this.profile;
  }

  private async findProfile(): Promise<string> {
    const id = await readerProfileId(this.source, this.roleArn);
    if (id !== undefined) return id;
    throw new ResourceDeniedError(
      `Role ${this.roleArn} is no user of domain ${this.source.domainId}: enrol it`,
    );
  }
}
