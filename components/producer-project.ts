import { Environment, EnvironmentProfile, Project } from '@pulumi/aws/datazone';
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from '@pulumi/pulumi';
import type { DataZoneDomain } from './datazone-domain';
import { destroyFlags, type OnDestroy } from './on-destroy';
import type { Place } from './place';

export interface ProducerProjectArgs {
  readonly place: Place;
  readonly domain: DataZoneDomain;
  readonly projectName: string;
  readonly description: string;
  /** Id of the blueprint; taken from its configuration, so that the blueprint is configured before. */
  readonly blueprintId: Input<string>;
  /** Whether the project gets an environment; its members can make one from the profile otherwise. */
  readonly environment: boolean;
  readonly onDestroy: OnDestroy;
}

/** A V1 project with the environment profile by which its members get an environment of the blueprint. */
export class ProducerProject extends ComponentResource {
  readonly projectId: Output<string>;

  constructor(name: string, args: ProducerProjectArgs, opts?: ComponentResourceOptions) {
    super('datazone-resilience:domain:ProducerProject', name, {}, opts);
    const { place, domain } = args;
    const { protect, retainOnDelete } = destroyFlags(args.onDestroy);
    const kept = { parent: this, protect, retainOnDelete };

    const project = new Project(
      name,
      {
        domainIdentifier: domain.id,
        name: args.projectName,
        description: args.description,
        skipDeletionCheck: args.onDestroy === 'delete',
      },
      kept,
    );
    const profile = new EnvironmentProfile(
      `${name}-profile`,
      {
        domainIdentifier: domain.id,
        projectIdentifier: project.id,
        environmentBlueprintIdentifier: args.blueprintId,
        awsAccountId: place.accountId,
        awsAccountRegion: place.region,
        name: args.projectName,
        description: `Data lake of ${args.projectName}`,
      },
      kept,
    );
    if (args.environment) {
      new Environment(
        `${name}-environment`,
        {
          domainIdentifier: domain.id,
          projectIdentifier: project.id,
          profileIdentifier: profile.id,
          accountIdentifier: place.accountId,
          accountRegion: place.region,
          name: args.projectName,
          description: `Data lake of ${args.projectName}`,
        },
        // DataZone deploys a CloudFormation stack for it.
        { ...kept, customTimeouts: { create: '30m', update: '30m', delete: '30m' } },
      );
    }

    this.projectId = project.id;
    this.registerOutputs({ projectId: this.projectId });
  }
}
