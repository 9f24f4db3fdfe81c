import { Fault, type Given, type OperationName } from '../../../local/datazone/service';
import type { Random } from '../../../local/random';
import type { BackupBench } from '../../support/in-process-backup';

/** People at work in a domain, whatever it holds: each change is drawn, and one that the domain refuses is none. */
export class RandomWork {
  done = 0;
  private count = 0;

  constructor(
    private readonly bench: BackupBench,
    private readonly random: Random,
  ) {}

  change(): void {
    const changes = [
      ...[() => this.createAsset(), () => this.reviseAsset(), () => this.deleteAsset()],
      ...[() => this.publish(), () => this.createTerm(), () => this.deleteTerm(), () => this.relateTerms()],
      ...[() => this.createTypes(), () => this.createProduct(), () => this.deleteProduct()],
      ...[() => this.createProject(), () => this.addUnit(), () => this.deleteUnit(), () => this.addMember()],
      ...[() => this.deleteEnvironment(), () => this.deleteProject()],
    ];
    try {
      this.random.pick(changes)();
      this.done++;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }

  private call<N extends OperationName>(operation: N, input: Omit<Given<N>, 'domainIdentifier'>) {
    const { service, domainId, caller } = this.bench;
    // The type of an input without its domain is not seen to be whole again with it.
    return service.call(operation, { ...input, domainIdentifier: domainId } as unknown as Given<N>, caller);
  }

  private name(): string {
    return `later ${++this.count}`;
  }

  private project(): string {
    return this.random.pick(this.bench.projectIds);
  }

  private search(searchScope: Given<'Search'>['searchScope']): string {
    const { items = [] } = this.call('Search', { searchScope });
    const ids = items.flatMap(({ assetItem, dataProductItem, glossaryTermItem, glossaryItem }) => [
      assetItem?.identifier ?? dataProductItem?.id ?? glossaryTermItem?.id ?? glossaryItem?.id ?? '',
    ]);
    return ids.length === 0 ? 'none' : this.random.pick(ids);
  }

  private terms(): { glossaryTerms: string[] } {
    return { glossaryTerms: [this.search('GLOSSARY_TERM')] };
  }

  private readonly table = [
    {
      formName: 'GlueTableForm',
      typeIdentifier: 'amazon.datazone.GlueTableFormType',
      content: JSON.stringify({ columns: [{ columnName: 'later' }] }),
    },
  ];

  private createAsset(): void {
    this.call('CreateAsset', {
      name: this.name(),
      owningProjectIdentifier: this.project(),
      typeIdentifier: 'amazon.datazone.GlueTableAssetType',
      formsInput: this.table,
      ...this.terms(),
    });
  }

  private reviseAsset(): void {
    this.call('CreateAssetRevision', {
      identifier: this.search('ASSET'),
      name: this.name(),
      formsInput: this.table,
      ...this.terms(),
    });
  }

  private deleteAsset(): void {
    const identifier = this.search('ASSET');
    const { listing } = this.call('GetAsset', { identifier });
    for (const filter of this.call('ListAssetFilters', { assetIdentifier: identifier }).items) {
      this.call('DeleteAssetFilter', { assetIdentifier: identifier, identifier: filter.id });
    }
    if (listing !== undefined) this.call('DeleteListing', { identifier: listing.listingId });
    this.call('DeleteAsset', { identifier });
  }

  private publish(): void {
    this.call('CreateListingChangeSet', {
      entityIdentifier: this.search('ASSET'),
      entityType: 'ASSET',
      action: this.random.pick(['PUBLISH', 'UNPUBLISH'] as const),
    });
  }

  private createTerm(): void {
    this.call('CreateGlossaryTerm', {
      glossaryIdentifier: this.search('GLOSSARY'),
      name: this.name(),
      termRelations: { isA: [this.search('GLOSSARY_TERM')] },
    });
  }

  private relateTerms(): void {
    this.call('UpdateGlossaryTerm', {
      identifier: this.search('GLOSSARY_TERM'),
      termRelations: { classifies: [this.search('GLOSSARY_TERM')] },
    });
  }

  private deleteTerm(): void {
    this.call('DeleteGlossaryTerm', { identifier: this.search('GLOSSARY_TERM') });
  }

  private createTypes(): void {
    const name = `Later${++this.count}`;
    const owningProjectIdentifier = this.project();
    const { revision } = this.call('CreateFormType', {
      name,
      owningProjectIdentifier,
      status: 'ENABLED',
      model: { smithy: `structure ${name} { owner: String }` },
    });
    const formsInput = { [name]: { typeIdentifier: name, typeRevision: revision } };
    this.call('CreateAssetType', { name: `${name}Asset`, owningProjectIdentifier, formsInput });
    this.call('CreateAsset', {
      name: this.name(),
      owningProjectIdentifier: this.project(),
      typeIdentifier: `${name}Asset`,
      formsInput: [{ formName: name, content: '{}' }],
    });
  }

  private createProduct(): void {
    this.call('CreateDataProduct', {
      name: this.name(),
      owningProjectIdentifier: this.project(),
      items: [{ itemType: 'ASSET', identifier: this.search('ASSET') }],
    });
  }

  private deleteProduct(): void {
    this.call('DeleteDataProduct', { identifier: this.search('DATA_PRODUCT') });
  }

  private createProject(): void {
    this.call('CreateProject', { name: this.name(), domainUnitId: this.unit() });
  }

  private deleteProject(): void {
    if (this.random.chance(0.2)) {
      this.call('DeleteProject', { identifier: this.project(), skipDeletionCheck: true });
    }
  }

  private unit(): string {
    const { rootDomainUnitId: root = '' } = this.call('GetDomain', {
      identifier: this.bench.domainId,
    } as Given<'GetDomain'>);
    const { items } = this.call('ListDomainUnitsForParent', { parentDomainUnitIdentifier: root });
    return this.random.pick([root, ...items.map(({ id }) => id)]);
  }

  private addUnit(): void {
    this.call('CreateDomainUnit', { name: this.name(), parentDomainUnitIdentifier: this.unit() });
  }

  private deleteUnit(): void {
    this.call('DeleteDomainUnit', { identifier: this.unit() });
  }

  private addMember(): void {
    const userIdentifier = `${this.name().replace(' ', '-')}@example.com`;
    this.call('CreateUserProfile', { userIdentifier, userType: 'SSO_USER' });
    this.call('CreateProjectMembership', {
      projectIdentifier: this.project(),
      member: { userIdentifier },
      designation: 'PROJECT_CONTRIBUTOR',
    });
  }

  private deleteEnvironment(): void {
    const { items } = this.call('ListEnvironments', { projectIdentifier: this.project() });
    const [environment] = items;
    if (environment?.id !== undefined) this.call('DeleteEnvironment', { identifier: environment.id });
  }
}
