import { hashOf, type Json, type JsonObject } from './canonical';
import type { Head, Version } from './items';
import { type ScopeRef, versionOf, versionParts } from './keys';
import type { Payload } from './payload';
import { ConditionFailedError } from './table';
import { facetHashes, type Vault } from './vault';

/** A resource as it was read from the domain. */
export interface Observation {
  readonly record: JsonObject;
  readonly facets: Readonly<Record<string, Json>>;
  readonly columns: Readonly<Record<string, string | number>>;
  readonly normaliser: number;
  /** The service's own time of the change, ms since the epoch. */
  readonly changedAt?: number;
  /** Facets that tell of a change and are none: the head has them as they were read last, and they make no version. */
  readonly signs?: readonly string[];
  /** A stored record made anew by the present normaliser, for comparing with a version of an older one. */
  readonly renormalise: (record: JsonObject) => JsonObject;
}

/** What the caller has found out on its way, so that the first attempt need not read it again. */
export interface Known {
  /** There was no head when the scope's heads were read, before the resource was. */
  readonly noHead: boolean;
  /** The scope is new with this writer: no version of its resources can be there either. */
  readonly noVersion: boolean;
}

/** When the event happened that made somebody read a resource, and when it was read: ms since the epoch. */
interface ReadingTimes {
  readonly eventAt: number;
  readonly readAt: number;
}

const nothingKnown: Known = { noHead: false, noVersion: false };

export type Outcome = 'created' | 'changed' | 'deleted' | 'unchanged';

/** A head kept changing under the writer for longer than any healthy race. */
export class ContendedHeadError extends Error {
  override readonly name = 'RetryableError';
}

const mostAttempts = 10;

/**
 * A version may become current only so long after its stamp, in ms, and putting the head may take as long again.
 * A cut waits twice this before it is read: what it shows is never changed by a writer with an older stamp.
 */
const longestHold = 15_000;

/**
 * The one order in which the vault is written, by snapshots and by change capture alike: head read, resource
 * read, version put, head put on condition that it did not move. A crash between any two of these leaves a
 * vault that the next writer completes, never one that lies.
 */
export class VaultWriter {
  /** Largest observation time that this writer has stamped. */
  newestValidFrom: string | undefined;

  constructor(
    private readonly vault: Vault,
    private readonly run: {
      readonly runId: string;
      readonly source: Version['source'];
      /** When the event happened that is written for, ms since the epoch. */
      readonly eventAt?: number;
    },
    /** Milliseconds since the epoch, corrected for skew. */
    private readonly now: () => number,
  ) {}

  /**
   * Writes what `observe` reads. It is called after the head was read, with that head, and again whenever
   * somebody else moved the head; it answers undefined for a resource that is confirmed to be gone.
   */
  async write(
    scope: ScopeRef,
    id: string,
    observe: (head: Head | undefined) => Promise<Observation | undefined>,
    known: Known = nothingKnown,
  ): Promise<Outcome> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const { noHead, noVersion } = attempt === 0 ? known : nothingKnown;
      const head = noHead ? undefined : await this.vault.head(scope, id);
      const observation = await observe(head);
      const { eventAt } = this.run;
      const times = eventAt === undefined ? undefined : { eventAt, readAt: this.now() };
      const outcome =
        observation === undefined
          ? await this.writeTombstone(scope, id, head, times)
          : await this.writeContent(scope, id, head, observation, { noVersion, times });
      if (outcome !== 'raced') return outcome;
    }
    throw new ContendedHeadError(`${scope.kind} ${id} changed ${mostAttempts} times while it was written`);
  }

  private async writeContent(
    scope: ScopeRef,
    id: string,
    head: Head | undefined,
    observation: Observation,
    { noVersion, times }: { readonly noVersion: boolean; readonly times: ReadingTimes | undefined },
  ): Promise<Outcome | 'raced'> {
    const hash = hashOf(observation.record);
    const facets = facetHashes(observation.facets);
    const { signs = [] } = observation;
    if (head !== undefined && head.state === 'LIVE' && sameFacets(head.facets, facets, signs)) {
      const isSame =
        head.hash === hash || (await this.sameUnderPresentNormaliser(scope, head, observation, hash));
      if (isSame) return this.noteSigns(head, facets, signs);
    }
    const newest = noVersion ? undefined : await this.vault.newestVersion(scope.kind, id);
    const payload = await this.withKeptFacets(scope, head, observation);
    const stands =
      newest?.state === 'LIVE' &&
      newest.hash === hash &&
      hashOf(newest.facets) === hashOf(facetHashes(payload.facets)) &&
      this.mayBecomeCurrent(newest, scope, head);
    const version = stands
      ? newest
      : await this.putVersion(scope, id, head, newest, { ...observation, times }, payload);
    if (version === undefined || !this.mayBecomeCurrent(version, scope, head)) return 'raced';
    const put = await this.vault.putHead(
      {
        ...observation.columns,
        ...this.vault.keys.head(scope, id),
        ...current(id, version, head),
        facets: version.facets,
      },
      head,
      longestHold,
    );
    if (!put) return 'raced';
    return head === undefined ? 'created' : 'changed';
  }

  /** Without them the next reader would take the resource for changed once more. */
  private async noteSigns(
    head: Head,
    facets: Readonly<Record<string, string>>,
    signs: readonly string[],
  ): Promise<Outcome | 'raced'> {
    if (signs.every((name) => head.facets[name] === facets[name])) return 'unchanged';
    const { check: _, ...kept } = head;
    const put = await this.vault.putHead(
      { ...kept, facets: { ...head.facets, ...facets } },
      head,
      longestHold,
    );
    return put ? 'unchanged' : 'raced';
  }

  private async writeTombstone(
    scope: ScopeRef,
    id: string,
    head: Head | undefined,
    times: ReadingTimes | undefined,
  ): Promise<Outcome | 'raced'> {
    if (head === undefined || head.state === 'DELETED') return 'unchanged';
    const newest = await this.vault.newestVersion(scope.kind, id);
    const stands = newest?.state === 'DELETED' && this.mayBecomeCurrent(newest, scope, head);
    const version = stands
      ? newest
      : await this.putVersion(scope, id, head, newest, { ...head, times }, undefined);
    if (version === undefined || !this.mayBecomeCurrent(version, scope, head)) return 'raced';
    // The readable columns stay: a person looks for what was deleted by its name.
    const { check: _check, changedAt: _changedAt, ...kept } = head;
    const put = await this.vault.putHead(
      { ...kept, ...current(id, version, head), facets: {} },
      head,
      longestHold,
    );
    return put ? 'deleted' : 'raced';
  }

  /** May a version that stands, perhaps another writer's, still be made current after what the head names? */
  private mayBecomeCurrent(version: Version, scope: ScopeRef, head: Head | undefined): boolean {
    const held = this.now() - Date.parse(versionParts(version.sk).validFrom);
    return version.scope === scope.scopeId && version.previous === head?.version && held < longestHold;
  }

  /** Undefined where this run has just put another content under the same key. */
  private async putVersion(
    scope: ScopeRef,
    id: string,
    head: Head | undefined,
    newest: Version | undefined,
    from: {
      readonly normaliser: number;
      readonly changedAt?: unknown;
      readonly times: ReadingTimes | undefined;
    },
    payload: Payload | undefined,
  ): Promise<Version | undefined> {
    const validFrom = this.stamp(newest);
    try {
      return await this.vault.putVersion({
        kind: scope.kind,
        scopeId: scope.scopeId,
        id,
        version: versionOf(validFrom, this.run.runId),
        previous: head?.version,
        source: this.run.source,
        changedAt:
          payload !== undefined && typeof from.changedAt === 'number'
            ? new Date(from.changedAt).toISOString()
            : undefined,
        times: from.times && {
          eventAt: new Date(from.times.eventAt).toISOString(),
          readAt: new Date(from.times.readAt).toISOString(),
          writtenAt: new Date(this.now()).toISOString(),
        },
        normaliser: from.normaliser,
        payload,
      });
    } catch (error) {
      if (error instanceof ConditionFailedError) return undefined;
      throw error;
    }
  }

  /** Observation time: the clock's, but always after the version before it. */
  private stamp(newest: Version | undefined): string {
    const previous = newest === undefined ? 0 : Date.parse(versionParts(newest.sk).validFrom);
    const validFrom = new Date(Math.max(this.now(), previous + 1)).toISOString();
    if (this.newestValidFrom === undefined || validFrom > this.newestValidFrom)
      this.newestValidFrom = validFrom;
    return validFrom;
  }

  /** Facets that this channel did not read stay as what is current has them. */
  private async withKeptFacets(
    scope: ScopeRef,
    head: Head | undefined,
    observation: Observation,
  ): Promise<Payload> {
    const { record, facets } = observation;
    const unread = Object.keys(head?.facets ?? {}).filter((name) => !(name in facets));
    if (head === undefined || unread.length === 0) return { record, facets };
    const version = await this.vault.version(scope.kind, head.id, head.version);
    if (version === undefined) return { record, facets };
    const before = await this.vault.payload(scope.kind, version);
    const kept = Object.fromEntries(
      unread.flatMap((name) => {
        const value = before.facets[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
    return { record, facets: { ...kept, ...facets } };
  }

  /** An upgrade of the code is no change of the domain: a record stored by an older normaliser is made anew first. */
  private async sameUnderPresentNormaliser(
    scope: ScopeRef,
    head: Head,
    observation: Observation,
    hash: string,
  ): Promise<boolean> {
    if (head.normaliser === observation.normaliser) return false;
    const version = await this.vault.version(scope.kind, head.id, head.version);
    if (version === undefined) return false;
    const { record } = await this.vault.payload(scope.kind, version);
    return hashOf(observation.renormalise(record)) === hash;
  }
}

/** The head's attributes that follow from the version it names. */
function current(id: string, version: Version, head: Head | undefined) {
  const { validFrom } = versionParts(version.sk);
  return {
    id,
    hash: version.hash,
    version: version.sk,
    state: version.state,
    validFrom,
    firstSeenAt: head?.firstSeenAt ?? validFrom,
    normaliser: version.normaliser,
    ...(version.changedAt === undefined ? {} : { changedAt: version.changedAt }),
  };
}

/** A facet counts as changed only where it was read before and reads differently now, and is no mere sign of a change. */
function sameFacets(
  kept: Readonly<Record<string, string>>,
  read: Readonly<Record<string, string>>,
  signs: readonly string[],
): boolean {
  return Object.entries(read).every(
    ([name, hash]) => signs.includes(name) || kept[name] === undefined || kept[name] === hash,
  );
}
