import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
} from '@pulumi/pulumi';
import {
  BackupCallbacks,
  type CapturedChanges,
  type KeepingSettings,
  type ReadingSettings,
} from './backup-callbacks';
import type { SelectionSettings } from './backup-definition';
import { leaseGrants } from './backup-permissions';
import { BackupRoles } from './backup-roles';
import { BackupSchedule, type ScheduleSettings } from './backup-schedule';
import { BackupStateMachine } from './backup-state-machine';
import type { DataZoneDomain } from './datazone-domain';
import { Enrolment } from './enrolment';
import { OperationsKey } from './operations-key';
import type { Place } from './place';
import { grantTo } from './service-role';

/** The vault as a component made it. */
export interface VaultResources {
  readonly tableName: Input<string>;
  readonly tableArn: Input<string>;
  readonly replicaTableArn: Input<string>;
  readonly tableKeyArn: Input<string>;
  readonly replicaKeyArn: Input<string>;
}

/** A role that exists already and captures; Lambda must be allowed to assume it. */
export interface ExistingCaptureRole {
  readonly arn: string;
  /** Its user profile; undefined: it is a member of the projects already, too. */
  readonly profileId: string | undefined;
}

export interface BackupArgs {
  readonly place: Place;
  /** Region of the vault's replica. */
  readonly secondaryRegion: string;
  readonly domain: DataZoneDomain;
  /** Ids by a stable key, or all projects that there are when a run begins. */
  readonly projects: 'all' | Readonly<Record<string, Input<string>>>;
  readonly vault: VaultResources;
  /** IAM actions of all reads of a run (`datazone:Search`). */
  readonly readActions: readonly string[];
  /** @default a role is made and enrolled */
  readonly captureRole?: ExistingCaptureRole | undefined;
  readonly schedule: ScheduleSettings;
  readonly selection: SelectionSettings;
  /** Workers that read the domain at once. */
  readonly maxConcurrency: number;
  readonly settleSeconds: number;
  readonly reading: ReadingSettings;
  readonly keeping: KeepingSettings;
  readonly changes: CapturedChanges;
  readonly logRetentionDays: number;
}

/**
 * The scheduled backup of a domain into its vault: roles, the reader's enrolment, callbacks, state machine,
 * schedule. Domain and vault are the caller's.
 */
export class Backup extends ComponentResource {
  readonly stateMachineArn: Output<string>;
  readonly scheduleName: Output<string>;
  readonly captureRoleArn: Output<string>;

  constructor(name: string, args: BackupArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:backup:Backup', name, {}, opts);
    const { place, secondaryRegion, domain, projects, vault, captureRole, logRetentionDays } = args;
    const child = { parent: this };

    const { keyArn } = new OperationsKey(`${name}-operations`, { place }, child);
    const logs = { logRetentionDays, logKeyArn: keyArn };
    const roles = new BackupRoles(
      name,
      {
        vault: { ...vault, region: place.region, secondaryRegion },
        domain: {
          region: place.region,
          keyArn: domain.keyArn,
          readActions: args.readActions,
          enrols: projects === 'all',
        },
        captureRoleArn: captureRole?.arn,
      },
      child,
    );
    const enrolment = this.enrol(name, args, roles);
    const { functionArns } = new BackupCallbacks(
      name,
      {
        captureRole: roles.capture,
        commitRole: roles.commit,
        collectRole: roles.collect,
        domainId: domain.id,
        tableName: vault.tableName,
        peerRegion: secondaryRegion,
        reading: args.reading,
        keeping: args.keeping,
        changes: args.changes,
        ...logs,
      },
      child,
    );
    const machine = new BackupStateMachine(
      name,
      {
        place,
        functionArns,
        projects: projects === 'all' ? projects : Object.values(projects),
        selection: args.selection,
        maxConcurrency: args.maxConcurrency,
        settleSeconds: args.settleSeconds,
        ...logs,
      },
      child,
    );
    // Apart from the role's other grants, since the state machine needs the functions, and they those.
    const lease = grantTo(roles.capture.name, `${name}-lease`, leaseGrants(machine.executionsArn), this);
    const schedule = new BackupSchedule(
      `${name}-schedule`,
      {
        place,
        stateMachineArn: machine.stateMachineArn,
        settings: args.schedule,
        keyArn,
        startAfter: [lease, ...enrolment],
      },
      child,
    );

    this.stateMachineArn = machine.stateMachineArn;
    this.scheduleName = schedule.scheduleName;
    this.captureRoleArn = output(roles.capture.arn);
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      scheduleName: this.scheduleName,
      captureRoleArn: this.captureRoleArn,
    });
  }

  /** Makes the role that captures a member of the projects, unless it is one already. */
  private enrol(name: string, args: BackupArgs, { capture }: BackupRoles): Enrolment[] {
    const { captureRole, domain, projects } = args;
    if (captureRole !== undefined && captureRole.profileId === undefined) return [];
    const role =
      captureRole?.profileId === undefined
        ? { arn: capture.arn, policies: [...capture.policies] }
        : { profileId: captureRole.profileId };
    const designation = 'PROJECT_CONTRIBUTOR';
    return [new Enrolment(`${name}-reader`, { domain, role, projects, designation }, { parent: this })];
  }
}
