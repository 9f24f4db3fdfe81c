import { Alias, Key } from '@pulumi/aws/kms';
import * as pulumi from '@pulumi/pulumi';
import { operationsKeyPolicy } from './key-policies';
import type { Place } from './place';

export interface OperationsKeyArgs {
  readonly place: Place;
  /** Whether EventBridge sends into queues that it encrypts. @default false */
  readonly events?: boolean;
}

/** The customer key of one Region for logs and queues. Nothing that must be kept depends on it. */
export class OperationsKey extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: OperationsKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super('datazone-resilience:backup:OperationsKey', name, {}, opts);
    const { place, events = false } = args;
    const { region } = place;
    const key = new Key(
      name,
      {
        description: 'Logs and dead letters of datazone-resilience',
        enableKeyRotation: true,
        deletionWindowInDays: 7,
        policy: operationsKeyPolicy(place, { events }),
        region,
      },
      { parent: this },
    );
    new Alias(name, { targetKeyId: key.keyId, region }, { parent: this });
    this.keyArn = key.arn;
    this.registerOutputs({ keyArn: this.keyArn });
  }
}
