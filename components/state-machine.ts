import { LogGroup } from '@pulumi/aws/cloudwatch';
import { StateMachine } from '@pulumi/aws/sfn';
import { type Input, interpolate, type Resource } from '@pulumi/pulumi';
import { stateMachineGrants } from './backup-permissions';
import type { Place } from './place';
import { serviceRole } from './service-role';

export interface StateMachineArgs {
  readonly place: Place;
  /** Amazon States Language, as JSON text. */
  readonly definition: Input<string>;
  /** The functions that it calls, by task. */
  readonly functionArns: Readonly<Record<string, Input<string>>>;
  readonly logRetentionDays: number;
  readonly logKeyArn: Input<string>;
  /** @default the provider's */
  readonly region?: string;
}

/** Makes a state machine that calls functions, with its role and the log of its executions. */
export function loggedStateMachine(name: string, args: StateMachineArgs, parent: Resource): StateMachine {
  const { partition, region, accountId } = args.place;
  const placed = args.region === undefined ? {} : { region: args.region };

  const logGroup = new LogGroup(
    name,
    {
      // The log resource policy of an account overflows with groups of other names.
      namePrefix: `/aws/vendedlogs/states/${name}-`,
      retentionInDays: args.logRetentionDays,
      kmsKeyId: args.logKeyArn,
      ...placed,
    },
    { parent },
  );
  const role = serviceRole(
    name,
    {
      service: 'states.amazonaws.com',
      source: { accountId, arn: `arn:${partition}:states:${region}:${accountId}:stateMachine:*` },
      grants: stateMachineGrants(args.functionArns),
    },
    parent,
  );
  return new StateMachine(
    name,
    {
      type: 'STANDARD',
      definition: args.definition,
      roleArn: role.arn,
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: false,
        logDestination: interpolate`${logGroup.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
      ...placed,
    },
    { parent, dependsOn: [...role.policies] },
  );
}
