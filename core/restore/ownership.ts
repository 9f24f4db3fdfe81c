import { text, without } from '../catalog/json';
import type { JsonObject, Kind } from '../catalog/kind';
import { ResourceAbsentError } from '../catalog/source';
import { time } from '../catalog/times';
import { makes } from './action';
import type { ApplyArgs } from './apply';
import type { Compared } from './comparison';
import { differences } from './difference';
import { portable } from './portable';

/** So far the clocks of DataZone and of this machine may be apart, and a plan's reading before its own time, in ms. */
const margin = 15 * 60_000;

/** As DataZone signs what it makes in nobody's name. */
const service = 'SYSTEM';

/** A resource that is in the target though the plan did not know it. */
export interface Found {
  readonly id: string;
  /** May an own create have made it, whose answer never came? */
  readonly isSent: boolean;
}

/**
 * Tells what a restore has made from what people make while it runs. Both answer to the same natural key: the author
 * tells them apart, as far as a kind has one and it is known who restores.
 */
export class Ownership {
  private learned: string | undefined;

  constructor(private readonly args: Pick<ApplyArgs, 'run' | 'view' | 'target' | 'idMap' | 'restorer'>) {}

  /** Why what was found is not this restore's own; undefined where it is, or is the service's. */
  async objection(compared: Compared, { id, isSent }: Found): Promise<string | undefined> {
    const { kind, id: sourceId } = compared.resource;
    if (this.args.idMap.targetOf(kind.name, sourceId) === id) return undefined;
    const { record } = await kind.read(this.args.target, id);
    const { restore } = kind;
    const isOfService =
      restore?.madeByService?.(record) !== undefined || restore?.comesByItself?.(record) === true;
    const { author, at } = originOf(kind, record);
    if (isOfService || author === service) return undefined;
    const own = await this.authorsFor(author);
    if (own.some((profile) => names(id, profile))) return undefined;
    const isOfOurTime = at === undefined || at >= Date.parse(this.args.run.header.createdAt) - margin;
    if (author === undefined || own.length === 0) {
      if ((isSent && isOfOurTime) || isAlike(compared, record)) return undefined;
    } else if (own.includes(author) && isOfOurTime) return undefined;
    return objectionTo(kind, id, record);
  }

  /**
   * Where ids are names, to make one of a name that is there puts a revision on top: why it must not be. Undefined
   * where nothing has the name, or what has it is this restore's, or was there before the plan, which knew it then.
   */
  async objectionToName({ resource, wanted }: Compared): Promise<string | undefined> {
    const { kind } = resource;
    if (kind.restore?.sameId !== true) return undefined;
    const [parent] = kind.parentage?.kinds ?? [];
    const whole = parent === undefined ? kind : this.args.view.kindByName(parent);
    const name = text(wanted, 'name');
    if (whole === undefined || name === undefined) return undefined;
    const record = await this.recordOf(whole, name);
    if (record === undefined || whole.restore?.madeByService?.(record) !== undefined) return undefined;
    const { author, at = 0 } = originOf(kind, record);
    const own = await this.authorsFor(author);
    const isKnown = author !== undefined && own.length > 0;
    const isSince = at >= Date.parse(this.args.run.header.createdAt);
    return isKnown && isSince && !own.includes(author) ? objectionTo(whole, name, record) : undefined;
  }

  /** Whoever makes what this restore makes: who was told, and, where that is not the author, whom its work names. */
  private async authorsFor(author: string | undefined): Promise<readonly string[]> {
    const { restorer } = this.args;
    if (restorer !== undefined && author === restorer) return [restorer];
    this.learned ??= await this.learn();
    return [restorer, this.learned].filter((known) => known !== undefined);
  }

  /** The author of something that this restore has made for certain, by an earlier worker or this one. */
  private async learn(): Promise<string | undefined> {
    const { run, view } = this.args;
    for await (const { action, kind: name, outcome, targetId } of run.eachOutcome()) {
      if (outcome !== 'DONE' || !makes(action) || targetId === undefined) continue;
      const kind = view.kindByName(name);
      // A type, and what is published, keep their first author; what comes by itself, may have another.
      const restore = kind?.restore;
      if (kind === undefined || restore?.sameId === true || restore?.shows !== undefined) continue;
      const record =
        kind.shape.members.createdBy === undefined ? undefined : await this.recordOf(kind, targetId);
      const author = record && restore?.comesByItself?.(record) !== true && originOf(kind, record).author;
      if (typeof author === 'string' && author !== service) return author;
    }
    return undefined;
  }

  private async recordOf(kind: Kind, id: string): Promise<JsonObject | undefined> {
    try {
      return (await kind.read(this.args.target, id)).record;
    } catch (error) {
      if (error instanceof ResourceAbsentError) return undefined;
      throw error;
    }
  }
}

/** Is a resource a profile's by its id alone: its own profile, its membership, its ownership? */
export function names(id: string, profile: string): boolean {
  return id.split('/').includes(profile);
}

/** Who made it, and when, in ms: of what has revisions the first one, but of a type its latest, which is the record. */
function originOf(
  { restore }: Kind,
  record: JsonObject,
): { author: string | undefined; at: number | undefined } {
  const by = restore?.sameId === true ? 'updated' : 'firstRevisionCreated';
  return {
    author: text(record, `${by}By`) ?? text(record, 'createdBy'),
    at: time(record, `${by}At`, 'createdAt'),
  };
}

/** Is it what a create of this restore would make, or more than that? */
function isAlike({ resource: { kind }, wanted }: Compared, record: JsonObject): boolean {
  const late = kind.restore?.late ?? [];
  return differences(without(portable(kind, record), ...late), without(wanted, ...late)).length === 0;
}

function objectionTo(kind: Kind, id: string, record: JsonObject): string {
  const { author = 'somebody who is not told', at } = originOf(kind, record);
  const since = at === undefined ? '' : ` at ${new Date(at).toISOString()}`;
  return (
    `${kind.name} ${id}, which ${author} made${since} and not this restore, answers to it by now, and was left as it is: ` +
    'rename or delete that one and plan again, or plan again to take it for what was lost'
  );
}
