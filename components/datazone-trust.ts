import type { PolicyDocument } from '@pulumi/aws/iam';
import type { Input } from '@pulumi/pulumi';
import type { DomainVersion } from './datazone-domain';

const datazone = { Service: 'datazone.amazonaws.com' };

/**
 * Trust of a domain execution role. DataZone tags its sessions with the domain, the project and the user; V2
 * sets a context as well.
 * https://docs.aws.amazon.com/datazone/latest/userguide/AmazonDataZoneDomainExecutionRole.html
 */
export function executionTrust(accountId: string, version: DomainVersion): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: datazone,
        Action: ['sts:AssumeRole', 'sts:TagSession', ...(version === 'V2' ? ['sts:SetContext'] : [])],
        Condition: {
          StringEquals: { 'aws:SourceAccount': accountId },
          'ForAllValues:StringLike': { 'aws:TagKeys': ['datazone*'] },
        },
      },
    ],
  };
}

/** Trust of a role that DataZone assumes for itself: for this account and, where it is known, this domain only. */
export function serviceTrust(accountId: string, domainArn?: Input<string>): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: datazone,
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': accountId },
          ...(domainArn === undefined ? {} : { ArnEquals: { 'aws:SourceArn': domainArn } }),
        },
      },
    ],
  };
}

/** ARN of a policy that AWS manages; `name` with its path, `service-role/AmazonDataZone...`. */
export function managedPolicyArn(partition: string, name: string): string {
  return `arn:${partition}:iam::aws:policy/${name}`;
}
