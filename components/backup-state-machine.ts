import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from '@pulumi/pulumi';
import { longestTaskSeconds } from './backup-callbacks';
import { type BackupTask, backupDefinition, type SelectionSettings } from './backup-definition';
import type { Place } from './place';
import { loggedStateMachine } from './state-machine';

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
    const { partition } = args.place;
    const { functionArns, selection, maxConcurrency, settleSeconds } = args;

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
    const machine = loggedStateMachine(
      name,
      {
        place: args.place,
        definition,
        functionArns,
        logRetentionDays: args.logRetentionDays,
        logKeyArn: args.logKeyArn,
      },
      this,
    );

    this.stateMachineArn = machine.arn;
    this.executionsArn = machine.arn.apply((arn) => `${arn.replace(':stateMachine:', ':execution:')}:*`);
    this.registerOutputs({ stateMachineArn: this.stateMachineArn, executionsArn: this.executionsArn });
  }
}
