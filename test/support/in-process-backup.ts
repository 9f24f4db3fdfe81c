import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { DataZoneClient } from '@aws-sdk/client-datazone';
import { type BeginResult, begin } from '../../core/backup/begin';
import { captureGroup } from '../../core/backup/capture-group';
import { closeReferences } from '../../core/backup/close-references';
import { type CommitResult, commit } from '../../core/backup/commit';
import type { BackupContext } from '../../core/backup/context';
import type { Run } from '../../core/backup/run';
import { DataZoneSource } from '../../core/catalog/data-zone-source';
import { isMember, readerProfileId } from '../../core/catalog/membership';
import { kinds, kindsOf } from '../../core/catalog/registry';
import { ResourceDeniedError } from '../../core/catalog/source';
import { Table } from '../../core/vault/table';
import { Vault } from '../../core/vault/vault';
import { VaultWriter } from '../../core/vault/writer';
import { type Clock, systemClock } from '../../local/clock';
import { calm, DataZoneService, type Unkindness } from '../../local/datazone/service';
import { type FilledProject, fillDomain } from '../../local/fixture/fill-domain';
import { Random } from '../../local/random';
import { type Between, InProcessTables, inProcessDataZone, inProcessDynamoDb } from './in-process-clients';
import { Life, type LifeOptions, ProcessGoneError } from './life';
import { copyOf, type MemoryItems, MemoryTable } from './memory-table';
import { accountId, callerOf } from './wire-server';

const region = 'eu-west-1';
const readerRole = 'backup-reader';

export interface BenchOptions {
  readonly version?: 'V1' | 'V2';
  readonly projects?: number;
  readonly assets?: number;
  readonly seed?: number;
  /** The service's clock. @default the system's */
  readonly clock?: Clock;
  readonly unkind?: Partial<Unkindness>;
  /** Keeps the vault without SDK and DynamoDB, at a tenth of the time. @default false */
  readonly inMemory?: boolean;
  readonly decorate?: (operation: string, output: Record<string, unknown>) => Record<string, unknown>;
}

export interface RunOptions extends LifeOptions {
  readonly execution?: string;
  readonly projects?: 'all' | readonly string[];
  /** How many pages a worker gets through before its time is up. @default all */
  readonly pagesPerWorker?: number;
  readonly indexLag?: number;
  /** Waits of the run. @default none */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** A domain and a vault in this process, and the backup's tasks run in it too, without Step Functions. */
export class BackupBench {
  /** Calls that the latest run made, to DataZone and DynamoDB together. */
  calls = 0;
  readonly running = new Set<string>();
  private readonly tables = new InProcessTables();
  private tableName = '';

  private constructor(
    private memory: MemoryItems | undefined,
    readonly service: DataZoneService,
    readonly domainId: string,
    readonly projects: FilledProject[],
    readonly random: Random,
    readonly clock: Clock,
  ) {}

  static async start(options: BenchOptions = {}): Promise<BackupBench> {
    const random = new Random(options.seed ?? 1);
    const { version = 'V1', decorate, clock = systemClock } = options;
    const service = new DataZoneService({
      clock,
      random: random.fork(),
      accountId,
      region,
      unkind: { ...calm, ...options.unkind },
      ...(decorate === undefined ? {} : { decorate }),
    });
    const caller = callerOf('admin');
    const domain = service.call(
      'CreateDomain',
      {
        name: 'bench',
        domainVersion: version,
        domainExecutionRole: `arn:aws:iam::${accountId}:role/execution`,
        ...(version === 'V2' ? { serviceRole: `arn:aws:iam::${accountId}:role/service` } : {}),
      },
      caller,
    );
    const domainIdentifier = domain.id;
    const profile = service.call(
      'CreateUserProfile',
      { domainIdentifier, userIdentifier: roleArn(readerRole), userType: 'IAM_ROLE' },
      caller,
    );
    const projectIds: string[] = [];
    for (let number = 1; number <= (options.projects ?? 2); number++) {
      const project = service.call('CreateProject', { domainIdentifier, name: `project-${number}` }, caller);
      service.call(
        'CreateProjectMembership',
        {
          domainIdentifier,
          projectIdentifier: project.id,
          designation: 'PROJECT_CONTRIBUTOR',
          member: { userIdentifier: profile.id ?? '' },
        },
        caller,
      );
      projectIds.push(project.id);
    }
    const filled = await fillDomain({
      service,
      caller,
      domainId: domain.id,
      projectIds,
      assetsPerProject: options.assets ?? 5,
      random,
    });
    const bench = new BackupBench(
      options.inMemory === true ? new Map() : undefined,
      service,
      domain.id,
      filled,
      random,
      clock,
    );
    await bench.emptyVault();
    return bench;
  }

  async stop(): Promise<void> {
    await this.tables.backend.close();
  }

  /** Starts over with a vault that nobody has written. */
  async emptyVault(): Promise<void> {
    if (this.memory === undefined) this.tableName = await this.tables.create();
    else this.memory = new Map();
  }

  /** Everything that the vault holds, where it is kept in memory. */
  get vaultItems(): MemoryItems {
    assert.ok(this.memory, 'this bench keeps its vault in DynamoDB');
    return copyOf(this.memory);
  }

  set vaultItems(items: MemoryItems) {
    this.memory = copyOf(items);
  }

  get caller() {
    return callerOf('admin');
  }

  /** A client of the account's administrator. */
  adminClient(): DataZoneClient {
    return inProcessDataZone(this.service, 'admin');
  }

  vault(between?: Between): Vault {
    return this.vaultOf(new Life(between === undefined ? {} : { between }));
  }

  /** The domain as the backup's own role reads it. */
  reader(between?: Between): DataZoneSource {
    return this.source(new Life(between === undefined ? {} : { between }));
  }

  /** Runs begin to commit as the state machine does. */
  async run(options: RunOptions = {}): Promise<BeginResult | CommitResult> {
    const execution =
      options.execution ??
      `arn:execution:${createHash('sha256').update(String(Math.random())).digest('hex')}`;
    const life = new Life(options);
    this.running.add(execution);
    try {
      return await this.tasks(execution, options, life);
    } finally {
      this.calls = life.calls;
      this.running.delete(execution);
    }
  }

  private async tasks(
    execution: string,
    options: RunOptions,
    life: Life,
  ): Promise<BeginResult | CommitResult> {
    const vault = this.vaultOf(life);
    const now = () => this.clock.now();
    const { projects = this.projects.map((project) => project.projectId) } = options;
    const opened = await tried(() =>
      begin(
        {
          source: this.source(life),
          vault,
          peer: vault,
          executions: { isRunning: async (other) => this.running.has(other) },
          kindsOf,
          now,
        },
        execution,
        { projects: projects === 'all' ? 'all' : [...projects], maxConcurrency: 4 },
      ),
    );
    if (opened.status === 'SKIPPED') return opened;
    const { run, groups } = opened;
    const captured = await Promise.all(
      groups.map(async (group) => {
        try {
          while (await tried(() => captureGroup(this.context(run, life, options), group)));
          return { group };
        } catch (error) {
          if (!(error instanceof Error) || error instanceof ProcessGoneError) throw error;
          return { group, failure: { Error: error.name, Cause: error.message } };
        }
      }),
    );
    for (;;) {
      const closed = await tried(() => closeReferences(this.context(run, life, options)));
      if (closed.more) continue;
      return tried(() => commit({ vault, now, timeIsUp: () => false }, run, closed.cutAt, captured));
    }
  }

  private context(run: Run, life: Life, options: RunOptions): BackupContext {
    const source = this.source(life);
    const vault = this.vaultOf(life);
    const now = () => this.clock.now();
    let asked = 0;
    const profileId = async () => {
      const id = await readerProfileId(source, roleArn(readerRole));
      if (id === undefined) throw new ResourceDeniedError('the reader is no user of the domain');
      return id;
    };
    return {
      run,
      source,
      vault,
      writer: new VaultWriter(vault, { runId: run.runId, source: 'snapshot' }, now),
      access: {
        isMember: async (projectId) => isMember(source, projectId, await profileId()),
        enrol: async (projectId) => {
          await source.call('CreateProjectMembership', {
            projectIdentifier: projectId,
            designation: 'PROJECT_CONTRIBUTOR',
            member: { userIdentifier: await profileId() },
          });
        },
      },
      kindByName: (name) => kinds.find((kind) => kind.name === name),
      indexLag: options.indexLag ?? 15 * 60_000,
      now,
      timeIsUp: () => options.pagesPerWorker !== undefined && ++asked > options.pagesPerWorker + 1,
      sleep: options.sleep ?? (async () => undefined),
    };
  }

  private source(life: Life): DataZoneSource {
    life.dataZone ??= inProcessDataZone(this.service, readerRole, life.options);
    return new DataZoneSource({ client: life.dataZone, domainId: this.domainId });
  }

  private vaultOf(life: Life): Vault {
    if (this.memory !== undefined) {
      return new Vault(new MemoryTable(this.memory, region, life.options.between), this.domainId);
    }
    life.dynamoDb ??= inProcessDynamoDb(this.tables.backend, life.options);
    return new Vault(new Table(this.tableName, region, life.dynamoDb), this.domainId);
  }
}

function roleArn(name: string): string {
  return `arn:aws:iam::${accountId}:role/${name}`;
}

/** A task as Step Functions tries it: again, where the failure may pass. */
async function tried<T>(task: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'RetryableError' || attempt === 8) throw error;
    }
  }
}
