import { ContributorInsights, Table } from '@pulumi/aws/dynamodb';
import * as pulumi from '@pulumi/pulumi';
import { destroyFlags, type OnDestroy } from './on-destroy';

export interface VaultTableArgs {
  readonly secondaryRegion: string;
  readonly tableKeyArn: pulumi.Input<string>;
  /** A change makes the replica anew. */
  readonly replicaKeyArn: pulumi.Input<string>;
  readonly onDestroy: OnDestroy;
}

/** The vault: a global table of one replica. It owns no key; it must not outlive those it is given. */
export class VaultTable extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  readonly replicaTableArn: pulumi.Output<string>;

  constructor(name: string, args: VaultTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super('datazone-resilience:vault:VaultTable', name, {}, opts);
    const { protect, retainOnDelete, deletionProtection } = destroyFlags(args.onDestroy);
    const options = { parent: this, protect, retainOnDelete };

    const table = new Table(
      name,
      {
        billingMode: 'PAY_PER_REQUEST',
        hashKey: 'pk',
        rangeKey: 'sk',
        attributes: [
          { name: 'pk', type: 'S' },
          { name: 'sk', type: 'S' },
        ],
        streamEnabled: true,
        streamViewType: 'NEW_AND_OLD_IMAGES',
        ttl: { attributeName: 'expiresAt', enabled: true },
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: args.tableKeyArn },
        deletionProtectionEnabled: deletionProtection,
        replicas: [
          {
            regionName: args.secondaryRegion,
            kmsKeyArn: args.replicaKeyArn,
            pointInTimeRecovery: true,
            deletionProtectionEnabled: deletionProtection,
            propagateTags: true,
          },
        ],
      },
      options,
    );
    new ContributorInsights(name, { tableName: table.name }, options);
    new ContributorInsights(
      `${name}-replica`,
      { tableName: table.name, region: args.secondaryRegion },
      options,
    );

    this.tableName = table.name;
    this.tableArn = table.arn;
    this.replicaTableArn = table.arn.apply((arn) => replicaArn(arn, args.secondaryRegion));
    this.registerOutputs({
      tableName: this.tableName,
      tableArn: this.tableArn,
      replicaTableArn: this.replicaTableArn,
    });
  }
}

/** A replica has the table's name and account; the provider reports its ARN only after a refresh. */
function replicaArn(tableArn: string, region: string): string {
  const parts = tableArn.split(':');
  parts[3] = region;
  return parts.join(':');
}
