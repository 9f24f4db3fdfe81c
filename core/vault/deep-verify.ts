import pMap from 'p-map';
import { hashOf } from './canonical';
import { Records } from './deep-records';
import { drillSchema } from './drill';
import { FindingList, type Problem } from './finding';
import { readHorizon } from './horizon';
import {
  CorruptItemError,
  checkOf,
  type Head,
  headSchema,
  MissingItemError,
  partSchema,
  scopeSchema,
  type Version,
  verified,
  versionSchema,
} from './items';
import { type Key, type ScopeRef, segment, versionParts } from './keys';
import { scopeText } from './manifest';
import { itemsAt, keyText } from './recount';
import type { Attributes, Slice } from './table';
import { facetHashes, tombstoneHash, type Vault } from './vault';
import { result, type Verification } from './verify';

export interface DeepOptions {
  /** Which part of the table is scanned; all parts of one `of`, run by run, are the whole. @default all of it */
  readonly slice?: Slice;
  /** Told of the items looked at so far, now and then. */
  readonly progress?: (items: number) => void;
}

/** Items that are looked at together. */
const itemsAtOnce = 100;
/** Payloads that are unpacked at once. */
const payloadsAtOnce = 8;
/** What was written so recently may be half of a write that is still under way, in ms. */
const young = 3600_000;

/**
 * Level deep: scans a slice of the table in this Region and looks at each item by itself (its `check`, its key, a
 * version's content) and at what it names: the version of a head, the head and the `previous` of a version down to
 * the horizon, the version of a part. Since every item is in exactly one slice, n-of-t runs look at everything.
 */
export async function verifyDeep(vault: Vault, { slice, progress }: DeepOptions = {}): Promise<Verification> {
  const findings = new FindingList();
  const scan = new DeepScan(vault, findings, await registered(vault), await horizonOf(vault));
  let batch: Attributes[] = [];
  let looked = 0;
  for await (const item of vault.table.scan(slice ?? { number: 1, of: 1 })) {
    if (!String(item.pk).startsWith(vault.keys.prefix)) continue;
    batch.push(item);
    if (batch.length < itemsAtOnce) continue;
    await scan.look(batch);
    looked += batch.length;
    progress?.(looked);
    batch = [];
  }
  await scan.look(batch);
  return result('deep', looked + batch.length, findings);
}

/** The scopes that are registered, as far as their items are sound: those that are not are found by the scan. */
async function registered(vault: Vault): Promise<readonly ScopeRef[]> {
  const scopes: ScopeRef[] = [];
  for await (const item of vault.table.query(vault.keys.scopes())) {
    const parsed = scopeSchema.safeParse(item);
    if (parsed.success) scopes.push(parsed.data);
  }
  return scopes;
}

/** As far as its item is sound: the scan finds it else. */
async function horizonOf(vault: Vault): Promise<string | undefined> {
  try {
    return (await readHorizon(vault))?.at;
  } catch (error) {
    if (error instanceof CorruptItemError) return undefined;
    throw error;
  }
}

/** What an item names, and how to judge what stands there. */
interface Named {
  readonly key: Key;
  readonly judge: (there: Attributes | undefined) => void;
}

class DeepScan {
  private readonly scopes: ReadonlySet<string>;
  private readonly kinds: ReadonlySet<string>;
  private readonly records: Records;
  /** Records that were found missing: many may name one. */
  private readonly missing = new Set<string>();
  private named: Named[] = [];

  constructor(
    private readonly vault: Vault,
    private readonly findings: FindingList,
    scopes: readonly ScopeRef[],
    private readonly horizon: string | undefined,
  ) {
    this.scopes = new Set(scopes.map((scope) => vault.keys.scope(scope).sk));
    this.kinds = new Set(scopes.map(({ kind }) => kind));
    this.records = new Records(vault, (startedAt) => this.isRecent(startedAt));
  }

  async look(items: readonly Attributes[]): Promise<void> {
    await pMap(items, (item) => this.lookAt(item), { concurrency: payloadsAtOnce });
    const { named } = this;
    this.named = [];
    const found = await itemsAt(
      this.vault,
      named.map(({ key }) => key),
    );
    for (const { key, judge } of named) judge(found.get(keyText(key)));
  }

  private async lookAt(item: Attributes): Promise<void> {
    const key = { pk: String(item.pk), sk: String(item.sk) };
    // What has expired is absent to every reader; DynamoDB deletes it when it comes to it.
    if (typeof item.expiresAt === 'number' && item.expiresAt * 1000 <= this.vault.now()) return;
    try {
      await this.lookAtSort(item, key);
    } catch (error) {
      if (error instanceof MissingItemError) this.find('missing part', key, error.message);
      else if (error instanceof CorruptItemError) this.find('corrupt', key, error.message);
      else throw error;
    }
  }

  private async lookAtSort(item: Attributes, key: Key): Promise<void> {
    const [first = '', second, third] = key.pk.slice(this.vault.keys.prefix.length).split('/');
    const kind = this.kinds.has(decodeURIComponent(first)) ? decodeURIComponent(first) : undefined;
    if (first === 'scopes') {
      this.lookAtScope(item, key);
    } else if (first.includes('@')) {
      this.lookAtHead(verified(headSchema, item), key, first);
    } else if (kind !== undefined && second !== undefined && third === undefined) {
      if (second.endsWith('#parts')) this.lookAtPart(item, key);
      else await this.lookAtVersion(verified(versionSchema, item), key, kind);
    } else if (key.pk === this.vault.keys.drills()) {
      verified(drillSchema, item);
    } else if (key.sk !== this.vault.keys.control('lease').sk) {
      if (checkOf(item) !== item.check)
        throw new CorruptItemError(`Item ${key.pk} ${key.sk} does not match its check`);
      await this.lookAtRecord(item, key);
    }
  }

  private async lookAtRecord(item: Attributes, key: Key): Promise<void> {
    for (const { key: wanted, problem, text } of await this.records.namedBy(item, key)) {
      this.names(wanted, (there) => {
        if (there !== undefined || this.missing.has(keyText(wanted))) return;
        this.missing.add(keyText(wanted));
        this.find(problem, wanted, text);
      });
    }
  }

  private lookAtScope(item: Attributes, key: Key): void {
    const scope = verified(scopeSchema, item);
    if (this.vault.keys.scope(scope).sk !== key.sk) {
      this.find('misplaced', key, `The item is of scope ${scopeText(scope)}`);
    }
  }

  private lookAtHead(head: Head, key: Key, scopeSegments: string): void {
    const kind = decodeURIComponent(scopeSegments.slice(0, scopeSegments.indexOf('@')));
    if (segment(head.id) !== key.sk) this.find('misplaced', key, `The head is of ${head.id}`);
    if (!this.scopes.has(scopeSegments)) {
      this.find('missing scope', key, `The scope ${scopeSegments} is not registered`);
    }
    if (this.isYoung(head.version)) return;
    this.names(this.vault.keys.version(kind, head.id, head.version), (version) => {
      if (version === undefined) {
        this.find(
          'missing version',
          key,
          `The head of ${kind} ${head.id} names ${head.version}, which is not there`,
        );
      } else if (version.hash !== head.hash || version.state !== head.state) {
        this.find(
          'head differs',
          key,
          `The head of ${kind} ${head.id} says otherwise than version ${head.version}`,
        );
      }
    });
  }

  private async lookAtVersion(version: Version, key: Key, kind: string): Promise<void> {
    const { id, scope, previous } = version;
    if (this.vault.keys.versions(kind, id) !== key.pk)
      this.find('misplaced', key, `The version is of ${kind} ${id}`);
    await this.lookAtContent(version, key, kind);
    if (this.isYoung(key.sk)) return;
    this.names(this.vault.keys.head({ kind, scopeId: scope }, id), (head) => {
      if (head === undefined)
        this.find('missing head', key, `No head of ${kind} ${id} stands in scope ${scope}`);
    });
    // What is older than the horizon may have been collected.
    if (
      previous === undefined ||
      (this.horizon !== undefined && versionParts(key.sk).validFrom <= this.horizon)
    )
      return;
    this.names(this.vault.keys.version(kind, id, previous), (there) => {
      if (there !== undefined) return;
      this.find(
        'missing version',
        key,
        `Version ${previous} of ${kind} ${id}, which came before, is not there`,
      );
    });
  }

  private async lookAtContent(version: Version, key: Key, kind: string): Promise<void> {
    if (version.state === 'DELETED') {
      if (version.hash !== tombstoneHash) this.find('payload', key, 'A tombstone has the hash of a content');
      return;
    }
    try {
      const { facets } = await this.vault.payload(kind, version);
      if (hashOf(facetHashes(facets)) !== hashOf(version.facets)) {
        this.find('payload', key, 'The facets do not match their hashes');
      }
    } catch (error) {
      if (error instanceof MissingItemError || !(error instanceof CorruptItemError)) throw error;
      this.find('payload', key, error.message);
    }
  }

  private lookAtPart(item: Attributes, key: Key): void {
    verified(partSchema, item);
    const version = key.sk.slice(0, key.sk.lastIndexOf('#'));
    if (this.isYoung(version)) return;
    this.names({ pk: key.pk.slice(0, -'#parts'.length), sk: version }, (there) => {
      if (there === undefined) this.find('stray part', key, 'The version of this part is not there');
    });
  }

  private isYoung(version: string): boolean {
    return this.isRecent(versionParts(version).validFrom);
  }

  private isRecent(instant: string): boolean {
    return this.vault.now() - Date.parse(instant) < young;
  }

  private names(key: Key, judge: Named['judge']): void {
    this.named.push({ key, judge });
  }

  private find(problem: Problem, key: Key, text: string): void {
    this.findings.add({ problem, key, text });
  }
}
