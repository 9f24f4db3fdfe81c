import type { JsonObject, Kind, Reference } from '../catalog/kind';
import { ResourceDeniedError } from '../catalog/source';
import type { IdMap } from './id-map';
import { PackedKeys, PackedMap, Recent } from './packed';
import type { Present } from './presents';
import { remap } from './remap';
import type { Resource, SourceView } from './source-view';
import { type Inventory, keyText, type Place, presentOf, type TargetInventory } from './target-inventory';

/** What of the target answers to a resource of the source. */
export type Match =
  | { readonly state: 'there'; readonly present: Present }
  /** Not there. `place`: where it would be; undefined where what it hangs on is not there either. */
  | { readonly state: 'missing'; readonly place: Place | undefined }
  | { readonly state: 'ambiguous'; readonly ids: readonly string[] }
  | { readonly state: 'unreadable'; readonly reason: string };

/** What stands in the target for an id of the source that a record names. */
export type Named =
  | { readonly state: 'there'; readonly id: string }
  /** It may be made: known to the vault, and not in the target. */
  | { readonly state: 'missing'; readonly resource: Resource }
  /** Neither in the vault at that instant nor, under the same id, in the target. */
  | { readonly state: 'absent' };

/** What was found stays at hand for so many resources; of the others it is found again, in memory and the vault. */
const mostRecent = 1000;

/**
 * Finds what of the target stands for which resource of the source: by the id map, by the id where both are one
 * domain, then by the natural key. Two that answer to one key are a conflict, never a guess.
 */
export class Matcher {
  private readonly matches = new Recent<Promise<Match>>(mostRecent);
  private readonly names = new Recent<Promise<Named>>(mostRecent);
  private readonly claims = new PackedMap();
  private readonly unmade = new PackedKeys();

  constructor(
    private readonly view: SourceView,
    private readonly inventory: TargetInventory,
    private readonly idMap: IdMap,
  ) {}

  get isSameDomain(): boolean {
    return this.view.domainId === this.inventory.target.domainId;
  }

  /** Throws CorruptItemError, and the errors of `source.ts` but for a refusal, which is `unreadable`. */
  match(resource: Resource): Promise<Match> {
    const key = textOf(resource.kind.name, resource.id);
    const known = this.matches.get(key) ?? this.find(resource);
    this.matches.set(key, known);
    known.catch(() => this.matches.delete(key));
    return known;
  }

  /** Ids by which the target may know a resource, as far as that can be told without reading it. */
  idsOf({ kind, id }: Resource): readonly string[] {
    const mapped = this.idMap.targetOf(kind.name, id);
    const sameId = this.isSameDomain || kind.restore?.sameId === true ? [id] : [];
    return mapped === undefined ? sameId : [mapped, ...sameId];
  }

  /** A resource that was made since, and is in the id map. */
  settle(resource: Resource, present: Present): void {
    this.claim(resource, present.id);
    this.inventory.settle(resource.kind, present);
    this.matches.set(textOf(resource.kind.name, resource.id), Promise.resolve({ state: 'there', present }));
    this.forgetName(resource);
  }

  /** A resource that was not made: what answers to it from now on is somebody else's, but for what the id map names. */
  disown({ kind, id }: Pick<Resource, 'kind' | 'id'>): void {
    this.unmade.add(textOf(kind.name, id));
    this.matches.delete(textOf(kind.name, id));
    this.forgetName({ kind, id });
  }

  named(reference: Reference): Promise<Named> {
    const text = textOf(reference.kind, reference.id);
    const known = this.names.get(text) ?? this.findNamed(reference);
    this.names.set(text, known);
    known.catch(() => this.names.delete(text));
    return known;
  }

  private async findNamed({ kind, id }: Reference): Promise<Named> {
    if (kind === 'domain') return { state: 'there', id: this.inventory.target.domainId };
    for (const name of [kind, this.view.kindByName(kind)?.elsewhere]) {
      const resource = name === undefined ? undefined : await this.view.find(name, id);
      if (resource === undefined) continue;
      const match = await this.match(resource);
      if (match.state === 'there') return { state: 'there', id: match.present.id };
      return { state: 'missing', resource };
    }
    const known = this.view.kindByName(kind);
    const isName = known?.restore?.sameId === true;
    const isThere = known !== undefined && (this.isSameDomain || isName) && (await this.hasOne(known, id));
    return isThere ? { state: 'there', id } : { state: 'absent' };
  }

  /** Looks again for what was missing, past everything that was read before. */
  async again(resource: Resource): Promise<Match> {
    const { kind, id } = resource;
    this.matches.delete(textOf(kind.name, id));
    this.forgetName(resource);
    const place = await this.placeOf(resource);
    this.inventory.forget(kind, place, this.idsOf(resource));
    return this.match(resource);
  }

  private forgetName({ kind, id }: Pick<Resource, 'kind' | 'id'>): void {
    this.names.delete(textOf(kind.name, id));
    // It may have been asked for as one of another kind, whose ids are of the same space.
    for (const other of this.view.kinds) {
      if (other.elsewhere === kind.name) this.names.delete(textOf(other.name, id));
    }
  }

  private async find(resource: Resource): Promise<Match> {
    try {
      return await this.findIn(resource);
    } catch (error) {
      if (!(error instanceof ResourceDeniedError)) throw error;
      return { state: 'unreadable', reason: error.message };
    }
  }

  private async findIn(resource: Resource): Promise<Match> {
    const { kind, id } = resource;
    const place = await this.placeOf(resource);
    if (place === undefined) return { state: 'missing', place };
    const inventory = await this.inventory.at(kind, place);
    const mapped = this.idMap.targetOf(kind.name, id);
    const isDisowned = this.unmade.has(textOf(kind.name, id));
    const hasSameId = !isDisowned && (this.isSameDomain || kind.restore?.sameId === true);
    const sameId = hasSameId ? id : undefined;
    for (const target of [mapped, sameId]) {
      if (target === undefined) continue;
      const present = inventory.byId.get(target) ?? (await this.presentById(kind, target));
      if (present === undefined) continue;
      if (await this.isBehind(resource, present)) return { state: 'missing', place };
      return this.claimed(resource, present);
    }
    return isDisowned ? { state: 'missing', place } : this.findByKey(resource, place, inventory.byKey);
  }

  private async findByKey(resource: Resource, place: Place, byKey: Inventory['byKey']): Promise<Match> {
    const { kind } = resource;
    const key = await this.keyOf(resource);
    const answering = key === undefined ? [] : byKey.get(key);
    const free: Present[] = [];
    for (const present of answering) if (await this.isFree(kind, resource, present.id)) free.push(present);
    const [first, ...others] = free;
    if (first === undefined) return { state: 'missing', place };
    if (others.length > 0) return { state: 'ambiguous', ids: free.map((present) => present.id) };
    return this.claimed(resource, first);
  }

  /** Has the target but an earlier revision than the one that others name? */
  private async isBehind(resource: Resource, present: Present): Promise<boolean> {
    const revisionOf = resource.kind.restore?.revision;
    if (revisionOf === undefined) return false;
    const { record } = await this.view.content(resource);
    return (present.revision ?? 0) < revisionOf(record as JsonObject);
  }

  /** What stands for another resource of the source is not up for this one. */
  private async isFree(kind: Kind, { id }: Resource, targetId: string): Promise<boolean> {
    const other = this.claims.get(textOf(kind.name, targetId)) ?? this.idMap.sourceOf(kind.name, targetId);
    if (other !== undefined) return other === id;
    return !this.isSameDomain || (await this.view.find(kind.name, targetId)) === undefined;
  }

  private claimed(resource: Resource, present: Present): Match {
    this.claim(resource, present.id);
    return { state: 'there', present };
  }

  /** What the id map says of it need not be kept twice. */
  private claim({ kind, id }: Resource, targetId: string): void {
    const text = textOf(kind.name, targetId);
    if (this.claims.get(text) === undefined && this.idMap.sourceOf(kind.name, targetId) === id) return;
    this.claims.set(text, id);
  }

  /** The natural key with the target's ids; undefined where one of them is not there yet. */
  private async keyOf(resource: Resource): Promise<string | undefined> {
    const { kind } = resource;
    const members = kind.restore?.keyMembers ?? [];
    const record = (await this.view.content(resource)).record as JsonObject;
    const references = await this.view.references(kind, record);
    const ids = new Map<string, string>();
    for (const reference of references) {
      if (!members.some((member) => isAt(reference.path, member))) continue;
      const named = await this.named(reference);
      if (named.state !== 'there') return undefined;
      ids.set(textOf(reference.kind, reference.id), named.id);
    }
    const keyed = references.filter(({ path }) => members.some((member) => isAt(path, member)));
    const remapped = remap(record, keyed, ({ kind: name, id }) => ids.get(textOf(name, id)));
    return keyText(kind, remapped.record);
  }

  /** Where in the target a resource is, or would be; undefined where that is not there. */
  private async placeOf(resource: Resource): Promise<Place | undefined> {
    const { kind, scope } = resource;
    const { domainId } = this.inventory.target;
    const of = async (name: string, id: string): Promise<string | undefined> => {
      const named = await this.named({ kind: name, id, path: '' });
      return named.state === 'there' ? named.id : undefined;
    };
    const scopeId = kind.scope === 'domain' ? domainId : await of('project', scope.scopeId);
    if (scopeId === undefined || kind.parentage === undefined)
      return scopeId === undefined ? undefined : { scopeId };
    const record = (await this.view.content(resource)).record as JsonObject;
    const references = await this.view.references(kind, record);
    for (const reference of references) {
      const parent = this.view.kindByName(reference.kind);
      if (parent === undefined || !kind.parentage.kinds.includes(reference.kind)) continue;
      const id = await of(reference.kind, reference.id);
      return id === undefined ? undefined : { scopeId, parent: { kind: parent, id } };
    }
    return undefined;
  }

  private async presentById(kind: Kind, id: string): Promise<Present | undefined> {
    const reading = await this.inventory.one(kind, id);
    return reading && presentOf(kind, reading);
  }

  private async hasOne(kind: Kind, id: string): Promise<boolean> {
    try {
      return (await this.inventory.one(kind, id)) !== undefined;
    } catch (error) {
      if (error instanceof ResourceDeniedError) return false;
      throw error;
    }
  }
}

function isAt(path: string, member: string): boolean {
  return path === member || /^[.[{]/.test(path.startsWith(member) ? path.slice(member.length) : 'x');
}

function textOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
