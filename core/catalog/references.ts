import { isList, text } from './json';
import type { JsonObject, Reference } from './kind';

/** AWS's own types carry this prefix, exist in every domain, and belong to no project of the domain. */
const managedPrefix = 'amazon.datazone.';

export function isManagedType(name: string): boolean {
  return name.startsWith(managedPrefix);
}

/** The reference in a member that holds one id. */
export function referenceAt(
  kind: string,
  record: JsonObject,
  member: string,
  path = member,
): readonly Reference[] {
  const id = text(record, member);
  return id === undefined ? [] : [{ kind, id, path }];
}

/** The references in a member that holds a list of ids. */
export function referencesIn(
  kind: string,
  record: JsonObject,
  member: string,
  path = member,
): readonly Reference[] {
  const ids = record[member];
  if (!isList(ids)) return [];
  return ids.flatMap((id, n) =>
    typeof id === 'string' && id !== '' ? [{ kind, id, path: `${path}[${n}]` }] : [],
  );
}

/** The reference from a pair of members that name a type and its revision. */
export function typeReference(
  kind: string,
  holder: JsonObject,
  name: string,
  revision: string,
  path: string,
): readonly Reference[] {
  const named = text(holder, revision);
  return referenceAt(kind, holder, name, path).map((reference) =>
    named === undefined ? reference : { ...reference, revision: named },
  );
}

/** The owning project of a custom type. */
export function owningProject(record: JsonObject): readonly Reference[] {
  return isManagedType(text(record, 'name') ?? '') ? [] : referenceAt('project', record, 'owningProjectId');
}
