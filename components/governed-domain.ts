import { Domain } from '@pulumi/aws/datazone';
import { Parameter } from '@pulumi/aws/ssm';
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from '@pulumi/pulumi';
import type { DataZoneDomain, DomainVersion } from './datazone-domain';
import { domainRoles } from './domain-roles';
import { destroyFlags, type OnDestroy } from './on-destroy';
import type { Place } from './place';

export interface GovernedDomainArgs {
  readonly place: Place;
  /** V1: Amazon DataZone. V2: a shell for Amazon SageMaker Unified Studio. A change replaces the domain. */
  readonly version: DomainVersion;
  /** Shown in the portal. A change replaces the domain. */
  readonly domainName: string;
  readonly description: string;
  /** Customer managed key. A change replaces the domain. */
  readonly keyArn: Input<string>;
  /** People sign in through IAM Identity Center; every user and group that it assigns may. */
  readonly singleSignOn: boolean;
  /** SSM parameter that tells others the domain's id. */
  readonly parameterName: string;
  readonly onDestroy: OnDestroy;
}

/**
 * A domain of this stack with the roles that it runs under. It and its roles stay or go together: a domain
 * without its execution role can not be opened.
 */
export class GovernedDomain extends ComponentResource implements DataZoneDomain {
  readonly id: Output<string>;
  readonly arn: Output<string>;
  readonly version: DomainVersion;
  readonly rootDomainUnitId: Output<string>;
  readonly portalUrl: Output<string>;
  readonly keyArn: Input<string>;

  constructor(name: string, args: GovernedDomainArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:domain:GovernedDomain', name, {}, opts);
    const { place, version } = args;
    const { protect, retainOnDelete } = destroyFlags(args.onDestroy);
    const kept = { parent: this, protect, retainOnDelete };

    const { keyArn } = args;
    const { execution, service } = domainRoles(
      name,
      { place, version, keyArn, onDestroy: args.onDestroy },
      this,
    );

    const domain = new Domain(
      name,
      {
        name: args.domainName,
        description: args.description,
        domainVersion: version,
        domainExecutionRole: execution.arn,
        ...(service && { serviceRole: service.arn }),
        kmsKeyIdentifier: keyArn,
        ...(args.singleSignOn && { singleSignOn: { type: 'IAM_IDC', userAssignment: 'AUTOMATIC' } }),
        skipDeletionCheck: args.onDestroy === 'delete',
      },
      { ...kept, dependsOn: [...execution.policies, ...(service?.policies ?? [])] },
    );
    new Parameter(
      `${name}-id`,
      {
        name: args.parameterName,
        type: 'String',
        description: 'Id of the Amazon DataZone domain',
        value: domain.id,
      },
      { parent: this },
    );

    this.id = domain.id;
    this.arn = domain.arn;
    this.version = version;
    this.rootDomainUnitId = domain.rootDomainUnitId;
    this.portalUrl = domain.portalUrl;
    this.keyArn = keyArn;
    this.registerOutputs({
      id: this.id,
      arn: this.arn,
      version,
      rootDomainUnitId: this.rootDomainUnitId,
      portalUrl: this.portalUrl,
      keyArn: this.keyArn,
    });
  }
}
