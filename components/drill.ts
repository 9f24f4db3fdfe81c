import { Schedule, ScheduleGroup } from '@pulumi/aws/scheduler';
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
} from '@pulumi/pulumi';
import { drillEnvironment } from '../handlers/drill.env';
import { tearDownDrillEnvironment } from '../handlers/tear-down-drill.env';
import { longestTaskSeconds } from './backup-callbacks';
import { Callback } from './callback';
import { drillDefinition } from './drill-definition';
import { type DrillAccess, drillGrants, drillScheduleGrants, tearDownGrants } from './drill-permissions';
import { type NewDomain, newDomainEnvironment } from './new-domain';
import { OperationsKey } from './operations-key';
import type { Place } from './place';
import type { RegionalVault } from './restore';
import { serviceRole } from './service-role';
import { loggedStateMachine } from './state-machine';

export interface DrillArgs {
  /** Whose Region is the one that restores. */
  readonly place: Place;
  /** The domain that is protected. */
  readonly domainId: Input<string>;
  /** What a scratch domain is made with. */
  readonly newDomain: NewDomain;
  readonly vault: RegionalVault;
  /** IAM actions of reading a domain, and of making and changing what is drilled. */
  readonly restoreActions: readonly string[];
  /** Six fields: minutes, hours, day of month, month, day of week, year. */
  readonly cron: string;
  /** Name of the IANA time zone database that `cron` is in. */
  readonly timeZone: string;
  /** Per cent of the published request rates. */
  readonly rateShare: number;
  /** Requests per second by operation, in place of that share. */
  readonly requestRates: Readonly<Record<string, number>>;
  readonly logRetentionDays: number;
}

/**
 * Restores the newest proven snapshot into a scratch domain, on a schedule, compares, and deletes that: two functions,
 * state machine, schedule, logs, key. What deletes has a role of its own, which can make and tag nothing.
 */
export class Drill extends ComponentResource {
  readonly stateMachineArn: Output<string>;

  constructor(name: string, args: DrillArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:restore:Drill', name, {}, opts);
    const { place, newDomain, vault, domainId, logRetentionDays } = args;
    const { accountId, region } = place;
    const child = { parent: this };

    const { keyArn: logKeyArn } = new OperationsKey(`${name}-operations`, { place }, child);
    const access: DrillAccess = { ...args, vault: { ...vault, region } };
    const roleWith = (suffix: string, grants: ReturnType<typeof drillGrants>) =>
      serviceRole(`${name}-${suffix}`, { service: 'lambda.amazonaws.com', grants }, this);
    const tasks = roleWith('tasks', drillGrants(access));
    const common = { timeoutSeconds: longestTaskSeconds, logRetentionDays, logKeyArn, region };
    const inVault = { DOMAIN_ID: domainId, TABLE_NAME: vault.tableName };
    const drill = new Callback(
      `${name}-tasks`,
      {
        ...common,
        description: 'Restores into a scratch domain, and compares',
        handler: 'handlers/drill.ts',
        schema: drillEnvironment,
        environment: {
          ...inVault,
          RATE_SHARE: args.rateShare,
          REQUEST_RATES: JSON.stringify(args.requestRates),
          ...newDomainEnvironment(newDomain),
          RESTORE_ROLE_ARN: tasks.arn,
        },
        serviceName: 'drill',
        role: tasks,
        memoryMegabytes: 2048,
      },
      child,
    );
    const tearDown = new Callback(
      `${name}-tear-down`,
      {
        ...common,
        description: 'Deletes the scratch domain of a drill',
        handler: 'handlers/tear-down-drill.ts',
        schema: tearDownDrillEnvironment,
        environment: inVault,
        serviceName: 'tearDownDrill',
        role: roleWith('tear-down', tearDownGrants(access)),
        memoryMegabytes: 512,
      },
      child,
    );
    const functionArns = { drill: drill.functionArn, tearDownDrill: tearDown.functionArn };
    const definition = output(functionArns).apply((arns) =>
      JSON.stringify(
        drillDefinition({
          invokeResource: `arn:${place.partition}:states:::lambda:invoke`,
          functionArns: arns,
          taskTimeoutSeconds: longestTaskSeconds,
        }),
      ),
    );
    const machine = loggedStateMachine(
      name,
      { place, definition, functionArns, logRetentionDays, logKeyArn, region },
      this,
    );
    const group = new ScheduleGroup(name, { region }, child);
    const role = serviceRole(
      `${name}-schedule`,
      {
        service: 'scheduler.amazonaws.com',
        source: { accountId, arn: group.arn },
        grants: drillScheduleGrants(machine.arn),
      },
      this,
    );
    new Schedule(
      name,
      {
        groupName: group.name,
        description: 'Starts a drill of the restore of an Amazon DataZone domain',
        scheduleExpression: `cron(${args.cron})`,
        scheduleExpressionTimezone: args.timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: machine.arn,
          roleArn: role.arn,
          input: '{}',
          // A drill that could not be started for an hour is left to the next one.
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
        },
        region,
      },
      { parent: this, dependsOn: [...role.policies] },
    );

    this.stateMachineArn = machine.arn;
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });
  }
}
