import { Role, RolePolicy } from '@pulumi/aws/iam';
import { type Input, jsonStringify, type Output, type Resource } from '@pulumi/pulumi';
import { type Grant, policyOf } from './grants';

/** A role with the policies that hold for it: what uses the role must wait for them. */
export interface GrantedRole {
  readonly name: Input<string>;
  readonly arn: Input<string>;
  readonly policies: readonly Resource[];
}

/** Whose work a service may do in a role: that of this account's resources whose ARN is like `arn`. */
export interface TrustedSource {
  readonly accountId: string;
  readonly arn: Input<string>;
}

/** Makes the role that a service works in. */
export function serviceRole(
  name: string,
  args: { readonly service: string; readonly source?: TrustedSource; readonly grants: readonly Grant[] },
  parent: Resource,
): GrantedRole {
  const role = new Role(name, { assumeRolePolicy: trust(args.service, args.source) }, { parent });
  return { name: role.name, arn: role.arn, policies: [grantTo(role.name, name, args.grants, parent)] };
}

/** Gives a role that is not this stack's these grants besides what it has. */
export function existingRole(
  arn: string,
  name: string,
  grants: readonly Grant[],
  parent: Resource,
): GrantedRole {
  const roleName = arn.slice(arn.lastIndexOf('/') + 1);
  return { name: roleName, arn, policies: [grantTo(roleName, name, grants, parent)] };
}

/** Gives the role called `role` an inline policy of its own for these grants. */
export function grantTo(
  role: Input<string>,
  name: string,
  grants: readonly Grant[],
  parent: Resource,
): RolePolicy {
  return new RolePolicy(name, { role, policy: policyOf(grants) }, { parent });
}

function trust(service: string, source: TrustedSource | undefined): Output<string> {
  const condition = source && {
    StringEquals: { 'aws:SourceAccount': source.accountId },
    ArnLike: { 'aws:SourceArn': source.arn },
  };
  return jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: service },
        ...(condition && { Condition: condition }),
      },
    ],
  });
}
