import type { Input } from '@pulumi/pulumi';

export type DomainVersion = 'V1' | 'V2';

/** A domain as the rest of the stack needs it, made by the stack or adopted. */
export interface DataZoneDomain {
  readonly id: Input<string>;
  readonly arn: Input<string>;
  readonly version: DomainVersion;
  readonly rootDomainUnitId: Input<string>;
  readonly portalUrl: Input<string>;
  /** Customer managed key that encrypts it; undefined: a key that DataZone owns. */
  readonly keyArn: Input<string> | undefined;
}
