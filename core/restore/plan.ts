import pMap from 'p-map';
import type { DomainVersion, JsonObject, Kind, Reference } from '../catalog/kind';
import type { DomainSource } from '../catalog/source';
import { type Action, makes, type Totals, totalsOf, writes } from './action';
import { type Compared, compare, isEqual, isUnder, neededAndLacking, wasGone } from './comparison';
import { DeflatedList } from './deflated-list';
import { brief, type Difference, differences } from './difference';
import { type Draft, Drafts } from './drafts';
import type { IdMap } from './id-map';
import type { Matcher } from './matcher';
import { ownRight } from './own-right';
import { PackedKeys, PackedMap } from './packed';
import { portable } from './portable';
import { refusalOf } from './refusal';
import { relinks } from './relink';
import { nameOf, type Selection } from './selection';
import type { Resource, SourceView } from './source-view';
import { pathsNaming } from './value-mapping';
import { kindsInOrder, levels, ranked } from './waves';

/** What is done about a resource that is there and differs: it is left alone, changed, or stops the restore. */
export type ConflictPolicy = 'skip' | 'update' | 'fail';

export interface PlanArgs {
  readonly view: SourceView;
  /** Only what reads is called: a plan writes nothing. */
  readonly target: DomainSource;
  readonly targetVersion: DomainVersion;
  readonly matcher: Matcher;
  readonly idMap: IdMap;
  readonly selection: Selection;
  readonly conflicts: ConflictPolicy;
  /** Profile of whoever restores, in the target. */
  readonly restorer?: string | undefined;
  /** Region of the source, where the target is in another one: what still names it is told. */
  readonly leftRegion?: string | undefined;
  /** The source as the newest backup has it, where that is the target too: who still names an old id is in it. */
  readonly newest?: SourceView | undefined;
  /** Does what still names an old id, and is not restored itself, get the new one? @default false */
  readonly relink?: boolean | undefined;
}

export interface Plan {
  readonly instant: string;
  readonly targetDomainId: string;
  readonly actions: DeflatedList<Action>;
  readonly totals: Totals;
}

interface Drafted {
  readonly resource: Resource;
  readonly first: Draft;
  readonly second?: Draft | undefined;
}

/** `unmade`: what is neither in the target nor made, by kind and id, and why. */
type Planning = PlanArgs & { readonly unmade: Map<string, string> };

const concurrency = 8;

/** What a restore would do, action for action, in the order in which it would. */
export async function plan(args: PlanArgs): Promise<Plan> {
  const { view, target } = args;
  const planning = { ...args, unmade: new Map<string, string>() };
  const actions = new DeflatedList<Action>();
  const last = new Drafts();
  const updated = new PackedKeys();
  const newIds = new PackedMap();
  const touched = new PackedKeys();
  let wave = 0;
  const add = (drafts: Drafts, levelOf: Parameters<Drafts['inOrder']>[0]): void => {
    const from = wave;
    for (const [draft, level] of drafts.inOrder(levelOf)) {
      wave = Math.max(wave, from + level);
      actions.push({ ...draft, seq: actions.length + 1, wave: from + level });
    }
  };
  for (const kind of kindsInOrder(view.kinds)) {
    const drafts = new Drafts();
    await draftsOfKind(planning, kind, async ({ resource, first, second }) => {
      const { id } = resource;
      if (first.action === 'update') updated.add(`${kind.name} ${id}`);
      if (writes(first)) touched.add(`${kind.name} ${first.targetId ?? id}`);
      const newId = newIdOf(kind, first);
      if (newId !== undefined) newIds.set(`${kind.name} ${id}`, newId);
      const standing = newId ?? first.targetId;
      for (const other of standing === undefined ? [] : args.idMap.otherIdsOf(kind.name, id)) {
        if (other !== standing) newIds.set(`${kind.name} ${other}`, standing ?? '');
      }
      if (second !== undefined) last.add(second);
      const draft = await shownAnew(args, resource, first, updated);
      (draft.isLast === true ? last : drafts).add(draft);
    });
    const level = kind.restore?.rank === undefined ? levels(drafts.nodes) : ranked(drafts.nodes);
    add(drafts, ({ id }) => level.get(id) ?? 1);
  }
  const order = new Map(kindsInOrder(view.kinds).map(({ name }, n) => [name, n + 1]));
  add(last, ({ kind }) => order.get(kind) ?? 1);
  if (args.newest !== undefined) {
    add(await relinks(args.newest, target, { newIds, touched, isAsked: args.relink === true }), () => 1);
  }
  return { instant: view.instant, targetDomainId: target.domainId, actions, totals: totalsOf(actions) };
}

/** What others are to name it by, where its id is another than it was. */
function newIdOf(kind: Kind, { action, id, targetId }: Draft): string | undefined {
  if (kind.restore?.sameId === true) return undefined;
  if (targetId !== undefined) return targetId === id ? undefined : targetId;
  return makes(action) ? `new:${kind.name}:${id}` : undefined;
}

/**
 * Takes what is done about each of a kind, in whatever order. What needs another of its kind that is not made is not
 * made either: what needs any waits for all to be drafted.
 */
async function draftsOfKind(
  args: Planning,
  kind: Kind,
  take: (drafted: Drafted) => Promise<void>,
): Promise<void> {
  const waiting: Drafted[] = [];
  const draft = async (resource: Resource): Promise<Drafted> => {
    const [first, second] = await draftsOf(args, resource);
    return { resource, first, second };
  };
  // None is told of the others of its kind before all are drafted once: what it comes to must not hang on who is first.
  const unmade = new Map<string, string>();
  const note = ({ resource, first }: Drafted): void => {
    const isUnmade = first.targetId === undefined && !makes(first.action);
    if (isUnmade) unmade.set(`${kind.name} ${resource.id}`, first.reason);
  };
  await pMap(
    args.view.resources(kind),
    async (resource) => {
      if (!args.selection.has(resource)) return;
      const drafted = await draft(resource);
      note(drafted);
      const needs = drafted.first.node?.needs ?? [];
      await (needs.length === 0 ? take(drafted) : waiting.push(drafted));
    },
    { concurrency },
  );
  for (let isSettled = false; !isSettled; ) {
    for (const [name, reason] of unmade) args.unmade.set(name, reason);
    isSettled = true;
    for (const [n, { resource, first }] of waiting.entries()) {
      if (first.node?.needs.some((id) => args.unmade.has(`${kind.name} ${id}`)) !== true) continue;
      const anew = await draft(resource);
      note(anew);
      waiting[n] = anew;
      isSettled = false;
    }
  }
  await pMap(waiting, take, { concurrency });
}

async function draftsOf(args: Planning, resource: Resource): Promise<[Draft, Draft?]> {
  const { kind } = resource;
  const compared = await compare(args.view, args.matcher, resource, (needed) => isMade(args, needed));
  const base = baseOf(compared, args.leftRegion);
  const because = (action: 'skip' | 'conflict' | 'manual', reason: string): [Draft] => [
    { ...base, action, reason },
  ];
  if (!kind.versions.includes(args.targetVersion)) {
    return because('manual', `a domain of version ${args.targetVersion} has no resources of this kind`);
  }
  if (kind.restore === undefined) return because('manual', kind.restoredBy);
  const { match } = compared;
  switch (match.state) {
    case 'unreadable':
      return because('conflict', `the target does not let it be read: ${match.reason}`);
    case 'ambiguous':
      return because('conflict', `more than one of the target answers to it: ${match.ids.join(', ')}`);
    case 'there':
      return [await present(args, compared, base)];
    case 'missing':
      return missing(args, compared, base);
  }
}

/** What shows something that is updated shows the earlier content until it is made once more. */
async function shownAnew(
  { view }: PlanArgs,
  resource: Resource,
  draft: Draft,
  updated: PackedKeys,
): Promise<Draft> {
  const { restore } = resource.kind;
  if (restore?.shows === undefined || draft.action !== 'skip' || updated.size === 0) return draft;
  const { record } = await view.content(resource);
  const references = await view.references(resource.kind, record as JsonObject);
  const shown = references.find(({ path }) => path === restore.shows);
  if (shown === undefined || !updated.has(`${shown.kind} ${shown.id}`)) return draft;
  return { ...draft, action: restore.verb ?? 'create', reason: `${shown.kind} ${shown.id} is updated` };
}

async function missing(args: Planning, compared: Compared, base: Draft): Promise<[Draft, Draft?]> {
  const { kind, id } = compared.resource;
  const { restore } = kind;
  const itself = restore?.madeByService?.(compared.record);
  if (itself !== undefined) return [{ ...base, action: 'manual', reason: `the target lacks it: ${itself}` }];
  if (restore?.create === undefined) return [{ ...base, action: 'manual', reason: kind.restoredBy }];
  const needed = neededAndLacking(compared);
  if (needed !== undefined && (await wasGone(args.view, needed))) {
    const reason = `${needed.kind} ${needed.id}, which it needs, was gone already when it was backed up`;
    return [{ ...base, action: 'manual', reason }];
  }
  const lacks = await lacking(args, compared);
  if (lacks !== undefined) return [{ ...base, action: 'conflict', reason: lacks }];
  const late = (restore.late ?? []).filter((member) => compared.wanted[member] !== undefined);
  const made: Draft = {
    ...base,
    action: restore.verb ?? 'create',
    reason: 'the target lacks it',
    node: { id, needs: needsOf(compared), rank: restore.rank?.(compared.record) },
  };
  if (late.length === 0) return [made];
  const reason = `${late.join(', ')}: may name what is made after it`;
  return [made, { ...base, action: 'update', reason, late: true }];
}

/** Ids of others of its kind that are made before it. */
function needsOf({ resource: { kind }, pending }: Compared): string[] {
  return pending
    .filter(({ kind: name, path }) => name === kind.name && !isLate(kind, path))
    .map(({ id }) => id);
}

/** What it hangs on, or names in a member of its own, where that is neither there nor made. */
async function lacking(args: Planning, compared: Compared): Promise<string | undefined> {
  const { kind, scope } = compared.resource;
  const needed = neededAndLacking(compared);
  if (needed !== undefined) {
    return `${needed.kind} ${needed.id}, which it needs, is neither in the target nor restored${why(args, needed)}`;
  }
  if (kind.scope === 'domain') return undefined;
  const project = await args.matcher.named({ kind: 'project', id: scope.scopeId, path: '' });
  const isThere =
    project.state === 'there' || (project.state === 'missing' && isMade(args, project.resource));
  if (isThere) return undefined;
  const reason = why(args, { kind: 'project', id: scope.scopeId });
  return `its project ${scope.scopeId} is neither in the target nor restored${reason}`;
}

function why({ unmade }: Planning, { kind, id }: Pick<Reference, 'kind' | 'id'>): string {
  const reason = unmade.get(`${kind} ${id}`);
  return reason === undefined ? '' : `: ${reason}`;
}

async function present(args: Planning, compared: Compared, base: Draft): Promise<Draft> {
  if (isEqual(compared)) return { ...base, action: 'skip', reason: 'equal' };
  const { kind } = compared.resource;
  const { record } = await kind.read(args.target, base.targetId ?? '');
  const found = differences(portable(kind, record), compared.wanted);
  const changes = found.map(lineOf);
  const own = ownRight(kind, compared.wanted, base.targetId, args.restorer);
  if (own !== undefined) return { ...base, action: 'manual', reason: own, changes };
  const differs = `differs in ${found.map(({ path }) => path).join(', ')}`;
  const refusal = (await lacking(args, compared)) ?? refusalOf(kind, compared, found);
  if (args.conflicts === 'skip')
    return { ...base, action: 'skip', reason: `${differs}; left alone`, changes };
  if (args.conflicts === 'fail') return { ...base, action: 'conflict', reason: differs, changes };
  if (refusal !== undefined) return { ...base, action: 'conflict', reason: refusal, changes };
  const isLast = compared.pending.some(({ path }) => isLate(kind, path));
  return { ...base, action: 'update', reason: differs, changes, ...(isLast && { isLast }) };
}

function isMade({ selection, targetVersion, unmade }: Planning, resource: Resource): boolean {
  const { kind, id } = resource;
  const canBe = kind.restore?.create !== undefined && kind.versions.includes(targetVersion);
  return canBe && selection.has(resource) && !unmade.has(`${kind.name} ${id}`);
}

function baseOf({ resource, match, record, wanted, unresolved }: Compared, leftRegion?: string): Draft {
  const { kind, scope, id, version } = resource;
  const there = match.state === 'there' ? match.present : undefined;
  const naming = leftRegion === undefined ? [] : pathsNaming(wanted, leftRegion);
  return {
    action: 'skip',
    kind: kind.name,
    scopeId: scope.scopeId,
    id,
    name: nameOf(kind, record as JsonObject) ?? id,
    version,
    reason: '',
    ...(there && { targetId: there.id, targetHash: there.hash }),
    ...(naming.length > 0 && { namesSourceRegion: naming }),
    ...(unresolved.length > 0 && {
      leftOut: unresolved.map((reference) => `${reference.path}: ${reference.kind} ${reference.id}`),
    }),
  };
}

export function isLate(kind: Kind, path: string): boolean {
  return kind.restore?.late?.some((member) => isUnder(path, member)) === true;
}

function lineOf({ path, from, to }: Difference): string {
  return `${path}: ${brief(from)} → ${brief(to)}`;
}
