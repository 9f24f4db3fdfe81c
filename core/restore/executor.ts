import { createHash } from 'node:crypto';
import { without } from '../catalog/json';
import type { Making, Restoration } from '../catalog/restoration';
import { InvalidRequestError, ResourceAbsentError, RetryableError } from '../catalog/source';
import { hashOf } from '../vault/canonical';
import { type Action, makes, writes } from './action';
import { ActionFailed, stillDiffers } from './action-failed';
import type { ApplyArgs } from './apply';
import { type Compared, compare } from './comparison';
import { differences } from './difference';
import type { Match } from './matcher';
import { ownRight } from './own-right';
import { Ownership } from './ownership';
import { Bits } from './packed';
import { isLate } from './plan';
import { portable } from './portable';
import type { Present } from './presents';
import { refusalOf } from './refusal';
import { applyRelink } from './relink-executor';
import type { Outcome } from './restore-run';
import { isConflict, isOfService } from './service-error';
import type { Resource } from './source-view';
import { presentOf } from './target-inventory';

/** Fewer failures than this never stop a restore. */
const leastFailed = 25;

/** How often a resource is made anew after its answer was lost, each time after looking for it. */
const mostAttempts = 5;

/** Does the actions of a plan, one at a time, and notes each before and after. */
export class Executor {
  /** Resources that this restore was to make, and could not. */
  private readonly unmade = new Map<string, string>();
  private readonly ownership: Ownership;
  private tried = 0;
  private failed = 0;

  private constructor(
    private readonly args: ApplyArgs,
    private readonly done: Bits,
    private readonly intents: Bits,
  ) {
    this.ownership = new Ownership(args);
  }

  /** Takes up what earlier workers have done. */
  static async of(args: ApplyArgs): Promise<Executor> {
    const { run } = args;
    const executor = new Executor(args, new Bits(run.actionCount), await run.intents());
    for await (const outcome of run.eachOutcome()) {
      // What failed is tried again, before what needs it.
      if (outcome.outcome === 'FAILED') continue;
      executor.done.add(outcome.seq);
      executor.note(outcome);
    }
    return executor;
  }

  isDone({ seq }: Action): boolean {
    return this.done.has(seq);
  }

  /** Something is wrong with more than single resources: a person should look before the rest is tried. */
  get failsTooMuch(): boolean {
    const { failShare = 50 } = this.args;
    return this.failed >= leastFailed && this.failed * 100 > this.tried * failShare;
  }

  async execute(action: Action): Promise<void> {
    const outcome = await this.outcomeOf(action);
    if (writes(action)) this.tried++;
    if (outcome.outcome === 'FAILED') this.failed++;
    this.note(outcome);
    await this.args.run.conclude(outcome);
    this.args.progress?.(outcome);
  }

  private note({ action, kind: name, sourceId: id, targetId, outcome, reason }: Outcome): void {
    if (!makes(action) || (outcome !== 'FAILED' && outcome !== 'CONFLICT')) return;
    this.unmade.set(`${name} ${id}`, reason);
    const { view, matcher } = this.args;
    const kind = view.kindByName(name);
    // What only was to be shown anew is there as before.
    if (kind !== undefined && targetId === undefined) matcher.disown({ kind, id });
  }

  private async outcomeOf(action: Action): Promise<Outcome> {
    const { seq, kind, id: sourceId, targetId } = action;
    const base = { seq, action: action.action, kind, sourceId, ...(targetId !== undefined && { targetId }) };
    const ended = { skip: 'SKIPPED', conflict: 'CONFLICT', manual: 'MANUAL' } as const;
    if (!writes(action)) {
      const outcome = ended[action.action as keyof typeof ended];
      if (outcome === 'SKIPPED' && targetId !== undefined)
        await this.args.idMap.put(kind, sourceId, targetId);
      return { ...base, outcome, reason: action.reason };
    }
    try {
      if (action.action === 'relink') return { ...base, ...(await applyRelink(this.args, action)) };
      const resource = await this.resourceOf(action);
      return {
        ...base,
        ...(await (makes(action.action) ? this.make(action, resource) : this.change(action, resource))),
      };
    } catch (error) {
      if (error instanceof ActionFailed) return { ...base, outcome: error.outcome, reason: error.message };
      // Only what this one action met: an error of the vault or of this code ends the task.
      if (!isOfService(error)) throw error;
      return { ...base, outcome: 'FAILED', reason: `${error.name}: ${error.message}` };
    }
  }

  private async resourceOf({ kind, id, version }: Action): Promise<Resource> {
    const resource = await this.args.view.find(kind, id);
    if (resource?.version === version) return resource;
    throw new ActionFailed('FAILED', `the vault no longer has version ${version} of it: plan again`);
  }

  private async make(
    action: Action,
    resource: Resource,
    mayBeThere = this.intents.has(action.seq),
  ): Promise<Pick<Outcome, 'targetId' | 'outcome' | 'reason'>> {
    const { kind, id } = resource;
    const create = kind.restore?.create;
    if (create === undefined) throw new ActionFailed('FAILED', kind.restoredBy);
    if (action.targetId !== undefined) return this.showAnew(action, resource, create);
    const { matcher, run, now, target } = this.args;
    let match = mayBeThere ? await matcher.again(resource) : await matcher.match(resource);
    let isSent = mayBeThere;
    for (let attempt = 1; ; attempt++) {
      const compared = await this.compared(resource);
      if (match.state === 'there' && this.isTheOne(compared, match.present)) {
        refuse(await this.ownership.objection(compared, { id: match.present.id, isSent }));
        await this.args.idMap.put(kind.name, id, match.present.id);
        await this.complete(action, compared, match.present.id);
        return { targetId: match.present.id, outcome: 'ADOPTED', reason: 'it was there by then' };
      }
      if (match.state === 'ambiguous') {
        throw new ActionFailed('CONFLICT', `more than one answers to it by now: ${match.ids.join(', ')}`);
      }
      refuse(await this.ownership.objectionToName(compared));
      if (attempt === 1 && !this.intents.has(action.seq)) {
        await run.intend(action.seq, new Date(now()).toISOString());
      }
      try {
        const made = await create(target, this.making(action, compared, true));
        await this.args.idMap.put(kind.name, id, made);
        await this.complete(action, compared, made);
        return { targetId: made, outcome: 'DONE', reason: action.reason };
      } catch (error) {
        // Done or not: the answer does not tell. A repeated request is refused where it was done.
        const isDoubtful =
          error instanceof RetryableError || error instanceof InvalidRequestError || isConflict(error);
        if (!isDoubtful || attempt === mostAttempts) throw error;
        await target.sleep(200 * 2 ** attempt);
        match = await matcher.again(resource);
        isSent ||= error instanceof RetryableError;
        const isRefused = !(error instanceof RetryableError) && match.state !== 'there';
        if (isRefused) throw error;
      }
    }
  }

  /** To be made once more harms nothing: its content is there already. */
  private async showAnew(
    action: Action,
    resource: Resource,
    create: NonNullable<Restoration['create']>,
  ): Promise<Pick<Outcome, 'targetId' | 'outcome' | 'reason'>> {
    const compared = await this.compared(resource);
    for (let attempt = 1; ; attempt++) {
      try {
        const targetId = await create(this.args.target, this.making(action, compared, true));
        return { targetId, outcome: 'DONE', reason: action.reason };
      } catch (error) {
        if (!(error instanceof RetryableError) || attempt === mostAttempts) throw error;
        await this.args.target.sleep(200 * 2 ** attempt);
      }
    }
  }

  /** Where ids are names, something of that name may be an earlier revision: only the very same is ours. */
  private isTheOne({ resource, wanted }: Compared, present: Present): boolean {
    return resource.kind.restore?.sameId !== true || present.hash === hashOf(wanted);
  }

  private async change(
    action: Action,
    resource: Resource,
  ): Promise<Pick<Outcome, 'targetId' | 'outcome' | 'reason'>> {
    const compared = await this.compared(resource, true);
    const { match } = compared;
    const why = this.unmade.get(`${action.kind} ${action.id}`);
    if (match.state === 'missing' && why !== undefined) {
      throw new ActionFailed('FAILED', `it was not made: ${why}`);
    }
    // What no operation changes is unmade and made anew: an earlier try died between the two.
    if (match.state === 'missing' && this.intents.has(action.seq)) return this.make(action, resource);
    if (match.state !== 'there') throw new ActionFailed('FAILED', stateText(match));
    const { id, hash } = match.present;
    if (action.targetId !== undefined && action.targetId !== id) {
      refuse(await this.ownership.objection(compared, { id, isSent: this.intents.has(action.seq) }));
    }
    if (action.late !== true && action.targetHash !== undefined && hash !== action.targetHash) {
      // Our own half-done change, or somebody else's: only the former is what the plan wants.
      if (hash !== hashOf(compared.wanted) && !this.intents.has(action.seq)) {
        throw new ActionFailed('CONFLICT', 'the target changed it since the plan was made: plan again');
      }
    }
    await this.args.run.intend(action.seq, new Date(this.args.now()).toISOString());
    await this.args.idMap.put(resource.kind.name, resource.id, id);
    try {
      const targetId = await this.update(action, compared, id);
      return { targetId, outcome: 'DONE', reason: action.reason };
    } catch (error) {
      if (!(error instanceof ResourceAbsentError)) throw error;
      return this.make(action, resource, true);
    }
  }

  /** What one call could not do: the rest of its members, and what the service made otherwise by itself. */
  private async complete(action: Action, compared: Compared, id: string): Promise<string> {
    const { kind } = compared.resource;
    await kind.restore?.untilUp?.(this.args.target, id, compared.wanted);
    // The service made it otherwise by itself: an owner of what it makes.
    if (ownRight(kind, compared.wanted, id, this.args.restorer) !== undefined) return id;
    const late = kind.restore?.late ?? [];
    return this.update(action, { ...compared, wanted: without(compared.wanted, ...late) }, id, late);
  }

  /**
   * Makes it what is wanted, but for members that are `notYet` set; looks again where an answer was lost. Answers its
   * id, which is another where it was made anew.
   */
  private async update(
    action: Action,
    compared: Compared,
    id: string,
    notYet: readonly string[] = [],
  ): Promise<string> {
    const { kind } = compared.resource;
    const { target, matcher, idMap } = this.args;
    let isSent = false;
    let at = id;
    for (let attempt = 1; ; attempt++) {
      try {
        const reading = await kind.read(target, at);
        matcher.settle(compared.resource, presentOf(kind, reading));
        const current = without(portable(kind, reading.record), ...notYet);
        const found = differences(current, compared.wanted);
        if (found.length === 0) return at;
        const own = ownRight(kind, compared.wanted, at, this.args.restorer);
        const refusal = own ?? refusalOf(kind, compared, found);
        if (refusal !== undefined) throw new ActionFailed('CONFLICT', refusal);
        if (isSent) throw stillDiffers(found);
        const making = this.making(action, compared, false);
        at = (await kind.restore?.update?.(target, { ...making, id: at, current })) ?? at;
        isSent = true;
        await idMap.put(kind.name, compared.resource.id, at);
      } catch (error) {
        if (!(error instanceof RetryableError) || attempt === mostAttempts) throw error;
        await target.sleep(200 * 2 ** attempt);
      }
    }
  }

  private making(action: Action, compared: Compared, isNew: boolean): Making {
    const { resource, record, wanted, facets } = compared;
    const late = isNew ? (resource.kind.restore?.late ?? []) : [];
    const token = createHash('sha256').update(`${this.args.run.runId} ${action.seq} ${hashOf(wanted)}`);
    return {
      wanted: without(wanted, ...late),
      record,
      facets,
      clientToken: token.digest('hex').slice(0, 32),
    };
  }

  /** `isWhole`: what it names late is made by now too. */
  private async compared(resource: Resource, isWhole = false): Promise<Compared> {
    const { view, matcher } = this.args;
    const compared = await compare(view, matcher, resource, ({ kind, id }) =>
      this.unmade.has(`${kind.name} ${id}`),
    );
    const needed = compared.pending.find(({ path }) => isWhole || !isLate(resource.kind, path));
    if (needed === undefined) return compared;
    const why = this.unmade.get(`${needed.kind} ${needed.id}`);
    throw new ActionFailed('FAILED', `it needs ${needed.kind} ${needed.id}, which failed: ${why}`);
  }
}

function refuse(objection: string | undefined): void {
  if (objection !== undefined) throw new ActionFailed('CONFLICT', objection);
}

function stateText(match: Match): string {
  if (match.state === 'unreadable') return `the target does not let it be read: ${match.reason}`;
  return match.state === 'ambiguous'
    ? `more than one answers to it: ${match.ids.join(', ')}`
    : 'it is not there';
}
