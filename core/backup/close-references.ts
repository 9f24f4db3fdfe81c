import pMap from 'p-map';
import * as z from 'zod';
import type { Kind, Reading } from '../catalog/kind';
import { modelsOf, ReferenceFinder } from '../catalog/reference-finder';
import { RetryableError } from '../catalog/source';
import type { ScopeRef } from '../vault/keys';
import { scopeText } from '../vault/manifest';
import { type BackupContext, observationOf } from './context';
import { refuseSuperseded } from './epoch';
import { LiveReader, UnconfirmedAbsenceError } from './live-reading';
import { TargetSet } from './targets';
import { type Target, Work } from './work';

const mostRounds = 5;
const concurrency = 8;

const findings = z.record(z.string(), z.string());

/** What closing the references has found so far, by target; the next call of the task goes on from it. */
export const closingSchema = z.object({
  calls: z.number().int(),
  newestValidFrom: z.string().optional(),
  dangling: findings,
  unresolved: findings,
  outside: findings,
});
type Found = z.infer<typeof closingSchema>;

export type Closing =
  | { readonly more: true }
  /** `cutAt`: the later of now and the largest stamp of this run. */
  | { readonly more: false; readonly cutAt: string };

interface Located {
  readonly target: Target;
  readonly kind: Kind;
  readonly scopeId: string | undefined;
}

/**
 * Makes sure that whatever a captured record points to is in the vault: what is missing is read from the domain
 * and captured, with its own references, until nothing is new. What the domain itself no longer has is dangling.
 */
export async function closeReferences(context: BackupContext): Promise<Closing> {
  await refuseSuperseded(context.vault, context.run);
  const { vault, run } = context;
  const work = new Work(vault, run.startedAt);
  const groups = await work.groups();
  const configured = new Set(groups.flatMap(({ scopes }) => scopes.map(scopeText)));
  const found: Found = (await work.note('closing', closingSchema)) ?? {
    calls: 0,
    dangling: {},
    unresolved: {},
    outside: {},
  };
  const closer = new Closer(context, configured, found);
  const known = new TargetSet();
  const all = new TargetSet();
  let open = distinct(await work.targets());
  for (let round = 1; open.length > 0 && !context.timeIsUp(); round++) {
    if (round > mostRounds) {
      for (const target of open) found.unresolved[keyOf(target)] = `still open after ${mostRounds} rounds`;
      break;
    }
    for (const target of open) known.addTarget(target);
    const met = await closer.close(open);
    for (const target of met) all.addTarget(target);
    open = met.filter((target) => !known.has(target));
  }
  const stamps = [found, context.writer, ...groups].map(({ newestValidFrom }) => newestValidFrom);
  const newestValidFrom = stamps
    .filter((stamp) => stamp !== undefined)
    .sort()
    .at(-1);
  // Targets before the note: a call that dies in between leaves some twice, and none out.
  await work.putTargets(`closing.${found.calls}`, all.list());
  await work.putNote('closing', found.calls, { ...found, calls: found.calls + 1, newestValidFrom });
  if (closer.interrupted || open.length > 0) return { more: true };
  const now = new Date(context.now()).toISOString();
  return {
    more: false,
    cutAt: newestValidFrom !== undefined && newestValidFrom > now ? newestValidFrom : now,
  };
}

function distinct(targets: readonly Target[]): Target[] {
  const set = new TargetSet();
  for (const target of targets) set.addTarget(target);
  return set.list();
}

function keyOf([kind, id]: Target): string {
  return `${kind} ${id}`;
}

class Closer {
  /** True once a target was left for the next call. */
  interrupted = false;
  private readonly finder: ReferenceFinder;

  constructor(
    private readonly context: BackupContext,
    private readonly configured: ReadonlySet<string>,
    private readonly found: Found,
  ) {
    this.finder = new ReferenceFinder(modelsOf(context.source));
  }

  /** One round; the targets that the newly captured records point to. */
  async close(targets: readonly Target[]): Promise<Target[]> {
    const located = (await pMap(targets, (target) => this.locate(target), { concurrency })).filter(
      (entry) => entry !== undefined,
    );
    const states = await this.headStates(located);
    const met = new TargetSet();
    await pMap(
      located.filter(({ target }) => states.get(target) !== 'LIVE' && !this.isSettled(target)),
      async (entry) => {
        this.interrupted ||= this.context.timeIsUp();
        if (!this.interrupted) await this.capture(entry, states.get(entry.target) === 'DELETED', met);
      },
      { concurrency },
    );
    return met.list();
  }

  private isSettled(target: Target): boolean {
    const key = keyOf(target);
    const { dangling, unresolved, outside } = this.found;
    return [dangling, unresolved, outside].some((known) => Object.hasOwn(known, key));
  }

  /** Undefined for kinds that the catalog does not have. */
  private async locate(target: Target): Promise<Located | undefined> {
    const [name, id, scopeId] = target;
    const kind = this.context.kindByName(name);
    if (kind === undefined || !kind.versions.includes(this.context.run.domainVersion)) return undefined;
    if (kind.scope === 'domain') return { target, kind, scopeId: this.context.run.domainId };
    if (scopeId !== null) return { target, kind, scopeId };
    return { target, kind, scopeId: (await this.context.vault.newestVersion(name, id))?.scope };
  }

  private async headStates(located: readonly Located[]): Promise<Map<Target, unknown>> {
    const { vault } = this.context;
    const byKey = new Map<string, Target>();
    for (const { target, kind, scopeId } of located) {
      if (scopeId === undefined) continue;
      const key = vault.keys.head({ kind: kind.name, scopeId }, target[1]);
      byKey.set(`${key.pk}\n${key.sk}`, target);
    }
    const keys = [...byKey.keys()].map((text) => {
      const [pk = '', sk = ''] = text.split('\n');
      return { pk, sk };
    });
    const states = new Map<Target, unknown>();
    for (const { pk, sk, state } of await vault.table.getMany(keys, ['pk', 'sk', 'state'])) {
      const target = byKey.get(`${pk}\n${sk}`);
      if (target !== undefined) states.set(target, state);
    }
    return states;
  }

  private async capture({ target, kind, scopeId }: Located, deleted: boolean, met: TargetSet): Promise<void> {
    const [, id] = target;
    const key = keyOf(target);
    if (scopeId !== undefined && this.isOutside(kind, scopeId)) {
      this.found.outside[key] = scopeId;
      return;
    }
    const scope = { kind: kind.name, scopeId: scopeId ?? this.context.run.domainId };
    const live = new LiveReader(this.context, kind, scope, () => this.liveHead(scope));
    try {
      const reading = await live.read(id);
      if (reading === undefined) {
        if (kind.elsewhere === undefined) this.found.dangling[key] = 'not found';
        else met.addTarget([kind.elsewhere, id, null]);
      } else if (this.isOutside(kind, reading.scopeId)) {
        this.found.outside[key] = reading.scopeId;
      } else {
        const own = { kind: kind.name, scopeId: reading.scopeId };
        await this.context.vault.registerScope(own, new Date(this.context.now()).toISOString());
        let newest: Reading | undefined = reading;
        await this.context.writer.write(own, id, async (head) => {
          // Where there is no head, nothing newer than this reading can be there either.
          if (head !== undefined) newest = await live.read(id);
          return newest && observationOf(kind, newest);
        });
        if (newest !== undefined) met.add(await this.finder.referencesOf(kind, newest));
      }
    } catch (error) {
      if (!(error instanceof UnconfirmedAbsenceError || error instanceof RetryableError)) throw error;
      // Its deletion was confirmed when its tombstone was written: a refusal now says nothing new.
      if (deleted && error instanceof UnconfirmedAbsenceError) this.found.dangling[key] = 'deleted';
      else this.found.unresolved[key] = error.message.slice(0, 300);
    }
  }

  private async liveHead(scope: ScopeRef): Promise<string | undefined> {
    for await (const head of this.context.vault.heads(scope)) if (head.state === 'LIVE') return head.id;
    return undefined;
  }

  /** Not of this backup: a project or a kind that the configuration leaves out. */
  private isOutside(kind: Kind, scopeId: string): boolean {
    return !this.configured.has(scopeText({ kind: kind.name, scopeId }));
  }
}
