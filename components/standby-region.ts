import { ComponentResource, type ComponentResourceOptions, type Output, output } from '@pulumi/pulumi';
import type { DomainVersion } from './datazone-domain';
import { DomainKey } from './domain-key';
import { domainRoles } from './domain-roles';
import type { OnDestroy } from './on-destroy';
import { Restore, type RestoreArgs } from './restore';

export interface StandbyRegionArgs extends Omit<RestoreArgs, 'domainKeyArn' | 'newDomain' | 'enrolment'> {
  /** Of the domain that is protected, and so of the one that takes its place. */
  readonly version: DomainVersion;
  /** For what a domain that was made here in need runs under: without it, it could not be opened again. */
  readonly domainOnDestroy: OnDestroy;
}

/**
 * What the secondary Region needs to take over when the primary one is gone: the restore from the replica, and the
 * key and roles of a new domain, since nothing that needs IAM can be made on that day. Nothing of it depends on a
 * resource of the primary Region when it works.
 */
export class StandbyRegion extends ComponentResource {
  readonly restoreStateMachineArn: Output<string>;
  readonly restoreRoleArn: Output<string>;
  /** Key of a new domain here. */
  readonly domainKeyArn: Output<string>;
  /** Role that a new domain runs under. */
  readonly domainExecutionRoleArn: Output<string>;
  /** The other role of a V2 domain; empty for V1. */
  readonly domainServiceRoleArn: Output<string>;

  constructor(name: string, args: StandbyRegionArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:restore:StandbyRegion', name, {}, opts);
    const { version, domainOnDestroy: onDestroy, ...restoring } = args;
    const { place } = args;
    const child = { parent: this };

    const { arn: keyArn } = new DomainKey(
      `${name}-domain-key`,
      { place, onDestroy, region: place.region },
      child,
    );
    const { execution, service } = domainRoles(`${name}-domain`, { place, version, keyArn, onDestroy }, this);
    const restore = new Restore(
      `${name}-restore`,
      {
        ...restoring,
        domainKeyArn: keyArn,
        newDomain: { version, executionRoleArn: execution.arn, serviceRoleArn: service?.arn, keyArn },
      },
      child,
    );

    this.restoreStateMachineArn = restore.stateMachineArn;
    this.restoreRoleArn = restore.roleArn;
    this.domainKeyArn = keyArn;
    this.domainExecutionRoleArn = output(execution.arn);
    this.domainServiceRoleArn = output(service?.arn ?? '');
    this.registerOutputs({
      restoreStateMachineArn: this.restoreStateMachineArn,
      restoreRoleArn: this.restoreRoleArn,
      domainKeyArn: this.domainKeyArn,
      domainExecutionRoleArn: this.domainExecutionRoleArn,
      domainServiceRoleArn: this.domainServiceRoleArn,
    });
  }
}
