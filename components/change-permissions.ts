import type { Input } from '@pulumi/pulumi';
import {
  callbackTracesGrant,
  type DomainAccess,
  enrolGrant,
  type VaultAccess,
  vaultKeyGrants,
} from './backup-permissions';
import { domainKeyGrant } from './domain-key-grant';
import { type Grant, viaService } from './grants';

/** The queues of change capture. */
export interface ChangeQueues {
  readonly queueArn: Input<string>;
  readonly deadLetterQueueArn: Input<string>;
  /** Encrypts both. */
  readonly keyArn: Input<string>;
}

/** What captureChange needs: to be given events, to read the domain, and to write the vault of its own Region. */
export function changeGrants(
  vault: Pick<VaultAccess, 'region' | 'tableArn' | 'tableKeyArn'>,
  domain: DomainAccess,
  { queueArn, deadLetterQueueArn, keyArn }: ChangeQueues,
): Grant[] {
  return [
    {
      class: 'implied',
      subject: 'Events',
      reason: 'Lambda polls the queue in the name of the function',
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      resource: queueArn,
    },
    {
      class: 'bestEffort',
      subject: 'EventsAtWork',
      reason:
        'an event whose worker died comes back in seconds, not after the visibility timeout of the queue',
      actions: ['sqs:ChangeMessageVisibility'],
      resource: queueArn,
    },
    {
      class: 'called',
      subject: 'DeadLetters',
      reason: 'keeps an event that failed as often as it may, with the reason',
      actions: ['sqs:SendMessage'],
      resource: deadLetterQueueArn,
    },
    {
      class: 'implied',
      subject: 'QueueKey',
      reason: 'SQS decrypts and encrypts messages in the name of its caller',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resource: keyArn,
      condition: viaService('sqs', vault.region),
    },
    {
      class: 'called',
      subject: 'Vault',
      reason: 'reads heads, puts versions and heads',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resource: vault.tableArn,
    },
    ...vaultKeyGrants(vault),
    {
      class: 'called',
      subject: 'Domain',
      reason: 'reads what an event is about',
      actions: domain.readActions,
      // DataZone knows no resource for nearly all of its actions; memberships decide what they show.
      resource: '*',
    },
    ...(domain.enrols ? [enrolGrant] : []),
    ...(domain.keyArn === undefined ? [] : [domainKeyGrant(domain.keyArn, domain.region)]),
    callbackTracesGrant,
  ];
}
