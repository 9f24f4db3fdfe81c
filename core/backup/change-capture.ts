import type { Kind, Reading } from '../catalog/kind';
import { ResourceAbsentError, ResourceDeniedError, RetryableError } from '../catalog/source';
import type { Head } from '../vault/items';
import type { ScopeRef } from '../vault/keys';
import { buryScope } from './capture-scope';
import type { ChangeTarget } from './change-event';
import { ListedChanges } from './change-list';
import type { ChangeScope } from './change-scope';
import { type BackupContext, observationOf } from './context';
import { liveSibling } from './lists';
import { LiveReader, UnconfirmedAbsenceError } from './live-reading';
import { ProjectVisit } from './project-visit';

/** A resource kept changing while it was read, for longer than any person can keep it up. */
const mostConfirmations = 10;

/** What has become of a resource. */
export interface Captured {
  /** Undefined: the vault never knew it, and the domain does not show it. */
  readonly scopeId?: string;
  /** Undefined: it is gone. */
  readonly reading?: Reading;
}

/** Brings the vault up to what the domain says now of what an event names. */
export class ChangeCapture {
  constructor(
    private readonly context: BackupContext,
    private readonly scope: ChangeScope,
    private readonly kinds: readonly Kind[],
    /** Resources that were captured for the same batch: several of its events may be about what is under one. */
    private readonly captured = new Map<string, Promise<Captured>>(),
  ) {}

  /** Throws the errors of `source.ts` and of the vault, UnconfirmedAbsenceError, NotAMemberError. */
  async capture(target: ChangeTarget): Promise<void> {
    if (target.under !== undefined) await this.captureList(target, target.under);
    else if (target.held === true) await this.captureHeld(target);
    else await this.captureOnce(target);
  }

  private captureOnce(target: Omit<ChangeTarget, 'under' | 'held'>): Promise<Captured> {
    const { kind, id, isDeletion, projectId = '' } = target;
    const key = `${kind.name}\n${isDeletion}\n${projectId}\n${id}`;
    const known = this.captured.get(key);
    if (known !== undefined) return known;
    const capturing = this.captureResource(target);
    this.captured.set(key, capturing);
    return capturing;
  }

  private async captureResource(target: Omit<ChangeTarget, 'under' | 'held'>): Promise<Captured> {
    const { kind, id } = target;
    const { vault, run } = this.context;
    if (!this.scope.has(kind)) return {};
    const newest = await vault.newestVersion(kind.name, id);
    const known = kind.scope === 'domain' ? run.domainId : newest?.scope;
    const scopeId = known ?? (await this.findScope(target));
    if (scopeId === undefined || !(await this.scope.includes(kind, scopeId))) return {};
    const reading = await this.write({ kind: kind.name, scopeId }, target);
    if (kind.name === 'project') await this.followProject(id, reading, newest !== undefined);
    if (reading === undefined && newest !== undefined) await this.followGone(kind, new Set([id]));
    return { scopeId, ...(reading !== undefined && { reading }) };
  }

  /** Of a resource that the vault does not know; undefined where the domain does not show it. */
  private async findScope(target: Omit<ChangeTarget, 'under' | 'held'>): Promise<string | undefined> {
    try {
      return await this.scopeNow(target);
    } catch (error) {
      const { projectId, isDeletion } = target;
      if (!(error instanceof ResourceDeniedError) || error.byIam) throw error;
      // What was never in the vault and is gone again leaves nothing to do.
      if (isDeletion) return undefined;
      if (projectId === undefined) throw error;
      if (!(await this.scope.includesProject(projectId))) return undefined;
      return this.scopeOfMember(projectId, target);
    }
  }

  /** Another worker may have joined since the refusal: who is a member by now, asks once more. */
  private async scopeOfMember(
    projectId: string,
    target: Pick<ChangeTarget, 'kind' | 'id'>,
  ): Promise<string | undefined> {
    await this.enter(projectId);
    try {
      return await this.scopeNow(target);
    } catch (error) {
      // A member is shown all that there is.
      if (error instanceof ResourceDeniedError && !error.byIam) return undefined;
      throw error;
    }
  }

  private async scopeNow({ kind, id }: Pick<ChangeTarget, 'kind' | 'id'>): Promise<string | undefined> {
    try {
      return (await kind.read(this.context.source, id)).scopeId;
    } catch (error) {
      if (error instanceof ResourceAbsentError) return undefined;
      throw error;
    }
  }

  /**
   * Reads and writes until what is read is what the vault has. Who finds the vault as the domain is writes nothing,
   * so that nobody else learns of it: a writer that had read before, and puts after, would leave in the vault what is
   * no more, with no event to come. So each looks once more after it has written.
   */
  private async write(
    scope: ScopeRef,
    { kind, id, isDeletion }: Pick<ChangeTarget, 'kind' | 'id' | 'isDeletion'>,
  ): Promise<Reading | undefined> {
    const { vault, writer, now } = this.context;
    const live = () => new LiveReader(this.context, kind, scope, () => liveSibling(vault, scope, id));
    let reading: Reading | undefined;
    for (let looks = 0; looks < mostConfirmations; looks++) {
      const outcome = await writer.write(scope, id, async (head) => {
        reading = await this.read(live, { kind, id, isDeletion }, scope.scopeId, head);
        if (reading === undefined) return undefined;
        if (head === undefined) await vault.registerScope(scope, new Date(now()).toISOString());
        return observationOf(kind, reading);
      });
      if (outcome === 'unchanged') return reading;
    }
    throw new RetryableError(`${kind.name} ${id} changed each of ${mostConfirmations} times it was read`);
  }

  private async read(
    live: () => LiveReader,
    { kind, id, isDeletion }: Pick<ChangeTarget, 'kind' | 'id' | 'isDeletion'>,
    scopeId: string,
    head: Head | undefined,
  ): Promise<Reading | undefined> {
    try {
      return await live().read(id);
    } catch (error) {
      const mayJoin = kind.scope === 'project' && this.scope.allProjects && isRefusal(error);
      if (mayJoin) {
        await this.enter(scopeId);
        return live().read(id);
      }
      // That it is gone was confirmed before, or there is nothing that could be wrong in the vault.
      const saysNothingNew = head === undefined ? isDeletion : head.state === 'DELETED';
      if (saysNothingNew && error instanceof UnconfirmedAbsenceError) return undefined;
      throw error;
    }
  }

  /** A new project is joined; with one that is gone goes all that was in it. */
  private async followProject(
    projectId: string,
    reading: Reading | undefined,
    wasKnown: boolean,
  ): Promise<void> {
    if (reading !== undefined) {
      if (!this.scope.allProjects || !(await this.scope.includesProject(projectId))) return;
      // One that may not be joined is captured itself; a snapshot names what is in it as unreadable.
      await this.enter(projectId).catch((error: unknown) => {
        if (!(error instanceof ResourceDeniedError) || error.byIam) throw error;
      });
      return;
    }
    if (!wasKnown) return;
    const absence = new ResourceAbsentError(`project ${projectId} is gone`);
    // A refusal is not enough for so much.
    const doubt = await new ProjectVisit(this.context, projectId, true).doubtOfAbsence(absence);
    if (doubt !== undefined) throw doubt;
    for (const scope of await this.context.vault.scopes()) {
      if (scope.scopeId !== projectId) continue;
      if (await buryScope(this.context, scope)) continue;
      throw new RetryableError(`time was up before all of project ${projectId} was noted as gone`);
    }
  }

  /** Reads what may have gone along with resources of a kind, and what may have gone with that. */
  private async followGone(kind: Kind, gone: ReadonlySet<string>): Promise<void> {
    for (const child of this.kinds) {
      const columns = child.goesWith?.[kind.name];
      if (columns === undefined || !this.scope.has(child)) continue;
      const scope = { kind: child.name, scopeId: this.context.run.domainId };
      const goneToo = new Set<string>();
      for await (const head of this.context.vault.heads(scope)) {
        if (!columns.some((column) => gone.has(String(head[column])))) continue;
        if (this.context.timeIsUp()) {
          throw new RetryableError(`time was up before all that went with a ${kind.name} was read`);
        }
        // What is noted as gone already may have lost its worker before the rest was.
        const isThere =
          head.state === 'LIVE' &&
          (await this.write(scope, { kind: child, id: head.id, isDeletion: true })) !== undefined;
        if (!isThere) goneToo.add(head.id);
      }
      if (goneToo.size > 0) await this.followGone(child, goneToo);
    }
  }

  /** Makes sure that the reader is a member. Throws NotAMemberError. */
  private async enter(projectId: string): Promise<void> {
    await new ProjectVisit(this.context, projectId, false).enter();
  }

  /** What is listed under something, once that itself is captured; and what the vault holds there besides. */
  private async captureList(target: ChangeTarget, under: string): Promise<void> {
    const { kind, id } = target;
    const { kindByName, run } = this.context;
    const parentKind = kindByName(under);
    if (parentKind === undefined || !this.scope.has(kind)) return;
    const { scopeId: parentScope, reading } = await this.captureOnce({ ...target, kind: parentKind });
    const own = under === 'project' ? id : parentScope;
    const scopeId = kind.scope === 'domain' ? run.domainId : own;
    if (parentScope === undefined || scopeId === undefined) return;
    if (!(await this.scope.includes(kind, scopeId))) return;
    const scope = { kind: kind.name, scopeId };
    const isParent = kind.parentage?.kinds.includes(under) === true;
    await new ListedChanges(this.context, kind, scope, {
      ...(reading !== undefined && { parent: { kind: under, id, reading } }),
      ...(isParent && { prefix: `${encodeURIComponent(id)}/` }),
    }).capture();
  }

  /** What the vault holds below an id: gone with what that named, or still there. */
  private async captureHeld({ kind, id, isDeletion }: ChangeTarget): Promise<void> {
    if (!this.scope.has(kind)) return;
    const scopeId = await this.scopeOfHeld(kind, decodeURIComponent(id.slice(0, id.indexOf('/'))));
    if (scopeId === undefined || !(await this.scope.includes(kind, scopeId))) return;
    const scope = { kind: kind.name, scopeId };
    for await (const head of this.context.vault.headsUnder(scope, id)) {
      if (head.state !== 'LIVE') continue;
      if (this.context.timeIsUp()) throw new RetryableError(`time was up before all below ${id} was read`);
      await this.write(scope, { kind, id: head.id, isDeletion });
    }
  }

  private async scopeOfHeld(kind: Kind, parentId: string): Promise<string | undefined> {
    if (kind.scope === 'domain') return this.context.run.domainId;
    for (const parent of kind.parentage?.kinds ?? []) {
      const newest = await this.context.vault.newestVersion(parent, parentId);
      if (newest !== undefined) return newest.scope;
    }
    return undefined;
  }
}

/** Who is no member of a project is shown nothing of it, even of what a backup has captured by a role that is one. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof UnconfirmedAbsenceError)) return false;
  return error.cause instanceof ResourceDeniedError && !error.cause.byIam;
}
