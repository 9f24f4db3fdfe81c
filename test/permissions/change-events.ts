import type { ChangeSign } from '../../core/catalog/change-signs';
import { type ChangeChannel, signsOf } from '../../core/catalog/changes';
import { partsOf } from '../../core/catalog/composite-id';
import type { Kind } from '../../core/catalog/kind';
import { kinds } from '../../core/catalog/registry';
import type { Vault } from '../../core/vault/vault';

/** A kind of which nothing is there that an event could tell of. */
class NothingToTellOfError extends Error {
  override readonly name = 'NothingToTellOfError';
}

type Detail = Record<string, unknown>;

const signs = { events: signsOf(kinds, 'events'), calls: signsOf(kinds, 'calls') };

/** Makes the events that there would be if all that a vault holds had just changed. */
export class ChangeEvents {
  private constructor(
    private readonly domainId: string,
    /** Ids of what is live, by kind. */
    private readonly live: ReadonlyMap<string, readonly string[]>,
  ) {}

  static async of(vault: Vault): Promise<ChangeEvents> {
    const live = new Map<string, string[]>();
    for (const scope of await vault.scopes()) {
      const ids = live.get(scope.kind) ?? [];
      live.set(scope.kind, ids);
      for await (const { id, state } of vault.heads(scope)) if (state === 'LIVE') ids.push(id);
    }
    return new ChangeEvents(vault.domainId, live);
  }

  /** One event for each sign of a kind that has something to tell of. Throws NothingToTellOfError if none has. */
  all(kind: Kind): string[] {
    const told = (['events', 'calls'] as const).flatMap((channel) =>
      kind[channel].flatMap((sign) => {
        const [name = ''] = sign.on;
        const found = this.told(kind, sign);
        if (found === undefined) return [];
        // Other kinds look for something in the same event, too.
        const others = (signs[channel].get(name) ?? []).map((other) => this.told(other.kind, other.sign));
        return [this.event(channel, name, Object.assign({}, ...others, found), kind)];
      }),
    );
    if (told.length === 0)
      throw new NothingToTellOfError(`The vault holds nothing that tells of ${kind.name}`);
    return told;
  }

  /** An event with what is told, by its path in the detail. Its id begins with the kind that it is about. */
  event(channel: ChangeChannel, name: string, told: Detail, { name: kind } = { name: 'one' }): string {
    const detail: Detail = {};
    const common =
      channel === 'events'
        ? { 'metadata.domain': this.domainId }
        : {
            eventSource: 'datazone.amazonaws.com',
            eventName: name,
            'requestParameters.domainIdentifier': this.domainId,
          };
    for (const [path, value] of Object.entries({ ...common, ...told })) put(detail, path, value);
    return JSON.stringify({
      id: `${kind} ${name}`,
      source: 'aws.datazone',
      'detail-type': channel === 'calls' ? 'AWS API Call via CloudTrail' : name,
      time: new Date().toISOString(),
      detail,
    });
  }

  /** What a sign looks for in an event's detail, by its path; undefined where there is nothing to tell of. */
  private told(kind: Kind, sign: ChangeSign): Detail | undefined {
    const parts = this.about(kind, sign);
    if (parts === undefined) return undefined;
    const [path, text] = sign.when ?? [];
    const places = sign.id.map((part, n) => [[part].flat()[0] ?? '', parts[n]] as const);
    const inEntry = places.filter(([place]) => place.startsWith('.'));
    return {
      // The domain is told by itself, and so are texts.
      ...Object.fromEntries(places.filter(([place]) => /^\w+\./.test(place))),
      ...(path !== undefined && { [path]: text }),
      ...(sign.each !== undefined && {
        [sign.each]: [Object.fromEntries(inEntry.map(([place, part]) => [place.slice(1), part]))],
      }),
    };
  }

  /** The parts of the id of something that a sign can tell of. */
  private about({ name }: Kind, { id, under }: ChangeSign): string[] | undefined {
    const texts = id.map((part) => /^=(.*)/.exec([part].flat()[0] ?? '')?.[1]);
    return (this.live.get(under ?? name) ?? [])
      .map((one) => (under === undefined ? partsOf(one) : [one]))
      .find((parts) => texts.every((text, n) => text === undefined || text === parts[n]));
  }
}

function put(detail: Detail, path: string, value: unknown): void {
  const [member = '', ...below] = path.split('.');
  if (below.length === 0) {
    detail[member] = value;
    return;
  }
  const inner = (detail[member] ?? {}) as Detail;
  detail[member] = inner;
  put(inner, below.join('.'), value);
}
