import type { Answer, Given, OperationName } from '../../local/datazone/service';
import { type FilledProject, fillDomain } from '../../local/fixture/fill-domain';
import { fillGovernance } from '../../local/fixture/fill-governance';
import { callIn } from '../../local/fixture/filling';
import type { Flavour, LocalCloud } from '../../local/local-cloud';
import { Random } from '../../local/random';

/** Kinds of which a domain has some that nothing refers to. */
export type SpareKind =
  | 'asset'
  | 'listing'
  | 'glossary'
  | 'glossaryTerm'
  | 'formType'
  | 'assetType'
  | 'project'
  | 'environmentAction'
  | 'environmentBlueprintConfiguration'
  | 'subscriptionGrant';

/** A small domain that has every kind of its version, of some of which resources can be deleted, one by one. */
export class Spares {
  private readonly deletions = new Map<SpareKind, () => void>();
  private grant: Answer<'ListSubscriptionGrants'>['items'][number] | undefined;

  private constructor(private readonly cloud: LocalCloud) {}

  /** Fills the projects of a cloud's domain, with a resource of each kind to spare. */
  static async fill(cloud: LocalCloud, flavour: Flavour): Promise<Spares> {
    const { datazone: service, administrator: caller, outputs } = cloud;
    const { domainId, accountId, region } = outputs;
    const into = { service, caller, domainId, random: new Random(1) };
    // The first four are what other resources are made of; of four, the first is published.
    const projects = await fillDomain({ ...into, projectIds: cloud.projectIds, assetsPerProject: 6 });
    fillGovernance({ ...into, isV2: flavour === 'smus', accountId, region, projects });
    const spares = new Spares(cloud);
    const [project] = projects;
    if (project !== undefined) spares.fillCatalog(project);
    spares.fillProjects();
    return spares;
  }

  /** Deletes the spare resource of a kind, as people do. */
  delete(kind: SpareKind): void {
    const remove = this.deletions.get(kind);
    if (remove === undefined) throw new Error(`No ${kind} is left to spare`);
    this.deletions.delete(kind);
    remove();
  }

  /** Grants again what the spare subscription grant was for, where that was deleted. */
  grantAgain(): void {
    if (this.grant === undefined || this.deletions.has('subscriptionGrant')) return;
    const { environmentId = '', subscriptionTargetId, grantedEntity } = this.grant;
    const { id: identifier = '', revision = '' } = grantedEntity?.listing ?? {};
    this.call('CreateSubscriptionGrant', {
      environmentIdentifier: environmentId,
      subscriptionTargetIdentifier: subscriptionTargetId,
      grantedEntity: { listing: { identifier, revision } },
    });
  }

  private fillCatalog({ projectId, assetIds }: FilledProject): void {
    const { call, deletions } = this;
    const [listed = '', asset = ''] = assetIds.slice(4);
    const { listing } = call('GetAsset', { identifier: listed });
    deletions.set('listing', () => call('DeleteListing', { identifier: listing?.listingId ?? '' }));
    deletions.set('asset', () => call('DeleteAsset', { identifier: asset }));
    const owned = { owningProjectIdentifier: projectId };
    const used = call('CreateGlossary', { ...owned, name: 'Spare terms', status: 'ENABLED' });
    const term = call('CreateGlossaryTerm', { glossaryIdentifier: used.id, name: 'Spare' });
    deletions.set('glossaryTerm', () => call('DeleteGlossaryTerm', { identifier: term.id }));
    const glossary = call('CreateGlossary', { ...owned, name: 'Spare', status: 'DISABLED' });
    deletions.set('glossary', () => call('DeleteGlossary', { identifier: glossary.id }));
    call('CreateAssetType', { ...owned, name: 'Spare', formsInput: {} });
    deletions.set('assetType', () => call('DeleteAssetType', { identifier: 'Spare' }));
  }

  private fillProjects(): void {
    const { call, deletions, cloud } = this;
    const project = call('CreateProject', { name: 'Spare' });
    deletions.set('project', () => call('DeleteProject', { identifier: project.id }));
    const [projectIdentifier = ''] = cloud.projectIds;
    const [environment] = call('ListEnvironments', { projectIdentifier }).items;
    const inEnvironment = { environmentIdentifier: environment?.id ?? '' };
    const parameters = { awsConsoleLink: { uri: 'https://console.aws.amazon.com/athena' } };
    const action = call('CreateEnvironmentAction', { ...inEnvironment, name: 'Spare', parameters });
    deletions.set('environmentAction', () =>
      call('DeleteEnvironmentAction', { ...inEnvironment, identifier: action.id }),
    );
    const blueprint = call('CreateEnvironmentBlueprint', {
      name: 'Spare',
      provisioningProperties: {
        cloudFormation: { templateUrl: 'https://blueprints.example.com/spare.yaml' },
      },
    });
    const ofBlueprint = { environmentBlueprintIdentifier: blueprint.id };
    call('PutEnvironmentBlueprintConfiguration', { ...ofBlueprint, enabledRegions: ['eu-central-1'] });
    deletions.set('environmentBlueprintConfiguration', () =>
      call('DeleteEnvironmentBlueprintConfiguration', ofBlueprint),
    );
    const [grant] = call('ListSubscriptionGrants', {}).items;
    this.grant = grant;
    deletions.set('subscriptionGrant', () =>
      call('DeleteSubscriptionGrant', { identifier: grant?.id ?? '' }),
    );
  }

  private readonly call = <N extends OperationName>(
    operation: N,
    input: Omit<Given<N>, 'domainIdentifier'>,
  ): Answer<N> => {
    const { datazone: service, administrator: caller, outputs } = this.cloud;
    return callIn({ service, caller, domainId: outputs.domainId }, operation, input);
  };
}
