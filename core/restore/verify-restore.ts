import pMap from 'p-map';
import type { DomainVersion, JsonObject } from '../catalog/kind';
import { type Compared, compare, isEqual, neededAndLacking, wasGone } from './comparison';
import { brief, differences } from './difference';
import type { Matcher } from './matcher';
import { ownRight } from './own-right';
import { names } from './ownership';
import { PackedKeys } from './packed';
import { portable } from './portable';
import type { Selection } from './selection';
import type { SourceView } from './source-view';
import type { TargetInventory } from './target-inventory';

export interface VerifyArgs {
  readonly view: SourceView;
  readonly inventory: TargetInventory;
  readonly targetVersion: DomainVersion;
  readonly matcher: Matcher;
  readonly selection: Selection;
  /** Profile of the role that restored, in the target: what it made is no difference. */
  readonly restorer: string | undefined;
}

export interface KindVerdict {
  readonly equal: number;
  readonly different: number;
  readonly missing: number;
  /** Cannot be restored but by hand: not compared. */
  readonly manual: number;
}

export interface Verdict {
  /**
   * Nothing is missing, nothing differs, and what the target has beyond is of the service or of the restore's role.
   * Where only a part is compared, what the target has beside that part is no matter.
   */
  readonly equal: boolean;
  readonly kinds: Readonly<Record<string, KindVerdict>>;
  /** One line each; the first hundred. */
  readonly differences: readonly string[];
  /** What the target has beyond, by who made it. Only of places that the selection reaches. */
  readonly extras: {
    readonly byService: number;
    readonly byRestore: number;
    readonly byOthers: readonly string[];
  };
}

const mostLines = 100;
const concurrency = 8;

/** Compares a restored domain with the vault, modulo the id map and what the service assigns. */
export async function verifyRestore(args: VerifyArgs): Promise<Verdict> {
  const { view, selection, targetVersion } = args;
  const lines = new FirstLines(mostLines);
  const kinds: Record<string, KindVerdict> = {};
  const met = new PackedKeys();
  for (const kind of view.kinds) {
    const counts = { equal: 0, different: 0, missing: 0, manual: 0 };
    await pMap(
      view.resources(kind),
      async (resource) => {
        if (!selection.has(resource)) {
          for (const id of args.matcher.idsOf(resource)) met.add(`${kind.name} ${id}`);
          return;
        }
        if (kind.restore === undefined || !kind.versions.includes(targetVersion)) {
          counts.manual++;
          return;
        }
        const compared = await compare(view, args.matcher, resource, () => false);
        if (compared.match.state === 'there') met.add(`${kind.name} ${compared.match.present.id}`);
        const verdict = await verdictOn(args, compared);
        counts[verdict.is]++;
        if (verdict.line !== undefined) lines.add(verdict.line);
      },
      { concurrency },
    );
    if (counts.equal + counts.different + counts.missing + counts.manual > 0) kinds[kind.name] = counts;
  }
  const extras = extrasOf(args, met);
  return {
    equal: lines.count === 0 && (extras.byOthers.length === 0 || !selection.isAll),
    kinds,
    differences: lines.first(),
    extras,
  };
}

async function verdictOn(
  { inventory, view, restorer }: VerifyArgs,
  compared: Compared,
): Promise<{ readonly is: keyof KindVerdict; readonly line?: string }> {
  const { resource, match, wanted, record } = compared;
  const { kind, id } = resource;
  const called = `${kind.name} ${id}`;
  if (match.state === 'missing') {
    const needed = neededAndLacking(compared);
    const isLost = needed !== undefined && (await wasGone(view, needed));
    return isLost ? { is: 'manual' } : { is: 'missing', line: `${called} is missing` };
  }
  if (match.state === 'unreadable')
    return { is: 'missing', line: `${called} can not be read: ${match.reason}` };
  if (match.state === 'ambiguous') {
    return { is: 'different', line: `${called}: more than one answers to it: ${match.ids.join(', ')}` };
  }
  if (isEqual(compared)) return { is: 'equal' };
  if (ownRight(kind, wanted, match.present.id, restorer) !== undefined) return { is: 'manual' };
  const isOfAws = kind.restore?.madeByService?.(record) !== undefined;
  if (isOfAws && kind.restore?.updatesMadeByService !== true) return { is: 'manual' };
  const reading = await inventory.one(kind, match.present.id);
  const found = differences(portable(kind, (reading?.record ?? {}) as JsonObject), wanted);
  const told = found.map(({ path, from, to }) => `${path} is ${brief(from)}, not ${brief(to)}`);
  return { is: 'different', line: `${called} (${match.present.id}): ${told.join('; ')}` };
}

/** What stands in the places that were looked into, and answers to nothing of the source. */
function extrasOf({ view, inventory, restorer }: VerifyArgs, met: PackedKeys): Verdict['extras'] {
  let byService = 0;
  let byRestore = 0;
  const byOthers = new FirstLines(mostLines);
  for (const kind of view.kinds) {
    for (const { id, madeByService, createdBy } of inventory.all(kind)) {
      if (met.has(`${kind.name} ${id}`)) continue;
      if (madeByService) byService++;
      else if (isOfRestorer(id, createdBy, restorer)) byRestore++;
      else byOthers.add(`${kind.name} ${id}`);
    }
  }
  return { byService, byRestore, byOthers: byOthers.first() };
}

/** What it made; and its own profile, memberships and ownerships, which come of its work. */
function isOfRestorer(id: string, createdBy: string | undefined, restorer: string | undefined): boolean {
  return restorer !== undefined && (createdBy === restorer || names(id, restorer));
}

/** The first lines in order, and how many there were. */
class FirstLines {
  count = 0;
  private kept: string[] = [];

  constructor(private readonly most: number) {}

  add(line: string): void {
    this.count++;
    this.kept.push(line);
    if (this.kept.length >= 2 * this.most) this.kept = this.first();
  }

  first(): string[] {
    return this.kept.sort().slice(0, this.most);
  }
}
