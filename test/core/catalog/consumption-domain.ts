import { compositeId } from '../../../core/catalog/composite-id';
import type { FakeClock } from '../../../local/clock';
import type { Answer, DataZoneService, Given, OperationName } from '../../../local/datazone/service';
import type { Random } from '../../../local/random';
import { accountId, callerOf } from '../../support/wire-server';

const tableType = 'amazon.datazone.GlueTableAssetType';
const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

/** Ids by kind, each domain's in the same order. */
export type Parents = Readonly<Record<string, readonly string[]>>;

type Principal = Given<'CreateSubscriptionRequest'>['subscribedPrincipals'][number];

/** A domain with data that can be published and subscribed to: each that is made is like every other. */
export class ConsumptionDomain {
  readonly domainId: string;
  readonly parents: Parents;
  readonly projectIds: readonly string[];

  constructor(
    private readonly service: DataZoneService,
    private readonly clock: FakeClock,
    version: 'V1' | 'V2',
  ) {
    const roles = { domainExecutionRole: role('execution'), serviceRole: role('service') };
    const caller = callerOf('admin');
    const input = { name: 'consumption', domainVersion: version, ...roles };
    this.domainId = service.call('CreateDomain', input, caller).id;
    const [producer = '', ...consumers] = ['Producer', 'One', 'Two'].map(
      (name) => this.call('CreateProject', { name }).id,
    );
    this.projectIds = [producer, ...consumers];
    const user = this.call('CreateUserProfile', { userIdentifier: role('Analyst'), userType: 'IAM_ROLE' });
    const group = this.call('CreateGroupProfile', { groupIdentifier: 'analysts' });
    const assets = ['orders', 'customers', 'returns'].map((name) => this.asset(producer, name));
    const filters = assets.flatMap((id) => ['new', 'old'].map((name) => this.filter(id, name)));
    const { id: product } = this.call('CreateDataProduct', {
      name: 'Sales',
      owningProjectIdentifier: producer,
      items: assets.slice(0, 2).map((identifier) => ({ itemType: 'ASSET', identifier })),
    });
    const environments = consumers.map((id) => this.environment(id, version));
    const targets = environments.flatMap((id) =>
      (['MANUAL', 'AUTOMATIC'] as const).map((mode) => this.target(id, mode)),
    );
    this.parents = {
      project: this.projectIds,
      userProfile: [`${user.id}`],
      groupProfile: [`${group.id}`],
      asset: assets,
      assetFilter: filters,
      dataProduct: [product],
      environment: environments,
      subscriptionTarget: targets,
    };
  }

  call<N extends OperationName>(operation: N, input: Omit<Given<N>, 'domainIdentifier'>): Answer<N> {
    this.clock.advance(10);
    const whole = { ...input, domainIdentifier: this.domainId } as unknown as Given<N>;
    return this.service.call(operation, whole, callerOf('admin'));
  }

  /** Publishes all that it has; answers the listings' ids, the data product's last. */
  publish(): string[] {
    const { asset = [], dataProduct = [] } = this.parents;
    const listed = [
      ...asset.map((id) => [id, 'ASSET'] as const),
      ...dataProduct.map((id) => [id, 'DATA_PRODUCT'] as const),
    ];
    return listed.map(
      ([entityIdentifier, entityType]) =>
        this.call('CreateListingChangeSet', { entityIdentifier, entityType, action: 'PUBLISH' }).listingId,
    );
  }

  request(listing: string, principal: Principal, more: Partial<Given<'CreateSubscriptionRequest'>> = {}) {
    return this.call('CreateSubscriptionRequest', {
      subscribedPrincipals: [principal],
      subscribedListings: [{ identifier: listing }],
      requestReason: 'Monthly report',
      ...more,
    }).id;
  }

  /** Accepts a request; answers the id of the subscription. */
  accept(identifier: string, more: Partial<Given<'AcceptSubscriptionRequest'>> = {}): string {
    this.call('AcceptSubscriptionRequest', { identifier, ...more });
    const { items } = this.call('ListSubscriptions', { subscriptionRequestIdentifier: identifier });
    return items[0]?.id ?? '';
  }

  /** Grants a listing at the subscription target of a consumer that grants nothing by itself. */
  grant(listing: string, consumer: number): string {
    const [environmentIdentifier = '', identifier = ''] =
      this.parents.subscriptionTarget?.[2 * consumer]?.split('/') ?? [];
    const { listingRevision: revision } = this.call('GetListing', { identifier: listing });
    return this.call('CreateSubscriptionGrant', {
      environmentIdentifier,
      subscriptionTargetIdentifier: identifier,
      grantedEntity: { listing: { identifier: listing, revision } },
    }).id;
  }

  /** Years of asking, granting and taking back, in no more than so many steps. */
  live(random: Random, steps: number): void {
    const listings = this.publish();
    const { project = [], userProfile = [], groupProfile = [], asset = [] } = this.parents;
    const principals: readonly Principal[] = [
      ...project.slice(1).map((identifier) => ({ project: { identifier } })),
      { user: { identifier: userProfile[0] } },
      { group: { identifier: groupProfile[0] } },
      { iam: { identifier: role('Robot') } },
    ];
    const open = new Map<string, { request?: string; subscription?: string }>();
    for (let step = 0; step < steps; step++) {
      const [n, who] = [random.below(listings.length), random.below(principals.length)];
      const [listing, principal] = [listings[n], principals[who]];
      if (listing === undefined || principal === undefined) continue;
      const state = open.get(`${n} ${who}`) ?? {};
      const set = (next: typeof state) => open.set(`${n} ${who}`, next);
      const { request, subscription } = state;
      const decisionComment = random.chance(0.5) ? random.pick(['fine', 'not again']) : undefined;
      if (request !== undefined && random.chance(0.4)) {
        this.call('RejectSubscriptionRequest', { identifier: request, decisionComment });
        set({ ...(subscription !== undefined && { subscription }) });
      } else if (request !== undefined) {
        const narrowing = asset[n] === undefined || random.chance(0.5) ? {} : this.narrowing(random, n);
        set({ subscription: this.accept(request, { decisionComment, ...narrowing }) });
      } else if (subscription !== undefined && random.chance(0.4)) {
        const identifier = subscription;
        if (random.chance(0.5)) this.call('CancelSubscription', { identifier });
        else this.call('RevokeSubscription', { identifier, retainPermissions: random.chance(0.5) });
        set({});
      } else if (subscription !== undefined && who < 2 && random.chance(0.5)) {
        this.tryToGrant(listing, who);
      } else {
        const requestReason = random.pick(['Monthly report', 'Yearly report', `because of ${step}`]);
        const narrowing = asset[n] === undefined || random.chance(0.7) ? {} : this.narrowing(random, n);
        const form = { formName: 'Why', typeIdentifier: 'amazon.datazone.GlueTableFormType' };
        const metadataForms = random.chance(0.3) ? [{ ...form, content: `{"tableName": "${step}"}` }] : [];
        set({
          ...state,
          request: this.request(listing, principal, { requestReason, metadataForms, ...narrowing }),
        });
      }
    }
  }

  private narrowing(random: Random, n: number) {
    const assetId = this.parents.asset?.[n] ?? '';
    const filters = (this.parents.assetFilter ?? []).slice(2 * n, 2 * n + 2);
    const filterIds = filters.flatMap((id) => (random.chance(0.6) ? [id.split('/')[1] ?? ''] : []));
    const permissions = { s3: [random.pick(['READ', 'WRITE'] as const)] };
    return {
      assetScopes: [{ assetId, filterIds }],
      ...(random.chance(0.3) && { assetPermissions: [{ assetId, permissions }] }),
    };
  }

  private tryToGrant(listing: string, consumer: number): void {
    try {
      this.grant(listing, consumer);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('grants the same')) throw error;
    }
  }

  private asset(owningProjectIdentifier: string, name: string): string {
    const formsInput = [
      {
        formName: 'GlueTableForm',
        content: JSON.stringify({ tableName: name, columns: [{ columnName: 'id', dataType: 'string' }] }),
      },
    ];
    return this.call('CreateAsset', { name, owningProjectIdentifier, typeIdentifier: tableType, formsInput })
      .id;
  }

  private filter(assetIdentifier: string, name: string): string {
    const configuration = { columnConfiguration: { includedColumnNames: ['id'] } };
    const { id } = this.call('CreateAssetFilter', { assetIdentifier, name, configuration });
    return compositeId(assetIdentifier, id);
  }

  private environment(projectIdentifier: string, version: 'V1' | 'V2'): string {
    const { items } = this.call('ListEnvironmentBlueprints', { managed: true });
    const environmentBlueprintIdentifier = items[0]?.id ?? '';
    const input = { projectIdentifier, name: 'Analytics' };
    if (version === 'V2') {
      return `${this.call('CreateEnvironment', { ...input, environmentBlueprintIdentifier }).id}`;
    }
    const enabledRegions = ['eu-west-1'];
    this.call('PutEnvironmentBlueprintConfiguration', { environmentBlueprintIdentifier, enabledRegions });
    const profile = this.call('CreateEnvironmentProfile', {
      ...input,
      name: `Analytics of ${projectIdentifier}`,
      environmentBlueprintIdentifier,
    });
    return `${this.call('CreateEnvironment', { ...input, environmentProfileIdentifier: profile.id }).id}`;
  }

  private target(environmentIdentifier: string, mode: 'AUTOMATIC' | 'MANUAL'): string {
    const { id } = this.call('CreateSubscriptionTarget', {
      environmentIdentifier,
      name: mode,
      type: 'GlueSubscriptionTargetType',
      manageAccessRole: role('Access'),
      authorizedPrincipals: [role('Consumer')],
      applicableAssetTypes: [tableType],
      subscriptionTargetConfig: [],
      subscriptionGrantCreationMode: mode,
    });
    return compositeId(environmentIdentifier, id);
  }
}
