import { PolicyGrant, UserProfile } from '@pulumi/aws/datazone';
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  type Resource,
} from '@pulumi/pulumi';
import type { DataZoneDomain } from './datazone-domain';
import { addMember, type Designation } from './project-membership';

/** A role of this stack, new to every domain; its profile waits for its policies. */
export interface NewRole {
  readonly arn: Input<string>;
  readonly policies: Input<Resource>[];
}
/** A role that the domain knows already: a second profile for it is refused, and none can be deleted. */
export interface KnownRole {
  readonly profileId: string;
}

export interface EnrolmentArgs {
  readonly domain: DataZoneDomain;
  readonly role: NewRole | KnownRole;
  /**
   * Ids by a stable key (the deploy role must own these projects), or all: the role may then add itself to every
   * project, present and future.
   */
  readonly projects: 'all' | Readonly<Record<string, Input<string>>>;
  readonly designation: Designation;
}

/** Makes an IAM role that calls DataZone a user of the domain and a member of its projects. */
export class Enrolment extends ComponentResource {
  /** Id of the role's user profile. */
  readonly profileId: Output<string>;

  constructor(name: string, args: EnrolmentArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:domain:Enrolment', name, {}, opts);
    const { domain, role, projects, designation } = args;

    this.profileId =
      'profileId' in role
        ? output(role.profileId)
        : new UserProfile(
            name,
            {
              domainIdentifier: domain.id,
              userIdentifier: role.arn,
              userType: 'IAM_ROLE',
              status: 'ACTIVATED',
            },
            { parent: this, dependsOn: role.policies },
          ).id;
    const member = { userIdentifier: this.profileId };

    if (projects === 'all') {
      const grant = (suffix: string, policyType: string, detail: string) =>
        new PolicyGrant(
          `${name}-${suffix}`,
          {
            domainIdentifier: domain.id,
            entityType: 'DOMAIN_UNIT',
            entityIdentifier: domain.rootDomainUnitId,
            policyType,
            detail: { [detail]: { includeChildDomainUnits: true } },
            principal: { user: member },
          },
          { parent: this },
        );
      grant('member-pool', 'ADD_TO_PROJECT_MEMBER_POOL', 'addToProjectMemberPool');
      grant('override-owners', 'OVERRIDE_PROJECT_OWNERS', 'overrideProjectOwners');
    } else {
      for (const [key, projectId] of Object.entries(projects)) {
        addMember(
          `${name}-${key}`,
          { domainId: domain.id, projectId, member, designation },
          { parent: this },
        );
      }
    }
    this.registerOutputs({ profileId: this.profileId });
  }
}
