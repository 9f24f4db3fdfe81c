import { Alias, Key, ReplicaKey } from '@pulumi/aws/kms';
import * as pulumi from '@pulumi/pulumi';
import { tableKeyPolicy } from './key-policies';
import { destroyFlags, type OnDestroy } from './on-destroy';
import type { Place } from './place';

export interface VaultKeysArgs {
  /** Of the primary Region. */
  readonly place: Place;
  readonly secondaryRegion: string;
  readonly onDestroy: OnDestroy;
}

/** The customer keys of the vault: a multi-Region key and its replica, so that each Region reads by itself. */
export class VaultKeys extends pulumi.ComponentResource {
  readonly tableKeyArn: pulumi.Output<string>;
  readonly replicaKeyArn: pulumi.Output<string>;

  constructor(name: string, args: VaultKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super('datazone-resilience:vault:VaultKeys', name, {}, opts);
    const { protect, retainOnDelete } = destroyFlags(args.onDestroy);
    const options = { parent: this, protect, retainOnDelete };
    const region = args.secondaryRegion;

    const key = new Key(
      name,
      {
        description: 'Vault of datazone-resilience',
        multiRegion: true,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: tableKeyPolicy(args.place),
      },
      options,
    );
    new Alias(name, { targetKeyId: key.keyId }, options);

    // A replica takes its rotation from the primary, and neither policy nor tags.
    const replica = new ReplicaKey(
      `${name}-replica`,
      {
        description: 'Vault of datazone-resilience, replica',
        primaryKeyArn: key.arn,
        deletionWindowInDays: 30,
        policy: tableKeyPolicy({ ...args.place, region }),
        region,
      },
      options,
    );
    new Alias(`${name}-replica`, { targetKeyId: replica.keyId, region }, options);

    this.tableKeyArn = key.arn;
    this.replicaKeyArn = replica.arn;
    this.registerOutputs({ tableKeyArn: this.tableKeyArn, replicaKeyArn: this.replicaKeyArn });
  }
}
