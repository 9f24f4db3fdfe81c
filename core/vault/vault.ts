import { hashOf, type Json, sha256 } from './canonical';
import { type Horizon, readHorizon } from './horizon';
import {
  CorruptItemError,
  checked,
  type EventTimes,
  type Head,
  headSchema,
  isExpired,
  type Lease,
  leaseSchema,
  MissingItemError,
  partSchema,
  scopeSchema,
  type Version,
  verified,
  versionSchema,
  type Writer,
  writerSchema,
} from './items';
import { type Key, type ScopeRef, VaultKeys, versionOf, versionParts } from './keys';
import { decodeJson, encodeJson, largestInlinePayload, type Payload, slices } from './payload';
import { type Attributes, ConditionFailedError, type Expectation, type Table } from './table';

/** What a version is made from. */
export interface NewVersion {
  readonly kind: string;
  readonly scopeId: string;
  readonly id: string;
  readonly version: string;
  /** What the head names that this version is to replace. */
  readonly previous: string | undefined;
  readonly source: Version['source'];
  readonly changedAt: string | undefined;
  /** Of what an event brought in. */
  readonly times: EventTimes | undefined;
  readonly normaliser: number;
  /** Absent for a tombstone. */
  readonly payload: Payload | undefined;
}

/** A head before its `check` is computed; the readable columns of its kind stand beside the rest. */
export type NewHead = Key & Omit<Head, 'check'>;

/**
 * The vault of one domain in one Region: items by their meaning. The order of writes is `writer.ts`. A version past
 * its `expiresAt` is absent here, however late DynamoDB removes it.
 */
export class Vault {
  readonly keys: VaultKeys;
  private horizonRead: Promise<Horizon | undefined> | undefined;

  constructor(
    readonly table: Table,
    readonly domainId: string,
    /** Milliseconds since the epoch. */
    readonly now: () => number = Date.now,
  ) {
    this.keys = new VaultKeys(domainId);
  }

  async head(scope: ScopeRef, id: string): Promise<Head | undefined> {
    const item = await this.table.get(this.keys.head(scope, id));
    return item === undefined ? undefined : verified(headSchema, item);
  }

  /** Every head of a scope, live and deleted, in order of its sort key; only those beyond `after`, if given. */
  async *heads(scope: ScopeRef, after?: string): AsyncGenerator<Head> {
    const options = after === undefined ? {} : { after };
    for await (const item of this.table.query(this.keys.heads(scope), options)) {
      yield verified(headSchema, item);
    }
  }

  /** Heads of a scope whose ids begin with `prefix`, but for ids too long to stand in a key. */
  async *headsUnder(scope: ScopeRef, prefix: string): AsyncGenerator<Head> {
    const options = { prefix: this.keys.headPrefix(prefix) };
    for await (const item of this.table.query(this.keys.heads(scope), options)) {
      yield verified(headSchema, item);
    }
  }

  async newestVersion(kind: string, id: string): Promise<Version | undefined> {
    const item = await this.table.first(this.keys.versions(kind, id), { descending: true });
    return item === undefined ? undefined : this.present(item);
  }

  async version(kind: string, id: string, version: string): Promise<Version | undefined> {
    const item = await this.table.get(this.keys.version(kind, id, version));
    return item === undefined ? undefined : this.present(item);
  }

  /** The history of a resource, oldest first. */
  async *versions(kind: string, id: string): AsyncGenerator<Version> {
    for await (const item of this.table.query(this.keys.versions(kind, id))) {
      const version = this.present(item);
      if (version !== undefined) yield version;
    }
  }

  /**
   * What a head named at an instant, found along `previous` from what it names now. Versions beside that line
   * were never current: their writer lost a race, or died before it put the head. Where the line was collected,
   * what is left below the gap is of the line alone. Throws MissingItemError.
   */
  async versionAt(kind: string, head: Head, instant: string): Promise<Version | undefined> {
    let after: Version | undefined;
    let next: string | undefined = head.version;
    while (next !== undefined) {
      const version: Version | undefined = await this.version(kind, head.id, next);
      if (version === undefined) {
        if (after === undefined || !(await this.mayBeCollected(next, after, instant)))
          throw new MissingItemError(this.keys.version(kind, head.id, next));
        return this.newestUpTo(kind, head.id, after.scope, instant);
      }
      if (versionParts(version.sk).validFrom <= instant) return version;
      after = version;
      next = version.previous;
    }
    return undefined;
  }

  /**
   * What has been given up, as it was when first asked for: whatever was marked since stays for longer than this
   * object lives.
   */
  horizon(): Promise<Horizon | undefined> {
    this.horizonRead ??= readHorizon(this).catch((error: unknown) => {
      this.horizonRead = undefined;
      throw error;
    });
    return this.horizonRead;
  }

  private present(item: Attributes): Version | undefined {
    const version = verified(versionSchema, item);
    return isExpired(version, this.now()) ? undefined : version;
  }

  /** May a version not be there because it was collected? Never the one that was valid at a readable instant. */
  private async mayBeCollected(version: string, after: Version, instant: string): Promise<boolean> {
    const horizon = await this.horizon();
    if (horizon === undefined || versionParts(version).validFrom <= instant) return false;
    return versionParts(after.sk).validFrom <= horizon.at;
  }

  private async newestUpTo(
    kind: string,
    id: string,
    scopeId: string,
    instant: string,
  ): Promise<Version | undefined> {
    // Above every version of that instant, whatever run wrote it.
    const upTo = versionOf(instant, '~');
    for await (const item of this.table.query(this.keys.versions(kind, id), { upTo, descending: true })) {
      const version = this.present(item);
      // What is marked, no readable instant shows, or no head has ever named.
      if (version?.scope === scopeId && version.expiresAt === undefined) return version;
    }
    return undefined;
  }

  /** The content of a version, its parts joined and its hash confirmed. Throws CorruptItemError. */
  async payload(kind: string, version: Version): Promise<Payload> {
    const bytes = version.payload ?? (await this.joinedParts(kind, version));
    const payload = this.decoded(version, bytes);
    if (hashOf(payload.record) !== version.hash) {
      throw new CorruptItemError(`Item ${version.pk} ${version.sk}: the payload does not match its hash`);
    }
    return payload;
  }

  private decoded(version: Version, bytes: Uint8Array): Payload {
    try {
      return decodeJson(bytes) as Payload;
    } catch (error) {
      throw new CorruptItemError(`Item ${version.pk} ${version.sk}: the payload can not be decoded`, {
        cause: error,
      });
    }
  }

  private async joinedParts(kind: string, version: Version): Promise<Uint8Array> {
    const described = version.parts;
    if (described === undefined)
      throw new CorruptItemError(`Item ${version.pk} ${version.sk} has no payload`);
    const collected: Uint8Array[] = [];
    for (let number = 1; number <= described.count; number++) {
      const key = this.keys.part(kind, version.id, version.sk, number);
      const item = await this.table.get(key);
      if (item === undefined) throw new MissingItemError(key);
      collected.push(verified(partSchema, item).bytes);
    }
    const joined = Buffer.concat(collected);
    if (joined.length !== described.length || sha256(joined) !== described.hash) {
      throw new CorruptItemError(`The parts of ${version.pk} ${version.sk} do not match their hash`);
    }
    return joined;
  }

  /** Writes parts, then the version: without it they are rubbish, and it never stands without them. */
  async putVersion(next: NewVersion): Promise<Version> {
    const { kind, id, version } = next;
    const bytes = next.payload && encodeJson(next.payload as unknown as Json);
    const split = bytes !== undefined && bytes.length > largestInlinePayload ? slices(bytes) : undefined;
    for (const [index, slice] of (split ?? []).entries()) {
      await this.table.put(checked({ ...this.keys.part(kind, id, version, index + 1), bytes: slice }));
    }
    const item = checked({
      ...this.keys.version(kind, id, version),
      id,
      hash: next.payload === undefined ? tombstoneHash : hashOf(next.payload.record),
      state: next.payload === undefined ? ('DELETED' as const) : ('LIVE' as const),
      scope: next.scopeId,
      previous: next.previous,
      source: next.source,
      changedAt: next.changedAt,
      ...next.times,
      normaliser: next.normaliser,
      facets: facetHashes(next.payload?.facets ?? {}),
      payload: split === undefined ? bytes : undefined,
      parts:
        split === undefined || bytes === undefined
          ? undefined
          : { count: split.length, length: bytes.length, hash: sha256(bytes) },
    });
    await this.putOnce(item);
    return versionSchema.parse(item);
  }

  /**
   * Puts an item where nothing may stand yet. A put whose answer was lost is repeated by the SDK and finds
   * itself: an item with the same check is this one.
   */
  async putOnce(item: Key & { readonly check: string }): Promise<void> {
    try {
      await this.table.put({ ...item }, { absent: true });
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
      const there = await this.table.get(item);
      if (there?.check !== item.check) throw error;
    }
  }

  /** Puts a head, within `longest` ms, on condition that the head read before still stands. False: somebody was faster. */
  async putHead(head: NewHead, read: Head | undefined, longest: number): Promise<boolean> {
    const item = checked({ ...head });
    const expected: Expectation =
      read === undefined ? { absent: true } : { attribute: 'version', equals: read.version };
    try {
      await this.table.put(item, expected, longest);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
      const there = await this.table.get({ pk: head.pk, sk: head.sk });
      return there?.check === item.check;
    }
  }

  /**
   * Registers a scope before its first head: this is where every reader of the vault starts. True if it was not
   * there: then nothing of it can be.
   */
  async registerScope(scope: ScopeRef, firstSeenAt: string): Promise<boolean> {
    const key = this.keys.scope(scope);
    if ((await this.table.get(key)) !== undefined) return false;
    try {
      await this.table.put(checked({ ...key, ...scope, firstSeenAt }), { absent: true });
      return true;
    } catch (error) {
      // Somebody else registered it in between: that is the wish.
      if (!(error instanceof ConditionFailedError)) throw error;
      return false;
    }
  }

  async scopes(): Promise<ScopeRef[]> {
    const found: ScopeRef[] = [];
    for await (const item of this.table.query(this.keys.scopes())) {
      const { kind, scopeId } = verified(scopeSchema, item);
      found.push({ kind, scopeId });
    }
    return found;
  }

  async writer(): Promise<Writer | undefined> {
    const item = await this.table.get(this.keys.control('writer'));
    return item === undefined ? undefined : verified(writerSchema, item);
  }

  async lease(): Promise<Lease | undefined> {
    const item = await this.table.get(this.keys.control('lease'));
    return item === undefined ? undefined : leaseSchema.parse(item);
  }
}

/** Hash of a tombstone: of the JSON value null, which no resource is. */
export const tombstoneHash = hashOf(null);

/** The hash of each facet. */
export function facetHashes(facets: Readonly<Record<string, Json>>): Record<string, string> {
  return Object.fromEntries(Object.entries(facets).map(([name, value]) => [name, hashOf(value)]));
}
