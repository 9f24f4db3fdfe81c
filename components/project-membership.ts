import { ProjectMembership } from '@pulumi/aws-native/datazone';
import type { ProjectMembershipUserDesignation } from '@pulumi/aws-native/types/enums/datazone';
import type { CustomResourceOptions, Input } from '@pulumi/pulumi';

/** What a member may do in a project; DataZone's own word. */
export type Designation = ProjectMembershipUserDesignation;

/** A user (profile id, role ARN or user id of single sign-on) or a group of single sign-on. */
export type Member = { readonly userIdentifier: Input<string> } | { readonly groupIdentifier: Input<string> };

export interface MembershipArgs {
  readonly domainId: Input<string>;
  readonly projectId: Input<string>;
  readonly member: Member;
  readonly designation: Designation;
}

/** Makes a user or group a member of a project; @pulumi/aws has no such resource. */
export function addMember(
  name: string,
  args: MembershipArgs,
  opts: CustomResourceOptions,
): ProjectMembership {
  const { domainId, projectId, member, designation } = args;
  return new ProjectMembership(
    name,
    { domainIdentifier: domainId, projectIdentifier: projectId, member, designation },
    opts,
  );
}
