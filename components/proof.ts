import { Schedule, ScheduleGroup } from '@pulumi/aws/scheduler';
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from '@pulumi/pulumi';
import { proveEnvironment } from '../handlers/prove.env';
import { longestTaskSeconds } from './backup-callbacks';
import { Callback } from './callback';
import { OperationsKey } from './operations-key';
import type { Place } from './place';
import { proofGrants, proofScheduleGrants } from './proof-permissions';
import { serviceRole } from './service-role';

export interface ProofArgs {
  /** Whose Region is the one that proves. */
  readonly place: Place;
  readonly domainId: Input<string>;
  /** The vault in that Region. */
  readonly tableName: Input<string>;
  readonly tableArn: Input<string>;
  readonly tableKeyArn: Input<string>;
  readonly intervalMinutes: number;
  readonly logRetentionDays: number;
}

/**
 * Computes the newest snapshot again in one Region, on a schedule of that Region: function, schedule, log, key. It
 * works when every other Region is gone.
 */
export class Proof extends ComponentResource {
  readonly functionArn: Output<string>;

  constructor(name: string, args: ProofArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:proof:Proof', name, {}, opts);
    const { place, intervalMinutes } = args;
    const { accountId, region } = place;
    const child = { parent: this };

    const { keyArn } = new OperationsKey(`${name}-operations`, { place }, child);
    const { functionArn } = new Callback(
      name,
      {
        description: 'Computes the newest snapshot again from the vault in this Region',
        handler: 'handlers/prove.ts',
        schema: proveEnvironment,
        environment: { DOMAIN_ID: args.domainId, TABLE_NAME: args.tableName },
        serviceName: 'prove',
        role: serviceRole(
          name,
          { service: 'lambda.amazonaws.com', grants: proofGrants({ ...args, region }) },
          this,
        ),
        memoryMegabytes: 1024,
        timeoutSeconds: longestTaskSeconds,
        logRetentionDays: args.logRetentionDays,
        logKeyArn: keyArn,
        region,
      },
      child,
    );
    const group = new ScheduleGroup(name, { region }, child);
    const role = serviceRole(
      `${name}-schedule`,
      {
        service: 'scheduler.amazonaws.com',
        source: { accountId, arn: group.arn },
        grants: proofScheduleGrants(functionArn),
      },
      this,
    );
    new Schedule(
      name,
      {
        groupName: group.name,
        description: 'Proves the backup of an Amazon DataZone domain in this Region',
        scheduleExpression: `rate(${intervalMinutes} minutes)`,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: functionArn,
          roleArn: role.arn,
          input: '{}',
          // The next one proves the same, or more.
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 2 },
        },
        region,
      },
      { parent: this, dependsOn: [...role.policies] },
    );

    this.functionArn = functionArn;
    this.registerOutputs({ functionArn });
  }
}
