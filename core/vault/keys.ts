import { sha256 } from './canonical';

/** Primary key of an item in the vault table. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A kind within a scope: what is read to its end, or is not. */
export interface ScopeRef {
  readonly kind: string;
  readonly scopeId: string;
}

/**
 * Ids that take more than this in a key stand there as their SHA-256 (DynamoDB: partition key 2,048 bytes, sort key
 * 1,024). Every item holds its id whole.
 */
const longestSegment = 512;

/** One segment of a key: percent-encoded, so that no id can hold one of the separators `/ @ #`. */
export function segment(id: string): string {
  const encoded = encodeURIComponent(id);
  return encoded.length > longestSegment ? `sha256:${sha256(id)}` : encoded;
}

/** Every key of the vault is made here. `docs/vault.md` describes the items behind them. */
export class VaultKeys {
  private readonly domain: string;

  constructor(domainId: string) {
    this.domain = segment(domainId);
  }

  /** What the keys of every item of this domain begin with. */
  get prefix(): string {
    return `${this.domain}/`;
  }

  scopes(): string {
    return `${this.domain}/scopes`;
  }

  scope(scope: ScopeRef): Key {
    return { pk: this.scopes(), sk: scopeSegment(scope) };
  }

  heads(scope: ScopeRef): string {
    return `${this.domain}/${scopeSegment(scope)}`;
  }

  head(scope: ScopeRef, id: string): Key {
    return { pk: this.heads(scope), sk: segment(id) };
  }

  /** What sort keys of heads begin with whose ids begin so; ids that stand as their SHA-256 are not among them. */
  headPrefix(idPrefix: string): string {
    return encodeURIComponent(idPrefix);
  }

  versions(kind: string, id: string): string {
    return `${this.domain}/${segment(kind)}/${segment(id)}`;
  }

  version(kind: string, id: string, version: string): Key {
    return { pk: this.versions(kind, id), sk: version };
  }

  parts(kind: string, id: string): string {
    return `${this.versions(kind, id)}#parts`;
  }

  /** `number` counts from 1. */
  part(kind: string, id: string, version: string, number: number): Key {
    return { pk: this.parts(kind, id), sk: `${version}#${String(number).padStart(3, '0')}` };
  }

  manifests(): string {
    return `${this.domain}/snapshot`;
  }

  manifest(startedAt: string): Key {
    return { pk: this.manifests(), sk: startedAt };
  }

  /** Details of one snapshot that a manifest holds only the first hundred of. */
  manifestDetail(startedAt: string, detail: string): Key {
    return { pk: `${this.manifests()}/${startedAt}`, sk: detail };
  }

  /** What one Region has computed again of snapshots; nobody but that Region writes there. */
  proofs(region: string): string {
    return `${this.domain}/proof/${region}`;
  }

  proof(region: string, startedAt: string): Key {
    return { pk: this.proofs(region), sk: startedAt };
  }

  decisions(): string {
    return `${this.domain}/decision`;
  }

  decision(startedAt: string): Key {
    return { pk: this.decisions(), sk: startedAt };
  }

  pins(): string {
    return `${this.domain}/pin`;
  }

  pin(startedAt: string): Key {
    return { pk: this.pins(), sk: startedAt };
  }

  /** Where it stands that an item was written: beside its partition, under its own sort key. */
  mark({ pk, sk }: Key): Key {
    return { pk: `${this.prefix}mark/${pk.slice(this.prefix.length)}`, sk };
  }

  /** The item that a mark is of. */
  marked({ pk, sk }: Key): Key {
    return { pk: `${this.prefix}${pk.slice(`${this.prefix}mark/`.length)}`, sk };
  }

  /** How far the kinds have come whose parents take turns. */
  rotations(): string {
    return `${this.domain}/rotation`;
  }

  rotation(scope: ScopeRef): Key {
    return { pk: this.rotations(), sk: scopeSegment(scope) };
  }

  control(item: 'writer' | 'lease' | 'horizon'): Key {
    return { pk: `${this.domain}/control`, sk: item };
  }

  /** Which resource of another domain stands for which of this one. */
  idMap(targetDomainId: string): string {
    return `${this.domain}/idmap/${segment(targetDomainId)}`;
  }

  idMapEntry(targetDomainId: string, kind: string, id: string): Key {
    return { pk: this.idMap(targetDomainId), sk: `${segment(kind)}/${segment(id)}` };
  }

  /** Restores from this domain's vault: plans, and what became of them. */
  restores(): string {
    return `${this.domain}/restore`;
  }

  restore(runId: string): Key {
    return { pk: this.restores(), sk: segment(runId) };
  }

  /** What belongs to one restore: slices of its plan, intents, outcomes. */
  restoreItems(runId: string): string {
    return `${this.restores()}/${segment(runId)}`;
  }

  restoreItem(runId: string, name: string): Key {
    return { pk: this.restoreItems(runId), sk: name };
  }

  /** When restores wrote to this domain itself. */
  restoreWindows(): string {
    return `${this.restores()}/windows`;
  }

  restoreWindow(name: string): Key {
    return { pk: this.restoreWindows(), sk: name };
  }

  /** Restores that were tried in a scratch domain. */
  drills(): string {
    return `${this.domain}/drill`;
  }

  drill(startedAt: string): Key {
    return { pk: this.drills(), sk: startedAt };
  }

  /** What the workers of one run hand to each other. */
  work(startedAt: string): string {
    return `${this.domain}/run/${startedAt}`;
  }

  workGroup(startedAt: string, group: number): Key {
    return { pk: this.work(startedAt), sk: `group#${String(group).padStart(3, '0')}` };
  }

  /** A slice of what one task hands to the next; `name` and `content` (its hash) name the whole. */
  workSlice(startedAt: string, name: string, content: string, slice: number): Key {
    return { pk: this.work(startedAt), sk: `${name}#${content}#${String(slice).padStart(4, '0')}` };
  }
}

function scopeSegment(scope: ScopeRef): string {
  return `${segment(scope.kind)}@${segment(scope.scopeId)}`;
}

/** Sort key of a version: when it was observed, and by which run, so that two writers never share a key. */
export function versionOf(validFrom: string, runId: string): string {
  return `${validFrom}~${runId}`;
}

/** Observation time and run of a version's sort key. */
export function versionParts(version: string): { validFrom: string; runId: string } {
  const at = version.indexOf('~');
  return { validFrom: version.slice(0, at), runId: version.slice(at + 1) };
}
