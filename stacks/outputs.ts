import type { Input } from '@pulumi/pulumi';

/** What every stack tells those who work with it, whatever its flavour. Names are an API. */
export interface StackOutputs {
  readonly flavour: string;
  readonly region: string;
  readonly secondaryRegion: string;
  readonly accountId: string;
  readonly domainId: Input<string>;
  readonly domainArn: Input<string>;
  readonly domainVersion: string;
  readonly portalUrl: Input<string>;
  /** Ids of the projects that the stack makes or was told of, by name (or by id, where it knows no name). */
  readonly projectIds: Readonly<Record<string, Input<string>>>;
  readonly tableName: Input<string>;
  readonly tableArn: Input<string>;
  readonly replicaTableArn: Input<string>;
  readonly tableKeyArn: Input<string>;
  readonly replicaKeyArn: Input<string>;
  /** Empty where DataZone owns the domain's key. */
  readonly domainKeyArn: Input<string>;
  readonly backupStateMachineArn: Input<string>;
  readonly backupScheduleName: Input<string>;
  readonly captureRoleArn: Input<string>;
  /** How to go on from here, for people. */
  readonly readme: Input<string>;
}
