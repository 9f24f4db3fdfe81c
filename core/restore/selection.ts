import pMap from 'p-map';
import * as z from 'zod';
import { text } from '../catalog/json';
import type { JsonObject, Kind } from '../catalog/kind';
import { isNeeded } from './comparison';
import { PackedKeys } from './packed';
import type { Resource, SourceView } from './source-view';

/** What of the source is restored; nothing said: all of it. */
export const selectionSchema = z.object({
  kinds: z.array(z.string()).optional(),
  excludeKinds: z.array(z.string()).optional(),
  /** Ids of projects: the projects themselves, and all that is theirs. */
  projects: z.array(z.string()).optional(),
  /** Ids of domain units: the projects of these alone, not of the units below them. */
  domainUnits: z.array(z.string()).optional(),
  /** Ids of resources. */
  ids: z.array(z.string()).optional(),
  /** Pattern of names, `*` for anything: `Finance*`. */
  name: z.string().optional(),
  /** Also everything that the selected needs, and what that needs. */
  withNeeds: z.boolean().optional(),
  /** Also everything that hangs on the selected: a glossary's terms, a project's assets. */
  withDependents: z.boolean().optional(),
  /**
   * Not what acts outside of the domain when it is made, and nothing either that needs such a thing, or one of the
   * excluded kinds.
   */
  metadataOnly: z.boolean().optional(),
});
export type SelectionSettings = z.infer<typeof selectionSchema>;

/** A selection names what nothing answers to. */
export class NothingSelectedError extends Error {
  override readonly name = 'NothingSelectedError';
}

/** The resources that are restored. */
export class Selection {
  private constructor(
    private readonly chosen: PackedKeys | undefined,
    private readonly left?: ReadonlySet<string>,
  ) {}

  static readonly all = new Selection(undefined);

  get isAll(): boolean {
    return this.chosen === undefined;
  }

  has({ kind, id }: Resource): boolean {
    const called = textOf(kind.name, id);
    return this.chosen === undefined || (this.chosen.has(called) && this.left?.has(called) !== true);
  }

  /** Throws NothingSelectedError, and UnknownKindError for a kind that the catalog lacks. */
  static async of(view: SourceView, settings: SelectionSettings): Promise<Selection> {
    if (Object.values(settings).every((value) => value === undefined || value === false))
      return Selection.all;
    for (const name of [...(settings.kinds ?? []), ...(settings.excludeKinds ?? [])]) {
      if (view.kindByName(name) === undefined) {
        throw new NothingSelectedError(
          `no kind is called ${name}; there are ${view.kinds.map((kind) => kind.name).join(', ')}`,
        );
      }
    }
    const chosen = new PackedKeys();
    for (const kind of view.kinds) {
      if (settings.kinds?.includes(kind.name) === false) continue;
      if (settings.excludeKinds?.includes(kind.name) === true) continue;
      for await (const resource of view.resources(kind)) {
        if (await isChosen(view, settings, resource)) chosen.add(textOf(kind.name, resource.id));
      }
    }
    if (chosen.size === 0) {
      throw new NothingSelectedError(`at ${view.instant} nothing answers to ${JSON.stringify(settings)}`);
    }
    if (settings.withDependents === true) await addDependents(view, chosen);
    if (settings.withNeeds === true) await addNeeds(view, chosen);
    const { metadataOnly, excludeKinds } = settings;
    const left = metadataOnly === true ? await moreThanMetadata(view, excludeKinds ?? []) : undefined;
    return new Selection(chosen, left);
  }
}

async function isChosen(view: SourceView, settings: SelectionSettings, resource: Resource): Promise<boolean> {
  const { ids, projects, domainUnits, name } = settings;
  if (ids !== undefined && !ids.includes(resource.id)) return false;
  if (projects === undefined && domainUnits === undefined && name === undefined) return true;
  const { record } = await view.content(resource);
  const known = record as JsonObject;
  if (name !== undefined && !patternOf(name).test(nameOf(resource.kind, known) ?? '')) return false;
  const project = await projectOf(view, resource, known);
  if (projects !== undefined && !projects.includes(project ?? '')) return false;
  return domainUnits === undefined || domainUnits.includes((await unitOf(view, project)) ?? '');
}

/** The project that a resource is, or belongs to; a term belongs to its glossary's. */
async function projectOf(
  view: SourceView,
  { kind, id, scope }: Resource,
  record: JsonObject,
): Promise<string | undefined> {
  if (kind.name === 'project') return id;
  if (kind.scope === 'project') return scope.scopeId;
  if (kind.name === 'glossaryTerm') {
    const glossary = await view.find('glossary', text(record, 'glossaryId') ?? '');
    return glossary && text((await view.content(glossary)).record as JsonObject, 'owningProjectId');
  }
  return text(record, 'owningProjectId') ?? text(record, 'projectId');
}

async function unitOf(view: SourceView, project: string | undefined): Promise<string | undefined> {
  const found = project === undefined ? undefined : await view.find('project', project);
  return found && text((await view.content(found)).record as JsonObject, 'domainUnitId');
}

/** What people know a resource by. */
export function nameOf(kind: Kind, record: JsonObject): string | undefined {
  const columns = kind.columns(record);
  const name = columns.AssetName ?? columns.Name ?? columns.Username ?? columns.Arn ?? columns.GroupName;
  return name === undefined ? undefined : String(name);
}

function patternOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'isu');
}

async function addNeeds(view: SourceView, chosen: PackedKeys): Promise<void> {
  const followed = new PackedKeys();
  for (const kind of view.kinds) {
    for await (const resource of view.resources(kind)) {
      if (chosen.has(textOf(kind.name, resource.id))) await follow(view, resource, chosen, followed);
    }
  }
}

async function follow(
  view: SourceView,
  from: Resource,
  chosen: PackedKeys,
  followed: PackedKeys,
): Promise<void> {
  const open = [from];
  for (let resource = open.pop(); resource !== undefined; resource = open.pop()) {
    const key = textOf(resource.kind.name, resource.id);
    if (followed.has(key)) continue;
    followed.add(key);
    const { record } = await view.content(resource);
    for (const { kind, id } of await view.references(resource.kind, record as JsonObject)) {
      if (chosen.has(textOf(kind, id))) continue;
      const needed = await view.find(kind, id);
      if (needed === undefined) continue;
      chosen.add(textOf(needed.kind.name, id));
      open.push(needed);
    }
  }
}

/** Kinds stand after those that they hang on, so that one pass finds what hangs on what hangs on the chosen. */
async function addDependents(view: SourceView, chosen: PackedKeys): Promise<void> {
  for (const kind of view.kinds) {
    for await (const resource of view.resources(kind)) {
      if (chosen.has(textOf(kind.name, resource.id))) continue;
      const { record } = await view.content(resource);
      const owners = hangsOn(kind, await view.references(kind, record as JsonObject));
      if (owners.some((owner) => chosen.has(owner))) chosen.add(textOf(kind.name, resource.id));
    }
  }
}

/** What a resource would go with: what its natural key names, what it is listed under, and its project. */
function hangsOn(
  kind: Kind,
  references: readonly { readonly kind: string; readonly id: string; readonly path: string }[],
): string[] {
  const members = [...(kind.restore?.keyMembers ?? []), 'owningProjectId', 'projectId'];
  return references
    .filter(
      ({ kind: name, path }) =>
        kind.parentage?.kinds.includes(name) === true ||
        members.some((member) => path === member || path.startsWith(`${member}.`)),
    )
    .map(({ kind: name, id }) => textOf(name, id));
}

/** What acts outside of the domain, or is excluded, and all that needs such a thing. */
async function moreThanMetadata(view: SourceView, excludeKinds: readonly string[]): Promise<Set<string>> {
  const left = new Set<string>();
  const needs = new Map<string, readonly Need[]>();
  for (const kind of view.kinds) {
    await pMap(
      view.resources(kind),
      async (resource) => {
        const called = textOf(kind.name, resource.id);
        const acts = kind.restore?.actsOutside;
        if (acts === true || excludeKinds.includes(kind.name)) {
          left.add(called);
          return;
        }
        const record = (await view.content(resource)).record as JsonObject;
        if (acts?.(record) === true) left.add(called);
        else needs.set(called, await needsOf(view, resource, record));
      },
      { concurrency: 8 },
    );
  }
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [called, its] of needs) {
      const isLeft = (need: Need) => need.every((names) => names.some((name) => left.has(name)));
      if (its.some(isLeft)) left.add(called);
    }
  }
  return left;
}

/** What a resource names in one place: one of these it must have, each under any of its names. */
type Need = readonly (readonly string[])[];

async function needsOf(view: SourceView, { kind, scope }: Resource, record: JsonObject): Promise<Need[]> {
  const places = new Map<string, Need>();
  for (const reference of await view.references(kind, record)) {
    const { kind: name, id, path } = reference;
    const named = view.kindByName(name);
    // A name stays where it is, and there would be nothing of that name.
    const isSingle = named?.restore?.sameId === true || isNeeded(kind, reference);
    const place = isSingle ? path : path.replace(/\[.*$/, '');
    const names = [textOf(name, id), textOf(named?.elsewhere ?? name, id)];
    places.set(place, [...(places.get(place) ?? []), names]);
  }
  const its = kind.scope === 'project' ? [[[textOf('project', scope.scopeId)]]] : [];
  return [...places.values(), ...its];
}

function textOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
