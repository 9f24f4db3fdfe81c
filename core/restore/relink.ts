import pMap from 'p-map';
import type { JsonObject, Kind, Reading, Reference } from '../catalog/kind';
import { type DomainSource, ResourceAbsentError, ResourceDeniedError } from '../catalog/source';
import { hashOf } from '../vault/canonical';
import type { Action } from './action';
import { brief, differences } from './difference';
import { Drafts } from './drafts';
import type { PackedKeys } from './packed';
import { portable } from './portable';
import { refusalOf } from './refusal';
import { remap } from './remap';
import { nameOf } from './selection';
import type { Resource, SourceView } from './source-view';

/** What stands for a resource by now, or will: `new:<kind>:<id>` until it is made. */
export type NewIds = Pick<ReadonlyMap<string, string>, 'get' | 'has' | 'size'>;

/** A resource of the target as it is, and as it is once it names what stands for what it names. */
export interface Relinked {
  readonly reading: Reading;
  readonly current: JsonObject;
  readonly wanted: JsonObject;
  /** As `wanted`, with what the service assigns. */
  readonly record: JsonObject;
  /** Old ids that it names, by kind and id. */
  readonly names: string[];
}

type Relink = Omit<Action, 'seq' | 'wave' | 'late'>;

export interface RelinkArgs {
  readonly newIds: NewIds;
  /** What the plan makes or changes by itself. */
  readonly touched: PackedKeys;
  /** False: what would be relinked is told, and left to people. */
  readonly isAsked: boolean;
}

const concurrency = 8;

/**
 * Relinks in the domain that was backed up: what stands there and still names the old id of a resource that has
 * another one now. Candidates are what the newest backup has, whatever was restored; each is read live, and nothing
 * of it but the references would be changed.
 */
export async function relinks(
  newest: SourceView,
  target: DomainSource,
  { newIds, touched, isAsked }: RelinkArgs,
): Promise<Drafts> {
  const found = new Drafts();
  if (newIds.size === 0) return found;
  for (const kind of newest.kinds) {
    // What hangs on an asset goes with it; revisions are history, and so is what was published or asked for.
    if (kind.restore === undefined || kind.restore.verb !== undefined) continue;
    if (kind.parentage?.rotates === true) continue;
    await pMap(
      newest.resources(kind),
      async (resource) => {
        if (touched.has(textOf(kind.name, resource.id)) || newIds.has(textOf(kind.name, resource.id))) return;
        const action = await relinkOf(newest, target, resource, newIds, isAsked);
        if (action !== undefined) found.add(action);
      },
      { concurrency },
    );
  }
  return found;
}

async function relinkOf(
  newest: SourceView,
  target: DomainSource,
  resource: Resource,
  newIds: NewIds,
  isAsked: boolean,
): Promise<Relink | undefined> {
  const { kind, id, scope, version } = resource;
  const { record } = await newest.content(resource);
  const named = await newest.references(kind, record as JsonObject);
  if (!named.some((reference) => newIdOf(newest, newIds, reference) !== undefined)) return undefined;
  const relinked = await relink(newest, target, kind, id, newIds);
  if (relinked === undefined) return undefined;
  const { reading, current, wanted, names } = relinked;
  const changes = differences(current, wanted);
  const refusal = refusalOf(kind, { record: reading.record }, changes);
  const told = `still names what has another id now in ${changes.map(({ path }) => path).join(', ')}`;
  return {
    ...(refusal !== undefined
      ? { action: 'manual', reason: `${told}; ${refusal}` }
      : isAsked
        ? { action: 'relink', reason: told }
        : { action: 'manual', reason: `${told}; --relink puts it right` }),
    kind: kind.name,
    scopeId: scope.scopeId,
    id,
    name: nameOf(kind, reading.record) ?? id,
    version,
    targetId: id,
    targetHash: hashOf(current),
    names,
    changes: changes.map(({ path, from, to }) => `${path}: ${brief(from)} → ${brief(to)}`),
  };
}

/** Undefined where it is not there, may not be read, or names nothing that has another id by now. */
export async function relink(
  newest: SourceView,
  target: DomainSource,
  kind: Kind,
  id: string,
  newIds: NewIds,
): Promise<Relinked | undefined> {
  const reading = await live(target, kind, id);
  if (reading === undefined) return undefined;
  const references = (await newest.references(kind, reading.record)).filter(
    (reference) => newIdOf(newest, newIds, reference) !== undefined,
  );
  if (references.length === 0) return undefined;
  const names = [...new Set(references.map((one) => keyOf(newest, newIds, one) ?? ''))].sort();
  const { record } = remap(reading.record, references, (reference) => newIdOf(newest, newIds, reference));
  const [current, wanted] = [portable(kind, reading.record), portable(kind, record)];
  // What the service assigns, it relinks itself, or nobody can.
  return hashOf(current) === hashOf(wanted) ? undefined : { reading, current, wanted, record, names };
}

async function live(target: DomainSource, kind: Kind, id: string): Promise<Reading | undefined> {
  try {
    return await kind.read(target, id);
  } catch (error) {
    if (error instanceof ResourceAbsentError || error instanceof ResourceDeniedError) return undefined;
    throw error;
  }
}

/** A reference may name one of another kind, whose ids are of the same space. */
function keyOf(view: SourceView, newIds: NewIds, { kind, id }: Reference): string | undefined {
  const elsewhere = view.kindByName(kind)?.elsewhere ?? kind;
  return [textOf(kind, id), textOf(elsewhere, id)].find((text) => newIds.has(text));
}

function newIdOf(view: SourceView, newIds: NewIds, reference: Reference): string | undefined {
  return newIds.get(keyOf(view, newIds, reference) ?? '');
}

function textOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
