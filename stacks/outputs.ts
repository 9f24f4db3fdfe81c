import type { Input } from '@pulumi/pulumi';

/** What every stack tells those who work with it, whatever its flavour. Names are an API. */
export interface StackOutputs {
  /** datazone or smus. */
  readonly flavour: string;
  /** Primary Region: of the domain, the table and the state machine. */
  readonly region: string;
  /** Region of the table's replica. */
  readonly secondaryRegion: string;
  /** AWS account of it all. */
  readonly accountId: string;
  /** Id of the domain that is backed up. */
  readonly domainId: Input<string>;
  /** ARN of the domain. */
  readonly domainArn: Input<string>;
  /** V1 (Amazon DataZone) or V2 (Amazon SageMaker Unified Studio). */
  readonly domainVersion: string;
  /** Where people open the domain. */
  readonly portalUrl: Input<string>;
  /** Ids of the projects that the stack makes or was told of, by name (or by id, where it knows no name). */
  readonly projectIds: Readonly<Record<string, Input<string>>>;
  /** Name of the vault, in both Regions. */
  readonly tableName: Input<string>;
  /** The vault in the primary Region. */
  readonly tableArn: Input<string>;
  /** The vault in the secondary Region. */
  readonly replicaTableArn: Input<string>;
  /** Key that encrypts the vault in the primary Region. */
  readonly tableKeyArn: Input<string>;
  /** Its replica, which encrypts the vault in the secondary Region. */
  readonly replicaKeyArn: Input<string>;
  /** Key that encrypts the domain; empty where DataZone owns it. */
  readonly domainKeyArn: Input<string>;
  /** State machine of the backup: start an execution of it to take a backup now. */
  readonly backupStateMachineArn: Input<string>;
  /** Schedule that starts it. */
  readonly backupScheduleName: Input<string>;
  /** IAM role that reads the domain; a user of the domain and a member of its projects. */
  readonly captureRoleArn: Input<string>;
  /** What tells of changes between two backups: `events` of DataZone, and `calls` that CloudTrail records. */
  readonly changeChannels: readonly string[];
  /** Queue of what told of changes and is not captured yet; empty without `changeCapture`. */
  readonly changeQueueUrl: Input<string>;
  /** Queue of what could not be captured: `dzr doctor` shows it. */
  readonly changeDeadLetterQueueUrl: Input<string>;
  /** IAM role that captures changes; a user of the domain and a member of its projects. */
  readonly changeCaptureRoleArn: Input<string>;
  /** State machine of restores in the primary Region: plans, applies and verifies, one action for each execution. */
  readonly restoreStateMachineArn: Input<string>;
  /** IAM role that it works in; a user of the domain and an owner of its projects. */
  readonly restoreRoleArn: Input<string>;
  /** State machine of restores in the secondary Region, which makes a new domain too; empty without `standby`. */
  readonly standbyRestoreStateMachineArn: Input<string>;
  /** IAM role that it works in; it owns the domains that it makes. */
  readonly standbyRestoreRoleArn: Input<string>;
  /** Key that stands ready in the secondary Region for a new domain. */
  readonly standbyDomainKeyArn: Input<string>;
  /** Role that stands ready for a new domain to run under. */
  readonly standbyDomainExecutionRoleArn: Input<string>;
  /** Service role that stands ready for a new V2 domain; empty for V1. */
  readonly standbyDomainServiceRoleArn: Input<string>;
  /** State machine of drills, in the secondary Region; empty without `drillCron`. */
  readonly drillStateMachineArn: Input<string>;
  /** How to go on from here, for people. */
  readonly readme: Input<string>;
}
