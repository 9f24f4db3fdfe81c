import type * as z from 'zod';
import type { BackupContext, ProjectAccess } from '../../core/backup/context';
import type { Run } from '../../core/backup/run';
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
import type { Invocation } from './task';

const client = dataZoneClient();

/** The domain, at this worker's share of the published rates. */
export function domainSource(domainId: string, workers: number): DataZoneSource {
  return new DataZoneSource({ client, domainId, pace: new Pace({ workers }) });
}

/** What a task of a run that reads the domain works with. */
export function backupContext(
  settings: z.infer<typeof captureScopesEnvironment>,
  run: Run,
  workers: number,
  { timeIsUp }: Invocation,
): BackupContext {
  const source = domainSource(settings.DOMAIN_ID, workers);
  const vault = new Vault(new Table(settings.TABLE_NAME, settings.AWS_REGION), settings.DOMAIN_ID);
  const now = () => Date.now();
  return {
    run,
    source,
    vault,
    writer: new VaultWriter(vault, { runId: run.runId, source: 'snapshot' }, now),
    access: new ReaderAccess(source, settings.READER_ROLE_ARN),
    kindByName: (name) => kinds.find((kind) => kind.name === name),
    indexLag: settings.INDEX_LAG_MINUTES * 60_000,
    now,
    timeIsUp,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
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
