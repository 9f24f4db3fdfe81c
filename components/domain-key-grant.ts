import type { Input } from '@pulumi/pulumi';
import { type Grant, viaService } from './grants';

/** What a role that calls DataZone, or that DataZone works as, needs on the domain's key. */
export function domainKeyGrant(keyArn: Input<string>, region: string): Grant {
  return {
    class: 'implied',
    subject: 'DomainKey',
    reason: 'DataZone decrypts and encrypts in the name of its caller',
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    resource: keyArn,
    condition: viaService('datazone', region),
  };
}
