import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from '@pulumi/pulumi';
import { beginEnvironment } from '../handlers/begin.env';
import { captureScopesEnvironment } from '../handlers/capture-scopes.env';
import { closeReferencesEnvironment } from '../handlers/close-references.env';
import { commitEnvironment } from '../handlers/commit.env';
import { failEnvironment } from '../handlers/fail.env';
import type { BackupTask } from './backup-definition';
import { Callback } from './callback';
import type { GrantedRole } from './service-role';

/** Lambda's longest: what a task does not finish in it, the next call goes on with. */
export const longestTaskSeconds = 900;

export interface BackupCallbacksArgs {
  readonly captureRole: GrantedRole;
  readonly commitRole: GrantedRole;
  readonly domainId: Input<string>;
  readonly tableName: Input<string>;
  readonly peerRegion: string;
  readonly indexLagMinutes: number;
  readonly logRetentionDays: number;
  readonly logKeyArn: Input<string>;
}

/** The five functions of a run. */
export class BackupCallbacks extends ComponentResource {
  readonly functionArns: Readonly<Record<BackupTask, Output<string>>>;

  constructor(name: string, args: BackupCallbacksArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:backup:BackupCallbacks', name, {}, opts);
    const { logRetentionDays, logKeyArn } = args;
    const vault = { DOMAIN_ID: args.domainId, TABLE_NAME: args.tableName };
    const reader = { ...vault, READER_ROLE_ARN: args.captureRole.arn };
    const capture = { ...reader, INDEX_LAG_MINUTES: args.indexLagMinutes };
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
        environment: vault,
        serviceName: 'commit',
        role: args.commitRole,
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
      fail: fail.functionArn,
    };
    this.registerOutputs({ functionArns: this.functionArns });
  }
}
