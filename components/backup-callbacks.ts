import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from '@pulumi/pulumi';
import { beginEnvironment } from '../handlers/begin.env';
import { captureScopesEnvironment } from '../handlers/capture-scopes.env';
import { closeReferencesEnvironment } from '../handlers/close-references.env';
import { collectEnvironment } from '../handlers/collect.env';
import { commitEnvironment } from '../handlers/commit.env';
import { failEnvironment } from '../handlers/fail.env';
import type { BackupTask } from './backup-definition';
import { Callback } from './callback';
import type { GrantedRole } from './service-role';

/** Lambda's longest: what a task does not finish in it, the next call goes on with. */
export const longestTaskSeconds = 900;

/** How a run reads the domain. */
export interface ReadingSettings {
  /** How far the domain's search indexes may lag behind its writes. */
  readonly indexLagMinutes: number;
  /** In so many runs each asset and data product is asked once for what is listed under it. */
  readonly rotationRuns: number;
  /** Per cent of the published request rates. */
  readonly rateShare: number;
  /** Requests per second by operation, in place of that share. */
  readonly requestRates: Readonly<Record<string, number>>;
}

/** When a snapshot is HELD, and for how long the vault stays whole. */
export interface KeepingSettings {
  /** Per cent of a kind, or of a kind in a scope, that may be gone. */
  readonly heldShare: number;
  /** Fewer than this many gone are never too many, unless all are. */
  readonly heldLeast: number;
  /** Days of which every instant can be read. */
  readonly retentionDays: number;
  /** COMPLETE snapshots that can be read, whatever their age. */
  readonly keepSnapshots: number;
}

/** What is captured as it happens, so that a snapshot that finds it says that it was missed. */
export interface CapturedChanges {
  /** Names of kinds. */
  readonly kinds: readonly string[];
  /** For so long what tells of a change may be under way. */
  readonly graceSeconds: number;
}

export interface BackupCallbacksArgs {
  readonly captureRole: GrantedRole;
  readonly commitRole: GrantedRole;
  readonly collectRole: GrantedRole;
  readonly domainId: Input<string>;
  readonly tableName: Input<string>;
  readonly peerRegion: string;
  readonly reading: ReadingSettings;
  readonly keeping: KeepingSettings;
  readonly changes: CapturedChanges;
  readonly logRetentionDays: number;
  readonly logKeyArn: Input<string>;
}

/** The six functions of a run. */
export class BackupCallbacks extends ComponentResource {
  readonly functionArns: Readonly<Record<BackupTask, Output<string>>>;

  constructor(name: string, args: BackupCallbacksArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:backup:BackupCallbacks', name, {}, opts);
    const { logRetentionDays, logKeyArn, reading, keeping, changes } = args;
    const vault = { DOMAIN_ID: args.domainId, TABLE_NAME: args.tableName };
    const reader = {
      ...vault,
      READER_ROLE_ARN: args.captureRole.arn,
      RATE_SHARE: reading.rateShare,
      REQUEST_RATES: JSON.stringify(reading.requestRates),
    };
    const capture = {
      ...reader,
      INDEX_LAG_MINUTES: reading.indexLagMinutes,
      ROTATION_RUNS: reading.rotationRuns,
    };
    const common = { logRetentionDays, logKeyArn };
    const child = { parent: this };

    const begin = new Callback(
      `${name}-begin`,
      {
        ...common,
        description: 'Begins a run: takes the lease and deals out the scopes',
        handler: 'handlers/begin.ts',
        schema: beginEnvironment,
        environment: { ...reader, PEER_REGION: args.peerRegion },
        serviceName: 'begin',
        role: args.captureRole,
        memoryMegabytes: 512,
        timeoutSeconds: 300,
      },
      child,
    );
    const captureScopes = new Callback(
      `${name}-capture-scopes`,
      {
        ...common,
        description: 'Reads the scopes of a group and writes what changed into the vault',
        handler: 'handlers/capture-scopes.ts',
        schema: captureScopesEnvironment,
        environment: capture,
        serviceName: 'captureScopes',
        role: args.captureRole,
        memoryMegabytes: 2048,
        timeoutSeconds: longestTaskSeconds,
      },
      child,
    );
    const closeReferences = new Callback(
      `${name}-close-references`,
      {
        ...common,
        description: 'Captures what captured resources refer to',
        handler: 'handlers/close-references.ts',
        schema: closeReferencesEnvironment,
        environment: capture,
        serviceName: 'closeReferences',
        role: args.captureRole,
        memoryMegabytes: 1024,
        timeoutSeconds: longestTaskSeconds,
      },
      child,
    );
    const commit = new Callback(
      `${name}-commit`,
      {
        ...common,
        description: 'Counts what the vault holds at the cut and closes the manifest',
        handler: 'handlers/commit.ts',
        schema: commitEnvironment,
        environment: {
          ...vault,
          HELD_SHARE: keeping.heldShare,
          HELD_LEAST: keeping.heldLeast,
          CHANGE_KINDS: JSON.stringify(changes.kinds),
          CHANGE_GRACE_SECONDS: changes.graceSeconds,
        },
        serviceName: 'commit',
        role: args.commitRole,
        memoryMegabytes: 1024,
        timeoutSeconds: longestTaskSeconds,
      },
      child,
    );
    const collect = new Callback(
      `${name}-collect`,
      {
        ...common,
        description: 'Gives up what is older than the retention',
        handler: 'handlers/collect.ts',
        schema: collectEnvironment,
        environment: {
          ...vault,
          RETENTION_DAYS: keeping.retentionDays,
          KEEP_SNAPSHOTS: keeping.keepSnapshots,
        },
        serviceName: 'collect',
        role: args.collectRole,
        memoryMegabytes: 1024,
        timeoutSeconds: longestTaskSeconds,
      },
      child,
    );
    const fail = new Callback(
      `${name}-fail`,
      {
        ...common,
        description: 'Writes into the manifest why a run failed',
        handler: 'handlers/fail.ts',
        schema: failEnvironment,
        environment: vault,
        serviceName: 'fail',
        role: args.commitRole,
        memoryMegabytes: 256,
        timeoutSeconds: 60,
      },
      child,
    );

    this.functionArns = {
      begin: begin.functionArn,
      captureScopes: captureScopes.functionArn,
      closeReferences: closeReferences.functionArn,
      commit: commit.functionArn,
      collect: collect.functionArn,
      fail: fail.functionArn,
    };
    this.registerOutputs({ functionArns: this.functionArns });
  }
}
