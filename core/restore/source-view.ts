import { isObject, text } from '../catalog/json';
import type { DomainVersion, JsonObject, Kind, Reference } from '../catalog/kind';
import { ReferenceFinder } from '../catalog/reference-finder';
import { revisionId } from '../catalog/revisions';
import type { Payload } from '../vault/payload';
import { contentOf, type Held, heldAt, resourceAt } from '../vault/point-in-time';
import type { Vault } from '../vault/vault';
import { ValueMapping } from './value-mapping';

/** A live resource of the source at the instant that is restored. */
export type Resource = Held & { readonly kind: Kind };

/** The source domain at an instant, read from the vault alone. */
export class SourceView {
  private readonly finder = new ReferenceFinder(({ name, revision }) => this.formModel(name, revision));

  constructor(
    private readonly vault: Vault,
    readonly instant: string,
    readonly kinds: readonly Kind[],
    private readonly mapping = ValueMapping.none,
  ) {}

  get domainId(): string {
    return this.vault.domainId;
  }

  kindByName(name: string): Kind | undefined {
    return this.kinds.find((kind) => kind.name === name);
  }

  /** Everything that was live of a kind. Throws BeyondHorizonError, CorruptItemError. */
  async *resources(kind: Kind): AsyncGenerator<Resource> {
    for (const scope of await this.scopes()) {
      if (scope.kind !== kind.name) continue;
      for await (const held of heldAt(this.vault, scope, this.instant))
        if (held.live) yield { ...held, kind };
    }
  }

  /** One resource, in whatever scope it is; undefined where it was not live. Throws CorruptItemError. */
  async find(name: string, id: string): Promise<Resource | undefined> {
    const kind = this.kindByName(name);
    if (kind === undefined) return undefined;
    const scopeId =
      kind.scope === 'domain' ? this.domainId : (await this.vault.newestVersion(name, id))?.scope;
    if (scopeId === undefined) return undefined;
    const scope = { kind: name, scopeId };
    const head = await this.vault.head(scope, id);
    const held = head && (await resourceAt(this.vault, scope, head, this.instant));
    return held?.live === true ? { ...held, kind } : undefined;
  }

  /** Throws CorruptItemError where what was kept is damaged: nothing is restored from it. */
  async content(resource: Resource): Promise<Payload> {
    const payload = await contentOf(this.vault, resource);
    return { ...payload, record: this.mapping.apply(payload.record as JsonObject) };
  }

  /** Region of the domain that was backed up, as its own record says. */
  async region(): Promise<string | undefined> {
    const domain = await this.find('domain', this.domainId);
    const { record } = domain === undefined ? { record: {} } : await contentOf(this.vault, domain);
    return /^arn:[^:]+:datazone:([^:]+):/.exec(text(record as JsonObject, 'arn') ?? '')?.[1];
  }

  references(kind: Kind, record: JsonObject): Promise<readonly Reference[]> {
    return this.finder.referencesOf(kind, { record });
  }

  private scopesRead: ReturnType<Vault['scopes']> | undefined;

  private scopes(): ReturnType<Vault['scopes']> {
    this.scopesRead ??= this.vault.scopes();
    return this.scopesRead;
  }

  private async formModel(name: string, revision: string): Promise<string> {
    const latest = await this.modelOf('formType', name);
    if (latest !== undefined && text(latest, 'revision') === revision) return smithyOf(latest);
    return smithyOf((await this.modelOf('formTypeRevision', revisionId(name, revision))) ?? {});
  }

  private async modelOf(kind: string, id: string): Promise<JsonObject | undefined> {
    const found = await this.find(kind, id);
    return found && ((await this.content(found)).record as JsonObject);
  }
}

/** Version of the domain that was backed up, as its own record says. */
export async function sourceVersion(vault: Vault, kinds: readonly Kind[]): Promise<DomainVersion> {
  const view = new SourceView(vault, new Date(vault.now()).toISOString(), kinds);
  const domain = await view.find('domain', vault.domainId);
  const record = domain && ((await view.content(domain)).record as JsonObject);
  // Responses from before SageMaker Unified Studio carry no version.
  return record?.domainVersion === 'V2' ? 'V2' : 'V1';
}

function smithyOf(record: JsonObject): string {
  return isObject(record.model) ? (text(record.model, 'smithy') ?? '') : '';
}
