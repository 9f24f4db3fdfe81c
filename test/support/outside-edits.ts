import {
  CreateAssetCommand,
  CreateAssetRevisionCommand,
  CreateGlossaryTermCommand,
  CreateListingChangeSetCommand,
  type DataZoneClient,
  DeleteAssetCommand,
  GetAssetCommand,
  UpdateGlossaryCommand,
  UpdateGlossaryTermCommand,
  UpdateProjectCommand,
} from '@aws-sdk/client-datazone';
import type { FilledProject } from '../../local/fixture/fill-domain';
import { sentence } from '../../local/fixture/words';
import type { Random } from '../../local/random';

/** What was edited, in the vault's terms, and when the edit was begun: ms since the epoch. */
export interface Edit {
  readonly kind: string;
  readonly id: string;
  readonly at: number;
}

/** Assets that may be published, withdrawn or deleted: those made by edits, which nothing else refers to. */
interface Own {
  readonly id: string;
  isListed: boolean;
}

/**
 * People at work in a domain, by the plain SDK: assets are made, revised, published, withdrawn and deleted, terms made
 * and reworded, glossaries and projects described anew.
 */
export class OutsideEdits {
  private readonly own: Own[] = [];
  private count = 0;

  constructor(
    private readonly client: DataZoneClient,
    private readonly domainIdentifier: string,
    private readonly projects: readonly FilledProject[],
    private readonly random: Random,
  ) {}

  /** So many edits, evenly over a time; one that comes late makes none after it earlier. */
  async make(edits: number, milliseconds: number): Promise<readonly Edit[]> {
    const made: Edit[] = [];
    const start = Date.now();
    for (let n = 0; n < edits; n++) {
      const wait = start + (n * milliseconds) / edits - Date.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const at = Date.now();
      made.push({ ...(await this.one()), at });
    }
    return made;
  }

  private one(): Promise<Omit<Edit, 'at'>> {
    const draw = this.random.below(100);
    if (draw < 20 || this.own.length < 3) return this.createAsset();
    if (draw < 50) return this.reviseAsset();
    if (draw < 62) return this.publish();
    if (draw < 70) return this.deleteAsset();
    if (draw < 78) return this.createTerm();
    if (draw < 90) return this.rewordTerm();
    return draw < 95 ? this.describeGlossary() : this.describeProject();
  }

  private async createAsset(): Promise<Omit<Edit, 'at'>> {
    const project = this.random.pick(this.projects);
    const { forms } = await this.asset(this.random.pick(project.assetIds));
    const { id = '' } = await this.client.send(
      new CreateAssetCommand({
        domainIdentifier: this.domainIdentifier,
        owningProjectIdentifier: project.projectId,
        typeIdentifier: project.assetTypeName,
        name: `Edited ${++this.count}`,
        description: sentence(this.random),
        formsInput: forms,
      }),
    );
    this.own.push({ id, isListed: false });
    return { kind: 'asset', id };
  }

  private async reviseAsset(): Promise<Omit<Edit, 'at'>> {
    const { projects, random, domainIdentifier } = this;
    const ids = random.chance(0.5) ? this.own.map((it) => it.id) : random.pick(projects).assetIds;
    const identifier = random.pick(ids);
    const { name, glossaryTerms, forms } = await this.asset(identifier);
    await this.client.send(
      new CreateAssetRevisionCommand({
        domainIdentifier,
        identifier,
        name,
        glossaryTerms,
        formsInput: forms,
        description: `${++this.count} ${sentence(random)}`,
      }),
    );
    return { kind: 'asset', id: identifier };
  }

  private async publish(): Promise<Omit<Edit, 'at'>> {
    const asset = this.random.pick(this.own);
    await this.changeListing(asset, asset.isListed ? 'UNPUBLISH' : 'PUBLISH');
    return { kind: 'asset', id: asset.id };
  }

  private async deleteAsset(): Promise<Omit<Edit, 'at'>> {
    const index = this.random.below(this.own.length);
    const [asset] = this.own.splice(index, 1);
    if (asset === undefined) return this.createAsset();
    if (asset.isListed) await this.changeListing(asset, 'UNPUBLISH');
    const { domainIdentifier } = this;
    await this.client.send(new DeleteAssetCommand({ domainIdentifier, identifier: asset.id }));
    return { kind: 'asset', id: asset.id };
  }

  private async createTerm(): Promise<Omit<Edit, 'at'>> {
    const { glossaryId: glossaryIdentifier } = this.random.pick(this.projects);
    const { domainIdentifier, random } = this;
    const name = `Edited term ${++this.count}`;
    const { id = '' } = await this.client.send(
      new CreateGlossaryTermCommand({
        domainIdentifier,
        glossaryIdentifier,
        name,
        status: 'ENABLED',
        shortDescription: sentence(random),
      }),
    );
    return { kind: 'glossaryTerm', id };
  }

  private async rewordTerm(): Promise<Omit<Edit, 'at'>> {
    const { domainIdentifier, random } = this;
    const identifier = random.pick(random.pick(this.projects).termIds);
    const shortDescription = `${++this.count} ${sentence(random)}`;
    await this.client.send(new UpdateGlossaryTermCommand({ domainIdentifier, identifier, shortDescription }));
    return { kind: 'glossaryTerm', id: identifier };
  }

  private async describeGlossary(): Promise<Omit<Edit, 'at'>> {
    const { domainIdentifier } = this;
    const identifier = this.random.pick(this.projects).glossaryId;
    const description = `${++this.count} ${sentence(this.random)}`;
    await this.client.send(new UpdateGlossaryCommand({ domainIdentifier, identifier, description }));
    return { kind: 'glossary', id: identifier };
  }

  private async describeProject(): Promise<Omit<Edit, 'at'>> {
    const { domainIdentifier } = this;
    const identifier = this.random.pick(this.projects).projectId;
    const description = `${++this.count} ${sentence(this.random)}`;
    await this.client.send(new UpdateProjectCommand({ domainIdentifier, identifier, description }));
    return { kind: 'project', id: identifier };
  }

  private async changeListing(asset: Own, action: 'PUBLISH' | 'UNPUBLISH'): Promise<void> {
    const { domainIdentifier } = this;
    await this.client.send(
      new CreateListingChangeSetCommand({
        domainIdentifier,
        entityIdentifier: asset.id,
        entityType: 'ASSET',
        action,
      }),
    );
    asset.isListed = action === 'PUBLISH';
  }

  private async asset(identifier: string) {
    const { domainIdentifier } = this;
    const asset = await this.client.send(new GetAssetCommand({ domainIdentifier, identifier }));
    const forms = asset.formsOutput?.map(({ formName, typeName, typeRevision, content }) => ({
      formName,
      typeIdentifier: typeName,
      typeRevision,
      content,
    }));
    return { ...asset, forms };
  }
}
