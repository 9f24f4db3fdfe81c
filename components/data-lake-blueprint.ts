import { EnvironmentBlueprintConfiguration, getEnvironmentBlueprintOutput } from '@pulumi/aws/datazone';
import { Role, RolePolicyAttachment } from '@pulumi/aws/iam';
import { ComponentResource, type ComponentResourceOptions, interpolate, type Output } from '@pulumi/pulumi';
import type { DataZoneDomain } from './datazone-domain';
import { datazoneServiceTrust, managedPolicyArn } from './datazone-trust';
import { GovernanceBucket } from './governance-bucket';
import { destroyFlags, type OnDestroy } from './on-destroy';
import type { Place } from './place';

export interface DataLakeBlueprintArgs {
  readonly place: Place;
  readonly domain: DataZoneDomain;
  readonly onDestroy: OnDestroy;
}

/**
 * The managed Data Lake blueprint, switched on for the stack's Region, with the bucket and the two roles that
 * it works with. DataZone adds the manage-access role to the administrators of Lake Formation and leaves it
 * there when the blueprint goes.
 */
export class DataLakeBlueprint extends ComponentResource {
  readonly blueprintId: Output<string>;
  readonly bucketName: Output<string>;

  constructor(name: string, args: DataLakeBlueprintArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:domain:DataLakeBlueprint', name, {}, opts);
    const { place, domain } = args;
    const { protect, retainOnDelete } = destroyFlags(args.onDestroy);
    const kept = { parent: this, protect, retainOnDelete };

    const bucket = new GovernanceBucket(`${name}-bucket`, args, { parent: this });
    // Names as the DataZone console gives them: policies of AWS refer to their prefix.
    const provisioning = new Role(
      `${name}-provisioning`,
      {
        namePrefix: 'AmazonDataZoneProvisioning-',
        path: '/service-role/',
        assumeRolePolicy: datazoneServiceTrust(place.accountId),
      },
      kept,
    );
    const manageAccess = new Role(
      `${name}-manage-access`,
      {
        namePrefix: 'AmazonDataZoneGlueAccess-',
        path: '/service-role/',
        assumeRolePolicy: datazoneServiceTrust(place.accountId, domain.arn),
      },
      kept,
    );
    const attach = (suffix: string, role: Role, policy: string) =>
      new RolePolicyAttachment(
        `${name}-${suffix}`,
        { role: role.name, policyArn: managedPolicyArn(place.partition, policy) },
        kept,
      );
    const attachments = [
      attach('provisioning', provisioning, 'AmazonDataZoneRedshiftGlueProvisioningPolicy'),
      attach('manage-access', manageAccess, 'service-role/AmazonDataZoneGlueManageAccessRolePolicy'),
    ];

    const blueprint = getEnvironmentBlueprintOutput(
      { domainId: domain.id, name: 'DefaultDataLake', managed: true },
      { parent: this },
    );
    const configuration = new EnvironmentBlueprintConfiguration(
      name,
      {
        domainId: domain.id,
        environmentBlueprintId: blueprint.id,
        enabledRegions: [place.region],
        provisioningRoleArn: provisioning.arn,
        manageAccessRoleArn: manageAccess.arn,
        regionalParameters: { [place.region]: { S3Location: interpolate`s3://${bucket.bucketName}` } },
      },
      { ...kept, dependsOn: [...attachments, ...bucket.safeguards] },
    );

    this.blueprintId = configuration.environmentBlueprintId;
    this.bucketName = bucket.bucketName;
    this.registerOutputs({ blueprintId: this.blueprintId, bucketName: this.bucketName });
  }
}
