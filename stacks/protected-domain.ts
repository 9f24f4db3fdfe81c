import { type Input, interpolate, type Output } from '@pulumi/pulumi';
import { Backup, type ExistingCaptureRole } from '../components/backup';
import type { SelectionSettings } from '../components/backup-definition';
import { ChangeCapture } from '../components/change-capture';
import type { ChangeChannel } from '../components/change-patterns';
import type { DataZoneDomain } from '../components/datazone-domain';
import { Drill } from '../components/drill';
import { Proof } from '../components/proof';
import { RegionPin } from '../components/region-pin';
import { Restore } from '../components/restore';
import { StandbyRegion } from '../components/standby-region';
import { VaultKeys } from '../components/vault-keys';
import { VaultTable } from '../components/vault-table';
import { changeActions, changeKinds } from '../core/catalog/changes';
import { membershipActions } from '../core/catalog/membership';
import { drilledKinds, readActions, restoreActions } from '../core/catalog/registry';
import type { Config } from './config';
import type { StackOutputs } from './outputs';
import { pinOf } from './pin';
import type { Connection } from './providers';

export interface ProtectedDomainArgs {
  readonly config: Config;
  readonly connection: Connection;
  readonly domain: DataZoneDomain;
  /** What is backed up: ids by a stable key, or all projects that there are at each run. */
  readonly projects: 'all' | Readonly<Record<string, Input<string>>>;
  /** What narrows it beside. */
  readonly selection: SelectionSettings;
  /** Ids of the projects that the stack knows, by the name that people have for them. */
  readonly projectIds: Readonly<Record<string, Input<string>>>;
  /** Role that captures; absent: the stack makes one and enrols it. */
  readonly captureRole?: ExistingCaptureRole | undefined;
}

/** The vault and the scheduled backup of a domain, the same for every flavour. */
export function protectDomain(args: ProtectedDomainArgs): StackOutputs {
  const { config, connection, domain, projects } = args;
  const { place, providers } = connection;
  const { primaryRegion, secondaryRegion, onDestroy } = config;
  const opts = { providers: [...providers] };

  new RegionPin('first-deployment', pinOf(config), opts);
  const { tableKeyArn, replicaKeyArn } = new VaultKeys(
    'vault-keys',
    { place, secondaryRegion, onDestroy },
    opts,
  );
  const { tableName, tableArn, replicaTableArn } = new VaultTable(
    'vault',
    { secondaryRegion, tableKeyArn, replicaKeyArn, onDestroy },
    opts,
  );
  const channels = channelsOf(config);
  const backup = new Backup(
    'backup',
    {
      place,
      secondaryRegion,
      domain,
      projects,
      vault: { tableName, tableArn, replicaTableArn, tableKeyArn, replicaKeyArn },
      readActions: [...new Set([...readActions(domain.version), ...membershipActions])],
      captureRole: args.captureRole,
      schedule: {
        intervalMinutes: config.backupIntervalMinutes,
        cron: config.backupCron,
        timeZone: config.backupTimeZone,
        flexibleWindowMinutes: config.flexibleWindowMinutes,
      },
      selection: args.selection,
      maxConcurrency: config.maxConcurrency,
      settleSeconds: config.settleSeconds,
      reading: {
        indexLagMinutes: config.indexLagMinutes,
        rotationRuns: config.rotationRuns,
        rateShare: config.rateShare,
        requestRates: config.requestRates,
      },
      keeping: {
        heldShare: config.heldShare,
        heldLeast: config.heldLeast,
        retentionDays: config.retentionDays,
        keepSnapshots: config.keepSnapshots,
      },
      changes: {
        kinds: changeKinds(domain.version, channels),
        graceSeconds: graceSecondsOf(config, channels),
      },
      logRetentionDays: config.logRetentionDays,
    },
    opts,
  );
  const changes =
    channels.length === 0
      ? undefined
      : new ChangeCapture(
          'changes',
          {
            place,
            domain,
            projects,
            selection: args.selection,
            vault: { tableName, tableArn, tableKeyArn },
            readActions: changeActions(domain.version),
            captureRole: args.captureRole,
            channels,
            batchSeconds: config.changeCaptureBatchSeconds,
            maxConcurrency: config.changeCaptureConcurrency,
            maxReceives: config.changeCaptureMaxReceives,
            rateShare: config.rateShare,
            requestRates: config.requestRates,
            logRetentionDays: config.logRetentionDays,
          },
          opts,
        );
  const proves = {
    domainId: domain.id,
    tableName,
    intervalMinutes: config.proveIntervalMinutes,
    logRetentionDays: config.logRetentionDays,
  };
  new Proof('proof', { ...proves, place, tableArn, tableKeyArn }, opts);
  new Proof(
    'proof-replica',
    {
      ...proves,
      place: { ...place, region: secondaryRegion },
      tableArn: replicaTableArn,
      tableKeyArn: replicaKeyArn,
    },
    opts,
  );
  const restores = {
    domainId: domain.id,
    restoreActions: restoreActions(domain.version),
    rateShare: config.rateShare,
    requestRates: config.requestRates,
    logRetentionDays: config.logRetentionDays,
  };
  const restore = new Restore(
    'restore',
    {
      ...restores,
      place,
      domainKeyArn: domain.keyArn,
      vault: { tableName, tableArn, tableKeyArn },
      // Where the reader's enrolment is not this stack's, neither is the restorer's.
      ...(isEnrolledByOthers(args) ? {} : { enrolment: { domain, projects } }),
    },
    opts,
  );
  const standby = config.standby
    ? new StandbyRegion(
        'standby',
        {
          ...restores,
          place: { ...place, region: secondaryRegion },
          version: domain.version,
          vault: { tableName, tableArn: replicaTableArn, tableKeyArn: replicaKeyArn },
          domainOnDestroy: config.domainOnDestroy,
        },
        opts,
      )
    : undefined;
  const drill =
    standby === undefined || config.drillCron === undefined
      ? undefined
      : new Drill(
          'drill',
          {
            ...restores,
            place: { ...place, region: secondaryRegion },
            restoreActions: restoreActions(domain.version, drilledKinds(domain.version)),
            newDomain: {
              version: domain.version,
              executionRoleArn: standby.domainExecutionRoleArn,
              serviceRoleArn: domain.version === 'V2' ? standby.domainServiceRoleArn : undefined,
              keyArn: standby.domainKeyArn,
            },
            vault: { tableName, tableArn: replicaTableArn, tableKeyArn: replicaKeyArn },
            cron: config.drillCron,
            timeZone: config.backupTimeZone,
          },
          opts,
        );

  return {
    flavour: config.flavour,
    region: primaryRegion,
    secondaryRegion,
    accountId: place.accountId,
    domainId: domain.id,
    domainArn: domain.arn,
    domainVersion: domain.version,
    portalUrl: domain.portalUrl,
    projectIds: args.projectIds,
    tableName,
    tableArn,
    replicaTableArn,
    tableKeyArn,
    replicaKeyArn,
    domainKeyArn: domain.keyArn ?? '',
    backupStateMachineArn: backup.stateMachineArn,
    backupScheduleName: backup.scheduleName,
    captureRoleArn: backup.captureRoleArn,
    changeChannels: channels,
    changeQueueUrl: changes?.queueUrl ?? '',
    changeDeadLetterQueueUrl: changes?.deadLetterQueueUrl ?? '',
    changeCaptureRoleArn: changes?.roleArn ?? '',
    restoreStateMachineArn: restore.stateMachineArn,
    restoreRoleArn: restore.roleArn,
    standbyRestoreStateMachineArn: standby?.restoreStateMachineArn ?? '',
    standbyRestoreRoleArn: standby?.restoreRoleArn ?? '',
    standbyDomainKeyArn: standby?.domainKeyArn ?? '',
    standbyDomainExecutionRoleArn: standby?.domainExecutionRoleArn ?? '',
    standbyDomainServiceRoleArn: standby?.domainServiceRoleArn ?? '',
    drillStateMachineArn: drill?.stateMachineArn ?? '',
    readme: readmeOf(config, { domain, tableName, stateMachineArn: backup.stateMachineArn }),
  };
}

function channelsOf({ changeCapture, changeCaptureCloudTrail }: Config): ChangeChannel[] {
  if (!changeCapture) return [];
  return changeCaptureCloudTrail ? ['events', 'calls'] : ['events'];
}

function isEnrolledByOthers({ captureRole }: ProtectedDomainArgs): boolean {
  return captureRole !== undefined && captureRole.profileId === undefined;
}

function readmeOf(
  { primaryRegion, secondaryRegion, onDestroy }: Config,
  made: { domain: DataZoneDomain; tableName: Input<string>; stateMachineArn: Input<string> },
): Output<string> {
  const { domain, tableName, stateMachineArn } = made;
  return interpolate`Domain ${domain.id} opens at ${domain.portalUrl}.
Its backups are kept in the DynamoDB table ${tableName}, in ${primaryRegion} and ${secondaryRegion}.
To take one now: aws stepfunctions start-execution --region ${primaryRegion} --state-machine-arn ${stateMachineArn}
On pulumi destroy, onDestroy ${onDestroy} holds for the table and its keys.`;
}

/** CloudTrail tells of a call within about five minutes, and promises none. */
const longestCallDelaySeconds = 15 * 60;

/** For so long what tells of a change may be under way, as far as can be told. */
function graceSecondsOf(config: Config, channels: readonly ChangeChannel[]): number {
  const { changeCaptureBatchSeconds, settleSeconds } = config;
  const delay = channels.includes('calls') ? longestCallDelaySeconds : 0;
  return changeCaptureBatchSeconds + settleSeconds + delay;
}
