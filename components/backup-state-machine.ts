import { LogGroup } from '@pulumi/aws/cloudwatch';
import { StateMachine } from '@pulumi/aws/sfn';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
} from '@pulumi/pulumi';
import { longestTaskSeconds } from './backup-callbacks';
import { type BackupTask, backupDefinition, type SelectionSettings } from './backup-definition';
import { stateMachineGrants } from './backup-permissions';
import type { Place } from './place';
import { serviceRole } from './service-role';

export interface BackupStateMachineArgs {
  readonly place: Place;
  readonly functionArns: Readonly<Record<BackupTask, Input<string>>>;
  /** Ids of the projects of a run, or all that there are when it begins. */
  readonly projects: 'all' | readonly Input<string>[];
  readonly selection: SelectionSettings;
  readonly maxConcurrency: number;
  readonly settleSeconds: number;
  readonly logRetentionDays: number;
  readonly logKeyArn: Input<string>;
}

/** The state machine of the backup, with its role and the log of its executions. */
export class BackupStateMachine extends ComponentResource {
  readonly stateMachineArn: Output<string>;
  /** ARN of all its executions. */
  readonly executionsArn: Output<string>;

  constructor(name: string, args: BackupStateMachineArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:backup:BackupStateMachine', name, {}, opts);
    const { partition, region, accountId } = args.place;
    const { functionArns, selection, maxConcurrency, settleSeconds } = args;

    const logGroup = new LogGroup(
      name,
      {
        // The log resource policy of an account overflows with groups of other names.
        namePrefix: `/aws/vendedlogs/states/${name}-`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.logKeyArn,
      },
      { parent: this },
    );
    const role = serviceRole(
      name,
      {
        service: 'states.amazonaws.com',
        source: { accountId, arn: `arn:${partition}:states:${region}:${accountId}:stateMachine:*` },
        grants: stateMachineGrants(functionArns),
      },
      this,
    );
    const definition = all([functionArns, args.projects] as const).apply(([arns, projects]) =>
      JSON.stringify(
        backupDefinition({
          invokeResource: `arn:${partition}:states:::lambda:invoke`,
          functionArns: arns,
          taskTimeoutSeconds: longestTaskSeconds,
          projects,
          selection,
          maxConcurrency,
          settleSeconds,
        }),
      ),
    );
    const machine = new StateMachine(
      name,
      {
        type: 'STANDARD',
        definition,
        roleArn: role.arn,
        loggingConfiguration: {
          level: 'ALL',
          includeExecutionData: false,
          logDestination: interpolate`${logGroup.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
      },
      { parent: this, dependsOn: [...role.policies] },
    );

    this.stateMachineArn = machine.arn;
    this.executionsArn = machine.arn.apply((arn) => `${arn.replace(':stateMachine:', ':execution:')}:*`);
    this.registerOutputs({ stateMachineArn: this.stateMachineArn, executionsArn: this.executionsArn });
  }
}
