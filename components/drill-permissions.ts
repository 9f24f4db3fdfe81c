import type { Input } from '@pulumi/pulumi';
import { callbackTracesGrant, vaultKeyGrants } from './backup-permissions';
import { domainKeyGrant } from './domain-key-grant';
import type { Grant } from './grants';
import type { NewDomain } from './new-domain';
import type { Place } from './place';
import { passRoleGrants, type RestoreAccess, restoreGrants, within } from './restore-permissions';

/** Tag of a scratch domain, as `core/restore/tear-down.ts` has it; its value is the id of the protected domain. */
export const drillTag = 'datazone-resilience:drill';

/** What a drill needs to know of where it works. */
export interface DrillAccess extends Pick<RestoreAccess, 'vault' | 'domainId'> {
  /** Of the Region in which the scratch domains are. */
  readonly place: Place;
  readonly newDomain: NewDomain;
  /** IAM actions of reading a domain, and of making and changing what is drilled. */
  readonly restoreActions: readonly string[];
}

/** What restores into a scratch domain needs; it may delete none, and tag none but one that it makes. */
export function drillGrants({ newDomain, restoreActions, vault, domainId }: DrillAccess): Grant[] {
  const restoring = restoreGrants({ vault, domainId, restoreActions, domainKeyArn: newDomain.keyArn });
  return [
    // It stops at nobody's wish, and has more to note.
    ...restoring.filter(({ subject }) => subject !== 'Resumption' && subject !== 'Progress'),
    {
      class: 'called',
      subject: 'DrillProgress',
      reason: 'notes what a drill is about to do and what came of it, keeps its plan, outcomes and id map',
      actions: ['dynamodb:PutItem'],
      resource: vault.tableArn,
      // Nothing of what was backed up.
      condition: within(domainId, 'drill', 'restore', 'restore/*', 'idmap/*'),
    },
    {
      class: 'bestEffort',
      subject: 'Release',
      reason: 'lets the next worker go on at once with the plan that this one applied',
      actions: ['dynamodb:DeleteItem'],
      resource: vault.tableArn,
      condition: within(domainId, 'restore/*'),
    },
    {
      class: 'called',
      subject: 'ScratchDomain',
      reason: 'makes the scratch domain, with the tag by which alone it may be deleted',
      actions: ['datazone:CreateDomain'],
      resource: '*',
      condition: { StringEquals: { [`aws:RequestTag/${drillTag}`]: [domainId] } },
    },
    {
      class: 'called',
      subject: 'Left',
      reason: 'finds the scratch domain of a drill that died before it could note the id',
      actions: ['datazone:ListDomains'],
      resource: '*',
    },
    ...passRoleGrants(newDomain),
  ];
}

/** What tears a scratch domain down needs; it can neither make a domain nor tag one. */
export function tearDownGrants({ place, newDomain, vault, domainId }: DrillAccess): Grant[] {
  const domains = `arn:${place.partition}:datazone:${place.region}:${place.accountId}:domain/*`;
  return [
    {
      class: 'called',
      subject: 'Vault',
      reason: 'reads which domain a drill made, what the drill left, and whether the domain is backed up',
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resource: vault.tableArn,
    },
    {
      class: 'called',
      subject: 'Drill',
      reason: 'notes that the scratch domain is gone',
      actions: ['dynamodb:PutItem'],
      resource: vault.tableArn,
      condition: within(domainId, 'drill'),
    },
    {
      class: 'called',
      subject: 'Traces',
      reason: 'removes the plan, the outcomes and the id map of the drill',
      actions: ['dynamodb:DeleteItem'],
      resource: vault.tableArn,
      // Nothing of what was backed up.
      condition: within(domainId, 'restore', 'restore/*', 'idmap/*'),
    },
    ...vaultKeyGrants(vault),
    {
      class: 'called',
      subject: 'Look',
      reason: 'sees that a domain has the name and the tag of a scratch domain, and that it is gone',
      actions: ['datazone:GetDomain'],
      resource: domains,
    },
    {
      class: 'called',
      subject: 'ScratchDomain',
      reason: 'deletes a domain that has the tag of a scratch domain',
      actions: ['datazone:DeleteDomain'],
      resource: domains,
      condition: { StringEquals: { [`aws:ResourceTag/${drillTag}`]: [domainId] } },
    },
    domainKeyGrant(newDomain.keyArn, vault.region),
    callbackTracesGrant,
  ];
}

/** What the schedule of a drill needs. */
export function drillScheduleGrants(stateMachineArn: Input<string>): Grant[] {
  return [
    {
      class: 'called',
      subject: 'Drill',
      reason: 'starts a drill',
      actions: ['states:StartExecution'],
      resource: stateMachineArn,
    },
  ];
}
