import { createHash } from 'node:crypto';
import { DataZoneClient } from '@aws-sdk/client-datazone';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
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
import { createVaultTable, startDynalite, type TestDynamoDb } from './dynamodb';
import { accountId, callerOf, serveWire, type WireServer } from './wire-server';

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
  readonly decorate?: (operation: string, output: Record<string, unknown>) => Record<string, unknown>;
}

/** The process that a run was in is gone: nothing after it happens. */
export class ProcessGoneError extends Error {
  override readonly name = 'ProcessGoneError';
}

export interface RunOptions {
  readonly execution?: string;
  /** The process dies at the n-th call (from 1); what that call asks is done or not. */
  readonly dieAt?: number;
  readonly doneBeforeDeath?: boolean;
  readonly projects?: 'all' | readonly string[];
  /** How many pages a worker gets through before its time is up. @default all */
  readonly pagesPerWorker?: number;
  readonly indexLag?: number;
}

/** A domain and a vault on loopback, and the backup's tasks run in this process, without Step Functions. */
export class BackupBench {
  /** Calls that the latest run made, to DataZone and DynamoDB together. */
  calls = 0;
  readonly running = new Set<string>();

  private constructor(
    readonly service: DataZoneService,
    readonly domainId: string,
    readonly projects: FilledProject[],
    readonly random: Random,
    private readonly domainServer: WireServer,
    private readonly dynamoDb: TestDynamoDb,
    public tableName: string,
  ) {}

  static async start(options: BenchOptions = {}): Promise<BackupBench> {
    const random = new Random(options.seed ?? 1);
    const { version = 'V1', decorate } = options;
    const service = new DataZoneService({
      clock: options.clock ?? systemClock,
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
    const dynamoDb = await startDynalite();
    const bench = new BackupBench(service, domain.id, filled, random, await serveWire(service), dynamoDb, '');
    await bench.emptyVault();
    return bench;
  }

  async stop(): Promise<void> {
    await this.domainServer.close();
    await this.dynamoDb.stop();
  }

  /** Starts over with a vault that nobody has written. */
  async emptyVault(): Promise<void> {
    const client = this.dynamoDbClient();
    this.tableName = await createVaultTable(client);
    client.destroy();
  }

  get domainUrl(): string {
    return this.domainServer.url;
  }

  get caller() {
    return callerOf('admin');
  }

  vault(): Vault {
    return new Vault(new Table(this.tableName, region, this.dynamoDbClient()), this.domainId);
  }

  /** Runs begin to commit as the state machine does. */
  async run(options: RunOptions = {}): Promise<BeginResult | CommitResult> {
    const execution =
      options.execution ??
      `arn:execution:${createHash('sha256').update(String(Math.random())).digest('hex')}`;
    this.calls = 0;
    const life = new Life(options, () => ++this.calls);
    this.running.add(execution);
    try {
      return await this.tasks(execution, options, life);
    } finally {
      this.running.delete(execution);
    }
  }

  private async tasks(
    execution: string,
    options: RunOptions,
    life: Life,
  ): Promise<BeginResult | CommitResult> {
    const vault = new Vault(new Table(this.tableName, region, this.dynamoDbClient(life)), this.domainId);
    const opened = await begin(
      {
        source: this.source(life),
        vault,
        peer: vault,
        executions: { isRunning: async (other) => this.running.has(other) },
        kindsOf,
        now: () => Date.now(),
      },
      execution,
      {
        projects:
          options.projects === 'all'
            ? 'all'
            : [...(options.projects ?? this.projects.map((p) => p.projectId))],
        maxConcurrency: 4,
      },
    );
    if (opened.status === 'SKIPPED') return opened;
    const { run, groups } = opened;
    await Promise.all(
      groups.map(async (group) => {
        while (await captureGroup(this.context(run, life, options), group));
      }),
    );
    let closed = await closeReferences(this.context(run, life, options));
    while (closed.more) closed = await closeReferences(this.context(run, life, options));
    const captured = groups.map((group) => ({ group }));
    return commit({ vault, now: () => Date.now(), timeIsUp: () => false }, run, closed.cutAt, captured);
  }

  private context(run: Run, life: Life, options: RunOptions): BackupContext {
    const source = this.source(life);
    const vault = new Vault(new Table(this.tableName, region, this.dynamoDbClient(life)), this.domainId);
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
      writer: new VaultWriter(vault, { runId: run.runId, source: 'snapshot' }, () => Date.now()),
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
      now: () => Date.now(),
      timeIsUp: () => options.pagesPerWorker !== undefined && ++asked > options.pagesPerWorker + 1,
      sleep: async () => undefined,
    };
  }

  source(life = new Life({}, () => 0)): DataZoneSource {
    const client = new DataZoneClient({
      endpoint: this.domainServer.url,
      region,
      credentials: { accessKeyId: readerRole, secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
    life.hold(client);
    return new DataZoneSource({ client, domainId: this.domainId });
  }

  private dynamoDbClient(life = new Life({}, () => 0)): DynamoDBClient {
    const client = new DynamoDBClient({
      endpoint: this.dynamoDb.endpoint,
      region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    life.hold(client);
    return client;
  }
}

function roleArn(name: string): string {
  return `arn:aws:iam::${accountId}:role/${name}`;
}

/** Counts a process's calls, and ends it at one of them: that call and all after it fail. */
class Life {
  private over = false;

  constructor(
    private readonly options: Pick<RunOptions, 'dieAt' | 'doneBeforeDeath'>,
    private readonly count: () => number,
  ) {}

  hold(client: DataZoneClient | DynamoDBClient): void {
    // Both clients' stacks take the same middleware; their types differ in the commands' inputs alone.
    (client as DynamoDBClient).middlewareStack.add(
      (next) => async (args) => {
        if (this.over) throw new ProcessGoneError('after the end');
        const dies = this.count() === this.options.dieAt;
        this.over ||= dies;
        if (dies && this.options.doneBeforeDeath !== true) throw new ProcessGoneError('before the call');
        const result = await next(args);
        if (this.over) throw new ProcessGoneError('before the answer');
        return result;
      },
      { step: 'finalizeRequest', priority: 'low', name: 'life' },
    );
  }
}
