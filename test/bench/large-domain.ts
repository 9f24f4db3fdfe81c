import type { DataZoneService, Given, OperationName } from '../../local/datazone/service';
import { callerOf } from '../support/wire-server';

const caller = callerOf('admin');
const column = 'order_id';

/** A V2 domain of the shape that large companies have: with 500 projects, 20,000 assets and 50,000 other resources. */
export class LargeDomain {
  readonly projectIds: string[] = [];
  private readonly users: string[] = [];
  private readonly units: string[] = [];
  private blueprintId = '';

  private constructor(
    private readonly service: DataZoneService,
    readonly domainId: string,
  ) {}

  static make(service: DataZoneService, projects: number): LargeDomain {
    const role = (name: string) => `arn:aws:iam::${caller.accountId}:role/${name}`;
    const domain = service.call(
      'CreateDomain',
      {
        name: 'large',
        domainVersion: 'V2',
        domainExecutionRole: role('execution'),
        serviceRole: role('service'),
      },
      caller,
    );
    const large = new LargeDomain(service, domain.id);
    large.addPeople(domain.rootDomainUnitId ?? '', projects);
    for (let number = 1; number <= projects; number++) large.addProject(number);
    return large;
  }

  private call<N extends OperationName>(operation: N, input: Omit<Given<N>, 'domainIdentifier'>) {
    const given = { ...input, domainIdentifier: this.domainId } as unknown as Given<N>;
    return this.service.call(operation, given, caller);
  }

  private addPeople(root: string, projects: number): void {
    for (let number = 1; number <= projects * 2; number++) {
      const userIdentifier = `person-${number}@example.com`;
      this.users.push(this.call('CreateUserProfile', { userIdentifier, userType: 'SSO_USER' }).id ?? '');
    }
    for (let number = 1; number <= Math.max(1, projects / 5); number++) {
      const parentDomainUnitIdentifier = this.units[Math.floor(number / 10) - 1] ?? root;
      const { id } = this.call('CreateDomainUnit', { name: `Unit ${number}`, parentDomainUnitIdentifier });
      this.units.push(id);
      this.call('AddEntityOwner', {
        entityType: 'DOMAIN_UNIT',
        entityIdentifier: id,
        owner: { user: { userIdentifier: this.users[number] ?? '' } },
      });
      this.call('AddPolicyGrant', {
        entityType: 'DOMAIN_UNIT',
        entityIdentifier: id,
        policyType: 'CREATE_GLOSSARY',
        principal: { user: { allUsersGrantFilter: {} } },
        detail: { createGlossary: { includeChildDomainUnits: true } },
      });
    }
    const { items } = this.call('ListEnvironmentBlueprints', { managed: true });
    this.blueprintId = items[0]?.id ?? '';
    this.call('PutEnvironmentBlueprintConfiguration', {
      environmentBlueprintIdentifier: this.blueprintId,
      enabledRegions: [caller.region],
    });
  }

  private addProject(number: number): void {
    const { id } = this.call('CreateProject', {
      name: `project-${number}`,
      domainUnitId: this.units[number % this.units.length] ?? '',
    });
    this.projectIds.push(id);
    for (let member = 0; member < 10; member++) {
      this.call('CreateProjectMembership', {
        projectIdentifier: id,
        member: { userIdentifier: this.users[(number * 2 + member) % this.users.length] ?? '' },
        designation: 'PROJECT_CONTRIBUTOR',
      });
    }
    const terms = this.addVocabulary(id, number);
    const type = this.addTypes(id, number);
    const assets = Array.from({ length: 40 }, (_, n) => this.addAsset(id, `${number}-${n}`, type, terms, n));
    this.addProducts(id, number, assets);
    this.addCompute(id, number);
    for (let n = 0; n < 6; n++) this.postLineage(assets[n] ?? '', number * 10 + n);
    if (number > 1) this.subscribe(assets);
  }

  private addVocabulary(owningProjectIdentifier: string, number: number): string[] {
    const { id: glossaryIdentifier } = this.call('CreateGlossary', {
      owningProjectIdentifier,
      name: `Glossary ${number}`,
      status: 'ENABLED',
    });
    const terms: string[] = [];
    for (let n = 0; n < 20; n++) {
      const above = terms.at(-1);
      const term = this.call('CreateGlossaryTerm', {
        glossaryIdentifier,
        name: `Term ${n}`,
        shortDescription: 'What the business means by it',
        ...(above === undefined ? {} : { termRelations: { isA: [above] } }),
      });
      terms.push(term.id);
    }
    return terms;
  }

  private addTypes(owningProjectIdentifier: string, number: number): string {
    const name = `Contract${number}`;
    const { revision } = this.call('CreateFormType', {
      name,
      owningProjectIdentifier,
      status: 'ENABLED',
      model: { smithy: `structure ${name} { owner: String }` },
    });
    const formsInput = { [name]: { typeIdentifier: name, typeRevision: revision } };
    this.call('CreateAssetType', { name: `${name}Table`, owningProjectIdentifier, formsInput });
    return name;
  }

  private addAsset(
    owningProjectIdentifier: string,
    name: string,
    type: string,
    terms: readonly string[],
    n: number,
  ): string {
    const content = {
      name: `table-${name}`,
      glossaryTerms: [terms[n % terms.length] ?? ''],
      formsInput: [
        { formName: type, content: JSON.stringify({ owner: `team-${n}` }) },
        {
          formName: 'ColumnBusinessMetadataForm',
          typeIdentifier: 'amazon.datazone.ColumnBusinessMetadataFormType',
          content: JSON.stringify({ columnsBusinessMetadata: [{ columnIdentifier: column }] }),
        },
      ],
    };
    const typeIdentifier = `${type}Table`;
    const { id } = this.call('CreateAsset', { ...content, typeIdentifier, owningProjectIdentifier });
    if (n % 5 === 0) this.call('CreateAssetRevision', { ...content, identifier: id });
    if (n % 10 === 0) this.hangOn(id);
    if (n % 4 === 0) {
      this.call('CreateListingChangeSet', { entityIdentifier: id, entityType: 'ASSET', action: 'PUBLISH' });
    }
    return id;
  }

  /** A filter, what is said of a column, and measurements. */
  private hangOn(assetId: string): void {
    const entity = { entityType: 'ASSET' as const, entityIdentifier: assetId };
    this.call('CreateAssetFilter', {
      assetIdentifier: assetId,
      name: 'Own column',
      configuration: { columnConfiguration: { includedColumnNames: [column] } },
    });
    this.call('BatchPutAttributesMetadata', {
      ...entity,
      attributes: [
        {
          attributeIdentifier: column,
          forms: [
            {
              formName: 'ColumnBusinessMetadataForm',
              typeIdentifier: 'amazon.datazone.ColumnBusinessMetadataFormType',
              content: JSON.stringify({ columnsBusinessMetadata: [{ columnIdentifier: column }] }),
            },
          ],
        },
      ],
    });
    for (let day = 1; day <= 2; day++) {
      this.call('PostTimeSeriesDataPoints', {
        ...entity,
        forms: [
          {
            formName: 'quality',
            typeIdentifier: 'amazon.datazone.DataQualityResultFormType',
            timestamp: new Date(Date.UTC(2026, 0, day)),
            content: JSON.stringify({ passingPercentage: 90 + day }),
          },
        ],
      });
    }
  }

  private addProducts(owningProjectIdentifier: string, number: number, assets: readonly string[]): void {
    for (let n = 0; n < 4; n++) {
      const { id } = this.call('CreateDataProduct', {
        owningProjectIdentifier,
        name: `Product ${number}-${n}`,
        items: assets.slice(n * 2, n * 2 + 2).map((identifier) => ({ itemType: 'ASSET', identifier })),
      });
      this.call('CreateListingChangeSet', {
        entityIdentifier: id,
        entityType: 'DATA_PRODUCT',
        action: 'PUBLISH',
      });
    }
  }

  private addCompute(projectIdentifier: string, number: number): void {
    const { id: environmentIdentifier = '' } = this.call('CreateEnvironment', {
      projectIdentifier,
      name: 'Lakehouse',
      environmentBlueprintIdentifier: this.blueprintId,
    });
    for (let n = 0; n < 2; n++) {
      this.call('CreateEnvironmentAction', {
        environmentIdentifier,
        name: `Open ${n}`,
        parameters: { awsConsoleLink: { uri: 'https://console.aws.amazon.com/athena/home' } },
      });
      this.call('CreateSubscriptionTarget', {
        environmentIdentifier,
        name: `Database ${n}`,
        type: 'GlueSubscriptionTargetType',
        manageAccessRole: `arn:aws:iam::${caller.accountId}:role/manage-access`,
        authorizedPrincipals: [`arn:aws:iam::${caller.accountId}:role/consumer`],
        applicableAssetTypes: ['amazon.datazone.GlueTableAssetType'],
        subscriptionTargetConfig: [{ formName: 'GlueSubscriptionTargetConfigForm', content: '{}' }],
      });
    }
    const { connectionId } = this.call('CreateConnection', {
      name: `athena-${number}`,
      environmentIdentifier,
      props: { athenaProperties: { workgroupName: 'primary' } },
    });
    this.call('CreateDataSource', {
      projectIdentifier,
      name: 'Tables',
      type: 'GLUE',
      connectionIdentifier: connectionId,
      configuration: {
        glueRunConfiguration: { relationalFilterConfigurations: [{ databaseName: 'sales' }] },
      },
    });
    this.call('CreateNotebook', { owningProjectIdentifier: projectIdentifier, name: 'Exploration' });
  }

  private postLineage(asset: string, number: number): void {
    const event = {
      eventType: 'COMPLETE',
      eventTime: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
      producer: 'https://github.com/OpenLineage/OpenLineage',
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
      run: { runId: '3b452093-782c-4ef2-9c0c-aafe2aa6f34d' },
      job: { namespace: this.domainId, name: `job-${number}` },
      inputs: [{ namespace: 's3://lake', name: asset }],
      outputs: [],
    };
    this.call('PostLineageEvent', { event: Buffer.from(JSON.stringify(event)) });
  }

  /** The first project reads what this one publishes. */
  private subscribe(assets: readonly string[]): void {
    const [consumer = ''] = this.projectIds;
    for (const identifier of assets.filter((_, n) => n % 4 === 0).slice(0, 5)) {
      const { listing } = this.call('GetAsset', { identifier });
      const { id } = this.call('CreateSubscriptionRequest', {
        subscribedPrincipals: [{ project: { identifier: consumer } }],
        subscribedListings: [{ identifier: listing?.listingId ?? '' }],
        requestReason: 'Monthly report',
      });
      this.call('AcceptSubscriptionRequest', { identifier: id });
    }
  }
}
