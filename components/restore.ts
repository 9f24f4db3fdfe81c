import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
} from '@pulumi/pulumi';
import { applyRestoreEnvironment } from '../handlers/apply-restore.env';
import { createDomainEnvironment } from '../handlers/create-domain.env';
import { planRestoreEnvironment } from '../handlers/plan-restore.env';
import { verifyRestoreEnvironment } from '../handlers/verify-restore.env';
import { longestTaskSeconds } from './backup-callbacks';
import { Callback } from './callback';
import { Enrolment, type EnrolmentArgs } from './enrolment';
import { type NewDomain, newDomainEnvironment } from './new-domain';
import { OperationsKey } from './operations-key';
import type { Place } from './place';
import { restoreDefinition } from './restore-definition';
import { restoreGrants } from './restore-permissions';
import { serviceRole } from './service-role';
import { loggedStateMachine } from './state-machine';

/** The vault of one Region. */
export interface RegionalVault {
  readonly tableName: Input<string>;
  readonly tableArn: Input<string>;
  readonly tableKeyArn: Input<string>;
}

export interface RestoreArgs {
  /** Whose Region is the one that restores. */
  readonly place: Place;
  /** The domain that is protected. */
  readonly domainId: Input<string>;
  /** Key of the domain in this Region; undefined: there is none, or DataZone owns it. */
  readonly domainKeyArn: Input<string> | undefined;
  /** With it, the state machine makes a domain when it is asked to. */
  readonly newDomain?: NewDomain;
  readonly vault: RegionalVault;
  /** IAM actions of reading a domain, and of making and changing what it lacks. */
  readonly restoreActions: readonly string[];
  /** Per cent of the published request rates. */
  readonly rateShare: number;
  /** Requests per second by operation, in place of that share. */
  readonly requestRates: Readonly<Record<string, number>>;
  readonly logRetentionDays: number;
  /**
   * Makes its role a user of the protected domain and an owner of these projects. Absent: the domain stands in
   * another Region.
   */
  readonly enrolment?: Pick<EnrolmentArgs, 'domain' | 'projects'>;
}

/**
 * Restores from the vault in one Region, on demand: role, functions, state machine, logs, key. It works when every
 * other Region is gone. The domain's owners decide what its role may change.
 */
export class Restore extends ComponentResource {
  readonly stateMachineArn: Output<string>;
  /** Role that reads and changes the domains that are restored. */
  readonly roleArn: Output<string>;

  constructor(name: string, args: RestoreArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:restore:Restore', name, {}, opts);
    const { place, domainId, vault, logRetentionDays } = args;
    const { region } = place;
    const child = { parent: this };

    const { keyArn: logKeyArn } = new OperationsKey(`${name}-operations`, { place }, child);
    const role = serviceRole(
      `${name}-tasks`,
      {
        service: 'lambda.amazonaws.com',
        grants: restoreGrants({ ...args, vault: { ...vault, region } }),
      },
      this,
    );
    const environment = {
      DOMAIN_ID: domainId,
      TABLE_NAME: vault.tableName,
      RATE_SHARE: args.rateShare,
      REQUEST_RATES: JSON.stringify(args.requestRates),
      RESTORE_ROLE_ARN: role.arn,
    };
    const common = {
      role,
      memoryMegabytes: 2048,
      timeoutSeconds: longestTaskSeconds,
      logRetentionDays,
      logKeyArn,
      region,
    };
    const plan = new Callback(
      `${name}-plan`,
      {
        ...common,
        description: 'Plans a restore: compares the vault with a domain and keeps what is to be done',
        handler: 'handlers/plan-restore.ts',
        schema: planRestoreEnvironment,
        environment,
        serviceName: 'planRestore',
      },
      child,
    );
    const apply = new Callback(
      `${name}-apply`,
      {
        ...common,
        description: 'Does what the plan of a restore says',
        handler: 'handlers/apply-restore.ts',
        schema: applyRestoreEnvironment,
        environment,
        serviceName: 'applyRestore',
      },
      child,
    );
    const verify = new Callback(
      `${name}-verify`,
      {
        ...common,
        description: 'Compares a restored domain with the vault',
        handler: 'handlers/verify-restore.ts',
        schema: verifyRestoreEnvironment,
        environment,
        serviceName: 'verifyRestore',
      },
      child,
    );
    const create =
      args.newDomain &&
      new Callback(
        `${name}-create`,
        {
          ...common,
          description: 'Makes an empty domain to restore into',
          handler: 'handlers/create-domain.ts',
          schema: createDomainEnvironment,
          environment: newDomainEnvironment(args.newDomain),
          serviceName: 'createDomain',
          memoryMegabytes: 256,
        },
        child,
      );
    const functionArns = {
      planRestore: plan.functionArn,
      applyRestore: apply.functionArn,
      verifyRestore: verify.functionArn,
      ...(create && { createDomain: create.functionArn }),
    };
    const definition = output(functionArns).apply((arns) =>
      JSON.stringify(
        restoreDefinition({
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

    if (args.enrolment !== undefined) {
      const { arn, policies } = role;
      new Enrolment(
        `${name}-restorer`,
        { ...args.enrolment, role: { arn, policies: [...policies] }, designation: 'PROJECT_OWNER' },
        child,
      );
    }

    this.roleArn = output(role.arn);
    this.stateMachineArn = machine.arn;
    this.registerOutputs({ stateMachineArn: this.stateMachineArn, roleArn: this.roleArn });
  }
}
