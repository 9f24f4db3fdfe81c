import { Schedule, ScheduleGroup } from '@pulumi/aws/scheduler';
import { Queue } from '@pulumi/aws/sqs';
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from '@pulumi/pulumi';
import { scheduleGrants } from './backup-permissions';
import type { Place } from './place';
import { queuePolicy } from './queue-policy';
import { serviceRole } from './service-role';

/** When the backup runs. */
export interface ScheduleSettings {
  /** Minutes between two runs; ignored where there is a `cron`. */
  readonly intervalMinutes: number;
  /** Six fields: minutes, hours, day of month, month, day of week, year. */
  readonly cron?: string | undefined;
  /** Name of the IANA time zone database that `cron` is in. */
  readonly timeZone: string;
  /** Minutes by which a run may start late; 0: on time. */
  readonly flexibleWindowMinutes: number;
}

export interface BackupScheduleArgs {
  readonly place: Place;
  readonly stateMachineArn: Input<string>;
  readonly settings: ScheduleSettings;
  /** Encrypts the dead-letter queue. */
  readonly keyArn: Input<string>;
  /** What must hold before the first run: a new schedule may start one at once. */
  readonly startAfter: readonly Resource[];
}

/** The schedule of the backup, and the queue of what it could not start. */
export class BackupSchedule extends ComponentResource {
  readonly scheduleName: Output<string>;
  readonly deadLetterQueueArn: Output<string>;

  constructor(name: string, args: BackupScheduleArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:backup:BackupSchedule', name, {}, opts);
    const { accountId, region } = args.place;
    const child = { parent: this };

    const queue = new Queue(
      name,
      { kmsMasterKeyId: args.keyArn, messageRetentionSeconds: 14 * 24 * 3600 },
      child,
    );
    const tlsOnly = queuePolicy(name, queue, [], this);
    const group = new ScheduleGroup(name, {}, child);
    const role = serviceRole(
      name,
      {
        service: 'scheduler.amazonaws.com',
        source: { accountId, arn: group.arn },
        grants: scheduleGrants({
          stateMachineArn: args.stateMachineArn,
          deadLetterArn: queue.arn,
          deadLetterKeyArn: args.keyArn,
          region,
        }),
      },
      this,
    );
    const { settings } = args;
    const schedule = new Schedule(
      name,
      {
        groupName: group.name,
        description: 'Starts the backup of an Amazon DataZone domain',
        scheduleExpression: expressionOf(settings),
        scheduleExpressionTimezone: settings.timeZone,
        flexibleTimeWindow:
          settings.flexibleWindowMinutes === 0
            ? { mode: 'OFF' }
            : { mode: 'FLEXIBLE', maximumWindowInMinutes: settings.flexibleWindowMinutes },
        target: {
          arn: args.stateMachineArn,
          roleArn: role.arn,
          input: '{}',
          // A run that could not be started for an hour is left to the next one.
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
          deadLetterConfig: { arn: queue.arn },
        },
      },
      { parent: this, dependsOn: [...role.policies, tlsOnly, ...args.startAfter] },
    );

    this.scheduleName = schedule.name;
    this.deadLetterQueueArn = queue.arn;
    this.registerOutputs({
      scheduleName: this.scheduleName,
      deadLetterQueueArn: this.deadLetterQueueArn,
    });
  }
}

function expressionOf({ cron, intervalMinutes }: ScheduleSettings): string {
  if (cron !== undefined) return `cron(${cron})`;
  return intervalMinutes === 1 ? 'rate(1 minute)' : `rate(${intervalMinutes} minutes)`;
}
