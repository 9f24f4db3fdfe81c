import type { ChangeSign } from './change-signs';
import type { Json, JsonObject } from './json-value';
import type { Restoration } from './restoration';
import type { Channel, Structure } from './shape';
import type { DomainSource } from './source';

export type { Json, JsonObject } from './json-value';

export type DomainVersion = 'V1' | 'V2';

/** Where resources of a kind hang: the domain, or a project that never changes for them. */
export type ScopeKind = 'domain' | 'project';

/** An id of another resource that stands in a record. */
export interface Reference {
  readonly kind: string;
  readonly id: string;
  /** Scope id of the target where the record tells it (the owning project of a listed asset). */
  readonly scopeId?: string;
  /** Revision of the target that the record names, where it names one. */
  readonly revision?: string;
  /**
   * Where it stands: member names, `[n]` for a list position, `{form}` for parsed form content, `{json}` for a
   * parsed text, `{glossaryterm}[n]` for the n-th glossary annotation of a Smithy model.
   */
  readonly path: string;
}

/** One resource as one channel of the API gave it. */
export interface Reading {
  /** Unique within (domain, kind) for ever. */
  readonly id: string;
  /** Id of the scope that the record says it belongs to: the domain id, or the owning project's. */
  readonly scopeId: string;
  /** Canonical record: what every channel that reads this kind can give, unordered things sorted. */
  readonly record: JsonObject;
  /**
   * What only this channel gives, by facet name: a facet that was not read is absent, one that was read and
   * holds nothing is null. `<operation>.unknown` keeps members that this code does not know, by path.
   */
  readonly facets: Readonly<Record<string, Json>>;
  /** The service's own time of the last change that this record shows, in ms since the epoch, where it gives one. */
  readonly changedAt?: number;
}

/**
 * A resource that a list names without showing it whole. It is read by itself, unless the vault holds it under the
 * same summary already.
 */
export interface Listed {
  readonly id: string;
  readonly scopeId: string;
  /**
   * What of the list's item tells a change of the resource (a revision, the time of its last update), and no more:
   * what moves by itself would cost a read each time. Kept as the facet `listed`. An empty one tells nothing: the
   * resource is read each time.
   */
  readonly summary: JsonObject;
}

/** One page of an enumeration: resources shown whole, and those that must be read by themselves. */
export interface Page {
  readonly readings: readonly Reading[];
  readonly listed?: readonly Listed[];
  /** Opaque; survives the end of a Lambda. Absent on the last page. */
  readonly cursor?: string;
  /** What the API says the scope holds in all, where it says so (`totalMatchCount`). */
  readonly total?: number;
}

/** Resolves what a reference needs beyond its record: the model text of a form type revision. */
export interface ReferenceContext {
  /** Smithy text of a form type's model, or undefined if it cannot be had. */
  formModel(typeName: string, typeRevision: string): string | undefined;
}

/** A resource under which others are listed, as the vault holds it since this run or an earlier one. */
export interface Parent {
  readonly kind: string;
  readonly id: string;
  /** Its canonical record and facets. */
  content(): Promise<Pick<Reading, 'record' | 'facets'>>;
}

/** A kind whose resources are listed under one of another kind, in the same scope. */
export interface Parentage {
  /** Kinds of the parents. */
  readonly kinds: readonly string[];
  /**
   * True where so many parents cost a call each that a run asks only those that are new or changed, and a slice of
   * the others in turn. Ids of such a kind are composite, their parent's id first (`composite-id.ts`).
   */
  readonly rotates: boolean;
}

/**
 * A kind of resource: everything that the code base knows of it. Capture, change capture, diff, restore,
 * least-privilege IAM and documentation follow from this one declaration.
 */
export interface Kind {
  /** The field's own word in camelCase: `asset`, `glossaryTerm`. Part of the vault's keys: never changed. */
  readonly name: string;
  readonly versions: readonly DomainVersion[];
  readonly scope: ScopeKind;
  /** Number of the normaliser's revision; raised when equal content would hash differently. */
  readonly normaliser: number;
  /** IAM actions that reading this kind needs (`datazone:Search`). */
  readonly actions: readonly string[];
  /** The canonical record. */
  readonly shape: Structure;
  /** The ways to read it: each member of their answers is in the shape, a facet, or left out with a reason. */
  readonly channels: readonly Channel[];
  /** Where resources of this kind are listed by their parents. */
  readonly parentage?: Parentage;
  /** What DataZone's own events tell of a change, by their detail-types. */
  readonly events: readonly ChangeSign[];
  /** What the calls tell that CloudTrail records. Neither: only the schedule covers this kind. */
  readonly calls: readonly ChangeSign[];
  /**
   * For a kind of the domain: what takes it along when it is deleted, without a word of it; and the columns of a head
   * that name that. What the vault holds of it is read then, and may prove to be there still.
   */
  readonly goesWith?: Readonly<Record<string, readonly string[]>>;
  /** For people: the operations that make it again, or why none does. Markdown. */
  readonly restoredBy: string;
  /** How it is restored. Absent: by hand, as `restoredBy` says. */
  readonly restore?: Restoration;
  /** True where `enumerate` reads a search index, which may lag behind writes. */
  readonly indexed: boolean;
  /**
   * One page of all resources of this kind in a scope; for a kind with a parentage, under one parent, and `cursor`
   * is of that parent's list. Throws the errors of `source.ts`.
   */
  enumerate(source: DomainSource, scopeId: string, cursor?: string, parent?: Parent): Promise<Page>;
  /** One resource, live. Throws `ResourceAbsentError` (404) or `ResourceDeniedError` (403). */
  read(source: DomainSource, id: string, scopeId?: string): Promise<Reading>;
  /** Readable attributes kept at the top level of the vault's head item (strings and numbers, none empty). */
  columns(record: JsonObject): Readonly<Record<string, string | number>>;
  references(record: JsonObject, context: ReferenceContext): readonly Reference[];
  /**
   * Kind whose ids are of the same space: a reference to a resource of this kind may name one of those, and what
   * holds the reference does not tell.
   */
  readonly elsewhere?: string;
}
