import type { Input } from '@pulumi/pulumi';
import type { DomainVersion } from './datazone-domain';

/** What a new domain of a Region needs, made before it is needed. */
export interface NewDomain {
  readonly version: DomainVersion;
  readonly executionRoleArn: Input<string>;
  /** Of V2. */
  readonly serviceRoleArn?: Input<string> | undefined;
  readonly keyArn: Input<string>;
}

/** The same for a callback that makes one. */
export function newDomainEnvironment({ version, executionRoleArn, serviceRoleArn, keyArn }: NewDomain) {
  return {
    DOMAIN_VERSION: version,
    DOMAIN_EXECUTION_ROLE_ARN: executionRoleArn,
    DOMAIN_SERVICE_ROLE_ARN: serviceRoleArn ?? '',
    DOMAIN_KEY_ARN: keyArn,
  };
}
