import { Role, RolePolicy } from '@pulumi/aws/iam';
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from '@pulumi/pulumi';
import type { DataZoneDomain } from './datazone-domain';
import { domainKeyGrant } from './domain-key-grant';
import { Enrolment } from './enrolment';
import { type Grant, policyOf } from './grants';
import type { Place } from './place';
import { addMember, type Designation } from './project-membership';

export interface DataUsersArgs {
  readonly place: Place;
  readonly domain: DataZoneDomain;
  /** What they may do in their projects. */
  readonly designation: Designation;
  /** Ids by a stable key. */
  readonly projects: Readonly<Record<string, Input<string>>>;
  /** IAM principals that may assume the group's role; none: there is no role. */
  readonly principals: readonly string[];
  /** Users and groups of single sign-on, by their ids in IAM Identity Center. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/**
 * People with one designation: an IAM role with which they open the portal, enrolled in the domain, or users and
 * groups of single sign-on. In the portal they act through the domain's execution role, within the designation.
 * Access is never retained: what leaves the configuration is gone.
 */
export class DataUsers extends ComponentResource {
  /** The role that opens the portal; undefined without principals. */
  readonly roleArn: Output<string> | undefined;

  constructor(name: string, args: DataUsersArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:domain:DataUsers', name, {}, opts);
    const { domain, projects, designation } = args;

    if (args.principals.length > 0) {
      const role = new Role(
        name,
        { assumeRolePolicy: JSON.stringify(trust(args.principals)) },
        { parent: this },
      );
      const policy = new RolePolicy(
        `${name}-portal`,
        { role: role.name, policy: policyOf(portalGrants(domain, args.place.region)) },
        { parent: this },
      );
      new Enrolment(
        name,
        { domain, role: { arn: role.arn, policies: [policy] }, projects, designation },
        { parent: this },
      );
      this.roleArn = role.arn;
    }
    const members = [
      ...args.users.map((id) => ({ id, member: { userIdentifier: id } })),
      ...args.groups.map((id) => ({ id, member: { groupIdentifier: id } })),
    ];
    for (const { id, member } of members) {
      for (const [key, projectId] of Object.entries(projects)) {
        addMember(
          `${name}-${id}-${key}`,
          { domainId: domain.id, projectId, member, designation },
          { parent: this },
        );
      }
    }
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function trust(principals: readonly string[]): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: [...principals].sort() }, Action: 'sts:AssumeRole' }],
  };
}

function portalGrants(domain: DataZoneDomain, region: string): Grant[] {
  const { keyArn } = domain;
  return [
    {
      class: 'called',
      subject: 'Domain',
      reason: 'shows the domain in the console',
      actions: ['datazone:GetDomain'],
      resource: domain.arn,
    },
    {
      class: 'called',
      subject: 'Portal',
      reason: 'finds the domain and opens its portal',
      actions: ['datazone:GetIamPortalLoginUrl', 'datazone:ListDomains'],
      // AWS knows no resource type for these.
      resource: '*',
    },
    ...(keyArn === undefined ? [] : [domainKeyGrant(keyArn, region)]),
  ];
}
