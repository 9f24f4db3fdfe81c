import type { Place } from './place';

/**
 * Policy of a domain's key: who may use it is decided by IAM for the account, and DataZone may use it for any
 * caller of the account. It names no role: one that does not exist yet is refused, and a deleted one goes stale.
 */
export function domainKeyPolicy({ partition, accountId, region }: Place): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AccountDecidesByIam',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'DataZoneForCallersOfTheAccount',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Decrypt',
          'kms:GenerateDataKey',
          'kms:DescribeKey',
          'kms:CreateGrant',
          'kms:RetireGrant',
        ],
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:CallerAccount': accountId,
            'kms:ViaService': `datazone.${region}.amazonaws.com`,
          },
        },
      },
    ],
  });
}
