import { Role, RolePolicy, RolePolicyAttachment } from '@pulumi/aws/iam';
import type { Input, Resource } from '@pulumi/pulumi';
import type { DomainVersion } from './datazone-domain';
import { datazoneServiceTrust, executionTrust, managedPolicyArn } from './datazone-trust';
import { domainKeyGrant } from './domain-key-grant';
import { policyOf } from './grants';
import { destroyFlags, type OnDestroy } from './on-destroy';
import type { Place } from './place';
import type { GrantedRole } from './service-role';

export interface DomainRolesArgs {
  /** Of the domain. */
  readonly place: Place;
  readonly version: DomainVersion;
  /** Customer managed key of the domain. */
  readonly keyArn: Input<string>;
  readonly onDestroy: OnDestroy;
}

/** The roles that a domain runs under. */
export interface DomainRoles {
  readonly execution: GrantedRole;
  /** Of V2. */
  readonly service?: GrantedRole;
}

const managedPolicies = {
  V1: { execution: 'service-role/AmazonDataZoneDomainExecutionRolePolicy' },
  V2: {
    execution: 'service-role/SageMakerStudioDomainExecutionRolePolicy',
    service: 'service-role/SageMakerStudioDomainServiceRolePolicy',
  },
} as const;

/** Makes the roles of a domain, each with AWS's own policy for it and the use of the domain's key. */
export function domainRoles(name: string, args: DomainRolesArgs, parent: Resource): DomainRoles {
  const { place, version } = args;
  const { protect, retainOnDelete } = destroyFlags(args.onDestroy);
  const kept = { parent, protect, retainOnDelete };

  const roleWith = (suffix: string, trust: Input<string>, managedPolicy: string): GrantedRole => {
    const role = new Role(`${name}-${suffix}`, { assumeRolePolicy: trust }, kept);
    const policyArn = managedPolicyArn(place.partition, managedPolicy);
    const attachment = new RolePolicyAttachment(`${name}-${suffix}`, { role: role.name, policyArn }, kept);
    const policy = policyOf([domainKeyGrant(args.keyArn, place.region)]);
    const useKey = new RolePolicy(`${name}-${suffix}-key`, { role: role.name, policy }, kept);
    return { name: role.name, arn: role.arn, policies: [attachment, useKey] };
  };
  const execution = roleWith(
    'execution',
    executionTrust(place.accountId, version),
    managedPolicies[version].execution,
  );
  if (version === 'V1') return { execution };
  const trust = datazoneServiceTrust(place.accountId);
  return { execution, service: roleWith('service', trust, managedPolicies.V2.service) };
}
