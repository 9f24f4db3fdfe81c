import type { Input } from '@pulumi/pulumi';
import { callbackTracesGrant, type VaultAccess, vaultKeyGrants } from './backup-permissions';
import type { Grant } from './grants';

/** What a proof needs: the vault in its own Region. */
export function proofGrants(vault: Pick<VaultAccess, 'region' | 'tableArn' | 'tableKeyArn'>): Grant[] {
  return [
    {
      class: 'called',
      subject: 'Vault',
      reason: 'computes digests again from heads and versions, writes the proof',
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resource: vault.tableArn,
    },
    ...vaultKeyGrants(vault),
    callbackTracesGrant,
  ];
}

/** What the schedule of a proof needs. */
export function proofScheduleGrants(functionArn: Input<string>): Grant[] {
  return [
    {
      class: 'called',
      subject: 'Prove',
      reason: 'starts a proof',
      actions: ['lambda:InvokeFunction'],
      resource: functionArn,
    },
  ];
}
