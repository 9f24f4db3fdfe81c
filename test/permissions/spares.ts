import { fillDomain } from '../../local/fixture/fill-domain';
import type { LocalCloud } from '../../local/local-cloud';
import { Random } from '../../local/random';

/** Kinds of which a domain has some that nothing refers to. */
export type SpareKind =
  | 'asset'
  | 'listing'
  | 'glossary'
  | 'glossaryTerm'
  | 'formType'
  | 'assetType'
  | 'project';

/** A small domain in which resources of every kind can be deleted, one after the other. */
export class Spares {
  private readonly ids: Record<SpareKind, string[]> = {
    asset: [],
    listing: [],
    glossary: [],
    glossaryTerm: [],
    formType: [],
    assetType: [],
    project: [],
  };

  private constructor(private readonly cloud: LocalCloud) {}

  /** Fills the first project of a cloud's domain, with `count` resources of each kind to spare. */
  static async fill(cloud: LocalCloud, count: number): Promise<Spares> {
    const { datazone: service, administrator: caller, outputs } = cloud;
    const projectIds = cloud.projectIds.slice(0, 1);
    const [owningProjectIdentifier = ''] = projectIds;
    const { domainId } = outputs;
    const filled = await fillDomain({
      service,
      caller,
      domainId,
      projectIds,
      // One in four is published.
      assetsPerProject: 4 * count,
      random: new Random(1),
    });
    const spares = new Spares(cloud);
    const owned = { domainIdentifier: domainId, owningProjectIdentifier };
    for (const identifier of filled.flatMap(({ assetIds }) => assetIds)) {
      const { listing } = service.call('GetAsset', { domainIdentifier: domainId, identifier }, caller);
      if (listing === undefined) spares.ids.asset.push(identifier);
      else spares.ids.listing.push(listing.listingId);
    }
    const used = service.call('CreateGlossary', { ...owned, name: 'Spare terms', status: 'ENABLED' }, caller);
    for (let n = 1; n <= count; n++) {
      const glossary = { ...owned, name: `Spare ${n}`, status: 'DISABLED' } as const;
      spares.ids.glossary.push(service.call('CreateGlossary', glossary, caller).id);
      const term = { domainIdentifier: domainId, glossaryIdentifier: used.id, name: `Spare ${n}` };
      spares.ids.glossaryTerm.push(service.call('CreateGlossaryTerm', term, caller).id);
      const name = `Spare${n}`;
      const model = { smithy: `structure ${name} {\n  owner: String\n}\n` };
      service.call('CreateFormType', { ...owned, name, model, status: 'DISABLED' }, caller);
      spares.ids.formType.push(name);
      service.call('CreateAssetType', { ...owned, name, formsInput: {} }, caller);
      spares.ids.assetType.push(name);
      spares.ids.project.push(service.call('CreateProject', { domainIdentifier: domainId, name }, caller).id);
    }
    return spares;
  }

  /** Deletes one spare resource of a kind, as people do. */
  delete(kind: SpareKind): void {
    const { datazone: service, administrator: caller, outputs } = this.cloud;
    const identifier = this.ids[kind].pop();
    if (identifier === undefined) throw new Error(`No ${kind} is left to spare`);
    const spare = { domainIdentifier: outputs.domainId, identifier };
    switch (kind) {
      case 'asset':
        service.call('DeleteAsset', spare, caller);
        return;
      case 'listing':
        service.call('DeleteListing', spare, caller);
        return;
      case 'glossary':
        service.call('DeleteGlossary', spare, caller);
        return;
      case 'glossaryTerm':
        service.call('DeleteGlossaryTerm', spare, caller);
        return;
      case 'formType':
        service.call('DeleteFormType', { ...spare, formTypeIdentifier: identifier }, caller);
        return;
      case 'assetType':
        service.call('DeleteAssetType', spare, caller);
        return;
      case 'project':
        service.call('DeleteProject', spare, caller);
    }
  }
}
