import { type Input, interpolate } from '@pulumi/pulumi';
import { callbackTracesGrant, type VaultAccess, vaultKeyGrants } from './backup-permissions';
import { domainKeyGrant } from './domain-key-grant';
import type { Grant } from './grants';
import type { NewDomain } from './new-domain';

/** What a restore needs to know of where it works. */
export interface RestoreAccess {
  /** The vault in the Region of the restore. */
  readonly vault: Pick<VaultAccess, 'region' | 'tableArn' | 'tableKeyArn'>;
  /** The domain that is protected: its items' keys begin with it. */
  readonly domainId: Input<string>;
  /** Key of the domain that is restored there; undefined: a key that DataZone owns. */
  readonly domainKeyArn: Input<string> | undefined;
  /** With it, the restore may make a domain. */
  readonly newDomain?: NewDomain | undefined;
  /** IAM actions of reading a domain, and of making and changing what it lacks. */
  readonly restoreActions: readonly string[];
}

/** What the tasks of a restore need: to read the vault, to note plan and progress in it, to read and fill a domain. */
export function restoreGrants({ vault, domainId, ...target }: RestoreAccess): Grant[] {
  return [
    {
      class: 'called',
      subject: 'Vault',
      reason: 'counts and reads heads and versions, reads proofs, plans and the id map',
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
      resource: vault.tableArn,
    },
    {
      class: 'called',
      subject: 'Progress',
      reason: 'keeps plans, what became of each action, and which id stands for which',
      actions: ['dynamodb:PutItem'],
      resource: vault.tableArn,
      // Nothing of what was backed up.
      condition: within(domainId, 'restore', 'restore/*', 'idmap/*'),
    },
    {
      class: 'called',
      subject: 'Resumption',
      reason: 'takes the wish to stop away from a restore that goes on',
      actions: ['dynamodb:DeleteItem'],
      resource: vault.tableArn,
      condition: within(domainId, 'restore/*'),
    },
    ...vaultKeyGrants(vault),
    {
      class: 'called',
      subject: 'Target',
      reason: 'reads the domain that is restored, makes and changes what it lacks',
      actions: target.restoreActions,
      // The target may be a domain that does not exist yet, and nearly all of these actions know no resource; within
      // a domain, ownership decides what they may change.
      resource: '*',
    },
    ...newDomainGrants(target.newDomain),
    ...(target.domainKeyArn === undefined ? [] : [domainKeyGrant(target.domainKeyArn, vault.region)]),
    callbackTracesGrant,
  ];
}

/** Only items of these partitions of the domain's vault. */
export function within(domainId: Input<string>, ...partitions: readonly string[]) {
  return {
    'ForAllValues:StringLike': {
      'dynamodb:LeadingKeys': partitions.map((partition) => interpolate`${domainId}/${partition}`),
    },
  };
}

function newDomainGrants(newDomain: NewDomain | undefined): Grant[] {
  if (newDomain === undefined) return [];
  return [
    {
      class: 'called',
      subject: 'NewDomain',
      reason: 'makes a domain to restore into',
      actions: ['datazone:CreateDomain'],
      resource: '*',
    },
    ...passRoleGrants(newDomain),
  ];
}

/** Whoever makes a domain hands DataZone the roles that it runs under. */
export function passRoleGrants(newDomain: NewDomain): Grant[] {
  const pass = (subject: string, resource: Input<string>): Grant => ({
    class: 'implied',
    subject,
    reason: 'DataZone is handed the role that a new domain runs under',
    actions: ['iam:PassRole'],
    resource,
    condition: { StringEquals: { 'iam:PassedToService': 'datazone.amazonaws.com' } },
  });
  return [
    pass('ExecutionRole', newDomain.executionRoleArn),
    ...(newDomain.serviceRoleArn === undefined ? [] : [pass('ServiceRole', newDomain.serviceRoleArn)]),
  ];
}
