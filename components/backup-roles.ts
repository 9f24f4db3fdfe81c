import { ComponentResource, type ComponentResourceOptions } from '@pulumi/pulumi';
import {
  captureGrants,
  collectGrants,
  commitGrants,
  type DomainAccess,
  type VaultAccess,
} from './backup-permissions';
import { existingRole, type GrantedRole, serviceRole } from './service-role';

const service = 'lambda.amazonaws.com';

export interface BackupRolesArgs {
  readonly vault: VaultAccess;
  readonly domain: DomainAccess;
  /** An existing role that captures; Lambda must be allowed to assume it. @default one is made */
  readonly captureRoleArn?: string | undefined;
}

/**
 * The three roles of the callbacks: one reads the domain and writes the vault, the others know the vault alone, and
 * one of them may give up what is in it.
 */
export class BackupRoles extends ComponentResource {
  /** Of begin, captureScopes and closeReferences; the domain knows it as its reader. */
  readonly capture: GrantedRole;
  /** Of commit and fail. */
  readonly commit: GrantedRole;
  /** Of collect. */
  readonly collect: GrantedRole;

  constructor(name: string, args: BackupRolesArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:backup:BackupRoles', name, {}, opts);
    const grants = captureGrants(args.vault, args.domain);

    this.capture =
      args.captureRoleArn === undefined
        ? serviceRole(`${name}-capture`, { service, grants }, this)
        : existingRole(args.captureRoleArn, `${name}-capture`, grants, this);
    this.commit = serviceRole(`${name}-commit`, { service, grants: commitGrants(args.vault) }, this);
    this.collect = serviceRole(`${name}-collect`, { service, grants: collectGrants(args.vault) }, this);

    this.registerOutputs({
      captureRoleArn: this.capture.arn,
      commitRoleArn: this.commit.arn,
      collectRoleArn: this.collect.arn,
    });
  }
}
