import {
  Bucket,
  BucketOwnershipControls,
  BucketPolicy,
  BucketPublicAccessBlock,
  BucketServerSideEncryptionConfiguration,
  BucketVersioning,
} from '@pulumi/aws/s3';
import {
  ComponentResource,
  type ComponentResourceOptions,
  jsonStringify,
  type Output,
  type Resource,
} from '@pulumi/pulumi';
import { destroyFlags, type OnDestroy } from './on-destroy';
import type { Place } from './place';

export interface GovernanceBucketArgs {
  readonly place: Place;
  readonly onDestroy: OnDestroy;
}

/** The bucket in which environments keep their data: private, versioned, encrypted, reachable by TLS only. */
export class GovernanceBucket extends ComponentResource {
  readonly bucketName: Output<string>;
  /** What must be there before anyone writes into the bucket. */
  readonly safeguards: readonly Resource[];

  constructor(name: string, args: GovernanceBucketArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:domain:GovernanceBucket', name, {}, opts);
    const { protect, retainOnDelete, forceDestroy } = destroyFlags(args.onDestroy);
    const kept = { parent: this, protect, retainOnDelete };

    // DataZone's provisioning policy covers buckets of this prefix only.
    const bucketPrefix = `amazon-datazone-${args.place.accountId}-`;
    const { bucket, arn } = new Bucket(name, { bucketPrefix, forceDestroy }, kept);
    const access = new BucketPublicAccessBlock(
      `${name}-access`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      kept,
    );
    const ownership = new BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } },
      kept,
    );
    const versioning = new BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: 'Enabled' } },
      kept,
    );
    // Amazon S3's own keys: roles that DataZone makes for environments have no right on a customer managed one.
    const encryption = new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
      kept,
    );
    const policy = new BucketPolicy(
      `${name}-policy`,
      {
        bucket,
        policy: jsonStringify({
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'TlsOnly',
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [arn, arn.apply((bucketArn) => `${bucketArn}/*`)],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        }),
      },
      // S3 refuses two changes of a bucket's access at once.
      { ...kept, dependsOn: [access] },
    );

    this.bucketName = bucket;
    this.safeguards = [access, ownership, versioning, encryption, policy];
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
