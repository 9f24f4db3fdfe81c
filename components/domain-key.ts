import { Alias, Key } from '@pulumi/aws/kms';
import { ComponentResource, type ComponentResourceOptions, type Output } from '@pulumi/pulumi';
import { domainKeyPolicy } from './domain-key-policy';
import { destroyFlags, type OnDestroy } from './on-destroy';
import type { Place } from './place';

export interface DomainKeyArgs {
  readonly place: Place;
  readonly onDestroy: OnDestroy;
  /** @default the provider's */
  readonly region?: string;
}

/** The customer managed key that encrypts a domain; a retained domain can not be read without it. */
export class DomainKey extends ComponentResource {
  readonly arn: Output<string>;

  constructor(name: string, args: DomainKeyArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:domain:DomainKey', name, {}, opts);
    const { protect, retainOnDelete } = destroyFlags(args.onDestroy);
    const placed = args.region === undefined ? {} : { region: args.region };
    const kept = { parent: this, protect, retainOnDelete };

    const key = new Key(
      name,
      {
        description: 'Encrypts the Amazon DataZone domain',
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: domainKeyPolicy(args.place),
        ...placed,
      },
      kept,
    );
    new Alias(name, { targetKeyId: key.keyId, ...placed }, kept);

    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
