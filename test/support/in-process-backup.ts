import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { DataZoneClient } from '@aws-sdk/client-datazone';
import type * as z from 'zod';
import { type BeginResult, begin } from '../../core/backup/begin';
import { captureGroup } from '../../core/backup/capture-group';
import { closeReferences } from '../../core/backup/close-references';
import { type CollectResult, collect, type RetentionSettings } from '../../core/backup/collect';
import { type CommitResult, commit } from '../../core/backup/commit';
import type { BackupContext } from '../../core/backup/context';
import type { DriftSettings } from '../../core/backup/drift';
import type { Run } from '../../core/backup/run';
import type { selectionSchema } from '../../core/backup/selection';
import type { HeldSettings } from '../../core/backup/shrink';
import { DataZoneSource } from '../../core/catalog/data-zone-source';
import type { Kind } from '../../core/catalog/kind';
import { isMember, readerProfileId } from '../../core/catalog/membership';
import { kinds as registered } from '../../core/catalog/registry';
import { ResourceDeniedError } from '../../core/catalog/source';
import { Table } from '../../core/vault/table';
import { Vault } from '../../core/vault/vault';
import { VaultWriter } from '../../core/vault/writer';
import { type Clock, systemClock } from '../../local/clock';
import type { EventBridgeEvent } from '../../local/datazone/events';
import { calm, DataZoneService, type Unkindness } from '../../local/datazone/service';
import { type FilledProject, fillDomain } from '../../local/fixture/fill-domain';
import { Random } from '../../local/random';
import { type Between, InProcessTables, inProcessDataZone, inProcessDynamoDb } from './in-process-clients';
import { Life, type LifeOptions, ProcessGoneError } from './life';
import { copyOf, type MemoryItems, MemoryTable } from './memory-table';
import { accountId, callerOf } from './wire-server';

const region = 'eu-west-1';
const readerRole = 'backup-reader';

/** Makes a domain, as the account's administrator. */
type MakeDomain = (
  service: DataZoneService,
  random: Random,
) => { readonly domainId: string; readonly projectIds: readonly string[] };

export interface BenchOptions {
  readonly version?: 'V1' | 'V2';
  readonly projects?: number;
  readonly assets?: number;
  readonly seed?: number;
  /** Makes the domain, in the place of one with filled projects. */
  readonly domain?: MakeDomain;
  /** The service's clock. @default the system's */
  readonly clock?: Clock;
  readonly unkind?: Partial<Unkindness>;
  /** Keeps the vault without SDK and DynamoDB, at a tenth of the time. @default false */
  readonly inMemory?: boolean;
  /** @default all of the catalog */
  readonly kinds?: readonly Kind[];
  /** Is told of the events of the service. */
  readonly emit?: (event: EventBridgeEvent) => void;
  readonly decorate?: (operation: string, output: Record<string, unknown>) => Record<string, unknown>;
}

export interface RunOptions extends LifeOptions {
  readonly execution?: string;
  readonly projects?: 'all' | readonly string[];
  /** What else narrows it. @default nothing */
  readonly selection?: Omit<z.input<typeof selectionSchema>, 'projects'>;
  /** How many pages a worker gets through before its time is up. @default all */
  readonly pagesPerWorker?: number;
  readonly indexLag?: number;
  /** @default 14 */
  readonly rotationRuns?: number;
  /** @default those of the stacks */
  readonly held?: HeldSettings;
  /** What change capture should have told of. @default nothing */
  readonly changes?: DriftSettings;
  /** @default as of a stack: 35 days, 3 snapshots */
  readonly retention?: RetentionSettings;
  /** False: the worker's time is up after each batch of heads. @default true */
  readonly collectInOneCall?: boolean;
  /** The vault in the Region where the run is, and in the other one. @default the bench's own, in both */
  readonly vaults?: { readonly here: Vault; readonly peer: Vault };
  /** Waits of the run. @default none */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** A domain and a vault in this process, and the backup's tasks run in it too, without Step Functions. */
export class BackupBench {
  /** Calls that the latest run made, to DataZone and DynamoDB together. */
  calls = 0;
  /** What the latest collection did. */
  collected: CollectResult | undefined;
  readonly running = new Set<string>();
  private readonly tables = new InProcessTables();
  private tableName = '';
  private readonly now = () => this.clock.now();

  private constructor(
    private memory: MemoryItems | undefined,
    readonly service: DataZoneService,
    readonly domainId: string,
    readonly projectIds: readonly string[],
    /** Projects that were filled; none where the domain is of the test's own making. */
    readonly projects: FilledProject[],
    readonly random: Random,
    readonly clock: Clock,
    readonly kinds: readonly Kind[],
  ) {}

  static async start(options: BenchOptions = {}): Promise<BackupBench> {
    const random = new Random(options.seed ?? 1);
    const { decorate, emit, clock = systemClock } = options;
    const service = new DataZoneService({
      clock,
      random: random.fork(),
      accountId,
      region,
      unkind: { ...calm, ...options.unkind },
      ...(decorate === undefined ? {} : { decorate }),
      ...(emit === undefined ? {} : { emit }),
    });
    const { domainId, projectIds } = (options.domain ?? plainDomain(options))(service, random);
    enrolReader(service, domainId, projectIds);
    const filled =
      options.domain === undefined
        ? await fillDomain({
            service,
            caller: callerOf('admin'),
            domainId,
            projectIds,
            assetsPerProject: options.assets ?? 5,
            random,
          })
        : [];
    const bench = new BackupBench(
      options.inMemory === true ? new Map() : undefined,
      service,
      domainId,
      projectIds,
      filled,
      random,
      clock,
      options.kinds ?? registered,
    );
    await bench.emptyVault();
    return bench;
  }

  /** Another domain of the same service, with a vault of its own; the backup's role must be in it already. */
  another(domainId: string): BackupBench {
    const { service, random, clock, kinds, caller } = this;
    const { items } = service.call('ListProjects', { domainIdentifier: domainId }, caller);
    const projectIds = (items ?? []).map(({ id }) => id);
    return new BackupBench(new Map(), service, domainId, projectIds, [], random, clock, kinds);
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

  /** What a process beside the backup works with. */
  worker(options: RunOptions = {}) {
    const life = new Life(options);
    return {
      source: this.source(life),
      vault: this.vaultOf(life),
      contextOf: (run: Run) => this.context(run, life, options),
    };
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
    const { here: vault, peer } = options.vaults ?? { here: this.vaultOf(life), peer: this.vaultOf(life) };
    const { now } = this;
    const { projects = this.projectIds } = options;
    const opened = await tried(() =>
      begin(
        {
          source: this.source(life),
          vault,
          peer,
          // Step Functions of one Region knows nothing of the other's executions.
          executions: { isRunning: async (other) => options.vaults === undefined && this.running.has(other) },
          kindsOf: (version) => this.kinds.filter(({ versions }) => versions.includes(version)),
          now,
        },
        execution,
        {
          ...options.selection,
          projects: projects === 'all' ? 'all' : [...projects],
          maxConcurrency: 4,
        },
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
      const { held = { heldShare: 20, heldLeast: 25 } } = options;
      const committed = await tried(() =>
        commit(
          { vault, now, timeIsUp: () => false, held, changes: options.changes },
          run,
          closed.cutAt,
          captured,
        ),
      );
      if ('status' in committed && committed.status === 'COMPLETE') await this.collect(run, vault, options);
      return committed;
    }
  }

  private async collect(run: Run, vault: Vault, options: RunOptions): Promise<void> {
    const { retention = { retentionDays: 35, keepSnapshots: 3 }, collectInOneCall = true } = options;
    const { now } = this;
    do {
      this.collected = await tried(() =>
        collect({ vault, now, timeIsUp: () => !collectInOneCall }, run, retention),
      );
    } while (this.collected.more);
  }

  private context(run: Run, life: Life, options: RunOptions): BackupContext {
    const source = this.source(life);
    const vault = options.vaults?.here ?? this.vaultOf(life);
    const { now } = this;
    let asked = 0;
    let known: string | undefined;
    const profileId = async () => {
      known ??= await readerProfileId(source, roleArn(readerRole));
      if (known === undefined) throw new ResourceDeniedError('the reader is no user of the domain');
      return known;
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
      kindByName: (name) => this.kinds.find((kind) => kind.name === name),
      indexLag: options.indexLag ?? 15 * 60_000,
      rotationRuns: options.rotationRuns ?? 14,
      now,
      timeIsUp: () => options.pagesPerWorker !== undefined && ++asked > options.pagesPerWorker + 1,
      sleep: options.sleep ?? (async () => undefined),
    };
  }

  private source(life: Life): DataZoneSource {
    // Each task has a client of its own, and with it a budget of retries.
    const client = inProcessDataZone(this.service, readerRole, life.options);
    return new DataZoneSource({ client, domainId: this.domainId });
  }

  private vaultOf(life: Life): Vault {
    if (this.memory !== undefined) {
      return new Vault(new MemoryTable(this.memory, region, life.options.between), this.domainId, this.now);
    }
    const client = inProcessDynamoDb(this.tables.backend, life.options);
    return new Vault(new Table(this.tableName, region, client), this.domainId, this.now);
  }
}

function plainDomain({ version = 'V1', projects = 2 }: BenchOptions): MakeDomain {
  return (service) => {
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
    const projectIds = Array.from({ length: projects }, (_, index) => {
      const input = { domainIdentifier: domain.id, name: `project-${index + 1}` };
      return service.call('CreateProject', input, caller).id;
    });
    return { domainId: domain.id, projectIds };
  };
}

function enrolReader(
  service: DataZoneService,
  domainIdentifier: string,
  projectIds: readonly string[],
): void {
  const caller = callerOf('admin');
  const profile = service.call(
    'CreateUserProfile',
    { domainIdentifier, userIdentifier: roleArn(readerRole), userType: 'IAM_ROLE' },
    caller,
  );
  for (const projectIdentifier of projectIds) {
    const member = { userIdentifier: profile.id ?? '' };
    service.call(
      'CreateProjectMembership',
      { domainIdentifier, projectIdentifier, designation: 'PROJECT_CONTRIBUTOR', member },
      caller,
    );
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
