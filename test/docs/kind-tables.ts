import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { excludedOperations, unreadable } from '../../core/catalog/excluded-operations';
import type { Kind } from '../../core/catalog/kind';
import { kinds as registered } from '../../core/catalog/registry';
import { omittedIn } from '../core/catalog/coverage';
import { constantOf } from './doc-comments';
import { code, table } from './markdown';
import { root } from './pages';

/** Every kind, from the registry and from the files that declare them. */
export function kindTable(kinds: readonly Kind[] = registered, folder = 'core/catalog'): string {
  return table(
    ['Kind', 'What it is', 'Domains', 'Scope', 'Read by', 'Left out', 'Events', 'Restored by'],
    kinds.map((kind) => [
      code(kind.name),
      constantOf(fileOf(kind, folder), kind.name).text,
      kind.versions.join(', '),
      scopeOf(kind),
      kind.actions.map((action) => code(action.slice('datazone:'.length))).join(', ') +
        (kind.indexed ? ' (a search index)' : ''),
      leftOutOf(kind),
      kind.events.flatMap(({ on }) => on).join(', '),
      kind.restoredBy,
    ]),
  );
}

/** What is in no backup, by its reason: operations that no kind uses, and what no operation gives. */
export function exclusionTable(): string {
  const operations = byReason(Object.entries(excludedOperations).map(([name, why]) => [code(name), why]));
  return table(['What', 'Why it is in no backup'], [...operations, ...Object.entries(unreadable)]);
}

/** Kinds of which a restore makes no resource, and what is done instead. */
export function leftToPeopleTable(): string {
  const kinds = registered.filter(({ restore }) => restore?.create === undefined);
  return table(
    ['Kind', 'What there is instead'],
    kinds.map(({ name, restoredBy }) => [code(name), restoredBy]),
  );
}

/** Kinds whose restore changes more than metadata. */
export function actsOutsideList(): string {
  const kinds = registered.filter(({ restore }) => restore?.actsOutside !== undefined);
  return kinds.map(({ name }) => code(name)).join(', ');
}

function scopeOf({ scope, parentage }: Kind): string {
  if (parentage === undefined) return scope;
  const parents = parentage.kinds.map(code).join(', ');
  return `${scope}; under each ${parents}${parentage.rotates ? ', in turn' : ''}`;
}

function leftOutOf({ shape, channels }: Kind): string {
  const members = channels.flatMap(({ operation, omitted = {} }) =>
    Object.entries(omitted).map(([name, why]) => [`${code(name)} of ${operation}`, why] as const),
  );
  const shapes = [shape.members, ...channels.map(({ facets = {} }) => facets)].flatMap((known) =>
    omittedIn({ is: 'structure', members: known }).map(
      ({ path, reason }) => [code(path.join('.')), reason] as const,
    ),
  );
  return byReason([...shapes, ...members])
    .map(([what, why]) => `${what}: ${why}`)
    .join('<br>');
}

function byReason(entries: readonly (readonly [what: string, why: string])[]): [string, string][] {
  const found = new Map<string, Set<string>>();
  for (const [what, why] of entries) found.set(why, (found.get(why) ?? new Set()).add(what));
  return [...found].map(([why, what]) => [[...what].join(', '), why]);
}

/** The file that declares a kind. */
function fileOf({ name }: Kind, folder: string): string {
  const declaration = `export const ${name}: Kind`;
  const file = readdirSync(join(root, folder)).find((each) =>
    readFileSync(join(root, folder, each), 'utf8').includes(declaration),
  );
  if (file === undefined) throw new Error(`${folder} declares no kind ${name}`);
  return join(folder, file);
}
