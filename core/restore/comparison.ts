import type { Json, JsonObject, Kind, Reference } from '../catalog/kind';
import { assignedEverywhere } from '../catalog/restoration';
import { hashOf } from '../vault/canonical';
import type { Match, Matcher } from './matcher';
import { portable } from './portable';
import { remap } from './remap';
import type { Resource, SourceView } from './source-view';

/** A resource of the source beside what of the target answers to it. */
export interface Compared {
  readonly resource: Resource;
  readonly match: Match;
  /** The source's record with ids of the target, what the service assigns included. */
  readonly record: JsonObject;
  /** The same without what the service assigns: what the target is to hold. */
  readonly wanted: JsonObject;
  readonly facets: Readonly<Record<string, Json>>;
  /** What it names and is still to be made; it stands as `new:<kind>:<id>` in `wanted`. */
  readonly pending: readonly Reference[];
  /** What it names and has no place in the target: left out. */
  readonly unresolved: readonly Reference[];
}

/** Compares; `willBeMade` tells of a resource that the target lacks whether this restore makes it. */
export async function compare(
  view: SourceView,
  matcher: Matcher,
  resource: Resource,
  willBeMade: (resource: Resource) => boolean,
): Promise<Compared> {
  const { kind } = resource;
  const { record, facets } = await view.content(resource);
  const match = await matcher.match(resource);
  const references = await view.references(kind, record as JsonObject);
  const ids = new Map<string, string>();
  const pending: Reference[] = [];
  for (const reference of references) {
    const text = textOf(reference);
    if (ids.has(text)) continue;
    const named = await matcher.named(reference);
    const isName = view.kindByName(reference.kind)?.restore?.sameId === true;
    if (named.state === 'there') ids.set(text, named.id);
    else if (named.state === 'missing' && willBeMade(named.resource)) {
      pending.push(reference);
      ids.set(text, isName ? reference.id : `new:${reference.kind}:${reference.id}`);
    } else if (isName || (match.state === 'there' && matcher.isSameDomain)) {
      // A name is the same everywhere; and what is gone is named, there as here.
      ids.set(text, reference.id);
    }
  }
  const remapped = remap(record as JsonObject, references, (reference) => ids.get(textOf(reference)));
  return {
    resource,
    match,
    record: remapped.record,
    wanted: portable(kind, remapped.record),
    facets,
    pending,
    unresolved: remapped.unresolved,
  };
}

/**
 * The first reference without which a resource would be another one, or nothing: to what it hangs on, or in a member
 * that holds one id. In lists and texts, one less is told.
 */
export function neededAndLacking({ resource, unresolved }: Compared): Reference | undefined {
  return unresolved.find((reference) => isNeeded(resource.kind, reference));
}

/** Would a resource of a kind be another one, or nothing, without what a reference of it names? */
export function isNeeded(kind: Kind, { kind: name, path }: Reference): boolean {
  const members = [...(kind.restore?.keyMembers ?? []), 'owningProjectId', 'projectId'];
  return (
    kind.parentage?.kinds.includes(name) === true ||
    members.some((member) => isUnder(path, member)) ||
    isSole(kind, path)
  );
}

function isSole({ restore }: Kind, path: string): boolean {
  if (/[[{]/.test(path)) return false;
  const assigned = [...assignedEverywhere, ...(restore?.assigned ?? [])];
  return !assigned.some((member) => isUnder(path, member));
}

/** Is a path a member, or inside of it? */
export function isUnder(path: string, member: string): boolean {
  return path === member || path.startsWith(`${member}.`) || path.startsWith(`${member}[`);
}

/** Was what a reference names gone already when the source was backed up? Nothing can be restored that hangs on it. */
export async function wasGone(view: SourceView, { kind, id }: Reference): Promise<boolean> {
  for (const name of [kind, view.kindByName(kind)?.elsewhere]) {
    if (name !== undefined && (await view.find(name, id)) !== undefined) return false;
  }
  return true;
}

/** Are both alike in all that two domains can have alike? */
export function isEqual({ match, wanted }: Compared): boolean {
  return match.state === 'there' && match.present.hash === hashOf(wanted);
}

function textOf({ kind, id }: Reference): string {
  return `${kind} ${id}`;
}
