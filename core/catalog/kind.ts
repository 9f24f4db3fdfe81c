import type { DomainSource } from './source';

/** A JSON value as DataZone's wire carries it: timestamps stay epoch seconds or ISO strings, as they came. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

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
   * Where it stands: member names, `[n]` for a list position, `{form}` for parsed form content,
   * `{glossaryterm}[n]` for the n-th glossary annotation of a Smithy model.
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

/** One page of an enumeration. */
export interface Page {
  readonly readings: readonly Reading[];
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
  /** True where `enumerate` reads a search index, which may lag behind writes. */
  readonly indexed: boolean;
  /** One page of all resources of this kind in a scope. Throws the errors of `source.ts`. */
  enumerate(source: DomainSource, scopeId: string, cursor?: string): Promise<Page>;
  /** One resource, live. Throws `ResourceAbsentError` (404) or `ResourceDeniedError` (403). */
  read(source: DomainSource, id: string, scopeId?: string): Promise<Reading>;
  /** Readable attributes kept at the top level of the vault's head item (strings and numbers, none empty). */
  columns(record: JsonObject): Readonly<Record<string, string | number>>;
  references(record: JsonObject, context: ReferenceContext): readonly Reference[];
  /** The canonical record made anew from a stored one, for a stored normaliser number below the present one. */
  renormalise(record: JsonObject): JsonObject;
}
