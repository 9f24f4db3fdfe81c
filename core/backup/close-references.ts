import pMap from 'p-map';
import * as z from 'zod';
import type { Kind } from '../catalog/kind';
import { RetryableError } from '../catalog/source';
import { type Findings, writeFindings } from '../vault/manifest';
import { type BackupContext, observationOf, ReferenceFinder } from './context';
import { LiveReader, UnconfirmedAbsenceError } from './live-reading';
import { TargetSet } from './targets';
import { type Target, Work } from './work';

const mostRounds = 5;
const concurrency = 8;

const findings = z.object({ count: z.number().int(), first: z.array(z.string()) });

/** What closing the references found, as commit reads it. */
export const closingSchema = z.object({ dangling: findings, unresolved: findings, outside: findings });

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
  const { vault, run } = context;
  const work = new Work(vault, run.startedAt);
  const groups = await work.groups();
  const configured = new Set(
    groups.flatMap(({ scopes }) => scopes.map(({ kind, scopeId }) => `${kind}@${scopeId}`)),
  );
  const closer = new Closer(context, configured);
  const known = new TargetSet();
  let open = await work.targets();
  for (let round = 1; open.length > 0; round++) {
    if (round > mostRounds) {
      for (const [kind, id] of open)
        closer.unresolved.push(`${kind} ${id}: still open after ${mostRounds} rounds`);
      break;
    }
    for (const target of open) known.addTarget(target);
    const met = await closer.close(open);
    if (context.timeIsUp()) return { more: true };
    open = met.filter((target) => !known.has(target));
  }
  await work.putNote('closing', {
    dangling: await record(context, 'dangling', closer.dangling),
    unresolved: await record(context, 'unresolved', closer.unresolved),
    outside: await record(context, 'outside', closer.outside),
  });
  const stamps = [...groups.map((group) => group.newestValidFrom), context.writer.newestValidFrom];
  const newest = stamps
    .filter((stamp) => stamp !== undefined)
    .sort()
    .at(-1);
  const now = new Date(context.now()).toISOString();
  return { more: false, cutAt: newest !== undefined && newest > now ? newest : now };
}

function record(context: BackupContext, name: string, all: readonly string[]): Promise<Findings> {
  return writeFindings(context.vault, context.run.startedAt, name, all);
}

class Closer {
  readonly dangling: string[] = [];
  readonly unresolved: string[] = [];
  readonly outside: string[] = [];
  private readonly finder: ReferenceFinder;

  constructor(
    private readonly context: BackupContext,
    private readonly configured: ReadonlySet<string>,
  ) {
    this.finder = new ReferenceFinder(context.source);
  }

  /** One round; the targets that the newly captured records point to. */
  async close(targets: readonly Target[]): Promise<Target[]> {
    const located = (await pMap(targets, (target) => this.locate(target), { concurrency })).filter(
      (entry) => entry !== undefined,
    );
    const live = await this.liveHeads(located);
    const met = new TargetSet();
    await pMap(
      located.filter((entry) => !live.has(entry.target)),
      async (entry) => {
        if (!this.context.timeIsUp()) await this.capture(entry, met);
      },
      { concurrency },
    );
    return met.list();
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

  private async liveHeads(located: readonly Located[]): Promise<Set<Target>> {
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
    const live = new Set<Target>();
    for (const { pk, sk, state } of await vault.table.getMany(keys, ['pk', 'sk', 'state'])) {
      const target = byKey.get(`${pk}\n${sk}`);
      if (state === 'LIVE' && target !== undefined) live.add(target);
    }
    return live;
  }

  private async capture({ target, kind, scopeId }: Located, met: TargetSet): Promise<void> {
    const [, id] = target;
    const text = `${kind.name} ${id}`;
    if (scopeId !== undefined && this.isOutside(kind, scopeId)) {
      this.outside.push(`${text} in ${scopeId}`);
      return;
    }
    const scope = { kind: kind.name, scopeId: scopeId ?? this.context.run.domainId };
    const live = new LiveReader(this.context, kind, scope, () => undefined);
    try {
      const reading = await live.read(id);
      if (reading === undefined) {
        this.dangling.push(text);
      } else if (this.isOutside(kind, reading.scopeId)) {
        this.outside.push(`${text} in ${reading.scopeId}`);
      } else {
        const own = { kind: kind.name, scopeId: reading.scopeId };
        await this.context.vault.registerScope(own, new Date(this.context.now()).toISOString());
        await this.context.writer.write(own, id, async () => observationOf(kind, reading));
        met.add(await this.finder.referencesOf(kind, reading));
      }
    } catch (error) {
      if (!(error instanceof UnconfirmedAbsenceError || error instanceof RetryableError)) throw error;
      this.unresolved.push(`${text}: ${error.message}`.slice(0, 300));
    }
  }

  private isOutside(kind: Kind, scopeId: string): boolean {
    return kind.scope === 'project' && !this.configured.has(`${kind.name}@${scopeId}`);
  }
}
