import { type Input, jsonStringify, type Output } from '@pulumi/pulumi';
import type { DomainVersion } from './datazone-domain';

/**
 * Trust policy of a domain execution role. DataZone tags its sessions with the domain, the project and the
 * user; V2 sets a context as well.
 * https://docs.aws.amazon.com/datazone/latest/userguide/AmazonDataZoneDomainExecutionRole.html
 */
export function executionTrust(accountId: string, version: DomainVersion): Output<string> {
  return datazoneTrust(
    ['sts:AssumeRole', 'sts:TagSession', ...(version === 'V2' ? ['sts:SetContext'] : [])],
    {
      StringEquals: { 'aws:SourceAccount': accountId },
      'ForAllValues:StringLike': { 'aws:TagKeys': ['datazone*'] },
    },
  );
}

/**
 * Trust policy of a role that DataZone assumes for itself: for this account only and, where it is given, for
 * this domain only.
 */
export function datazoneServiceTrust(accountId: string, domainArn?: Input<string>): Output<string> {
  return datazoneTrust('sts:AssumeRole', {
    StringEquals: { 'aws:SourceAccount': accountId },
    ...(domainArn === undefined ? {} : { ArnEquals: { 'aws:SourceArn': domainArn } }),
  });
}

/** ARN of a policy that AWS manages; `name` with its path, `service-role/AmazonDataZone...`. */
export function managedPolicyArn(partition: string, name: string): string {
  return `arn:${partition}:iam::aws:policy/${name}`;
}

function datazoneTrust(Action: string | readonly string[], Condition: object): Output<string> {
  return jsonStringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'datazone.amazonaws.com' }, Action, Condition }],
  });
}
