import * as z from 'zod';
import { Digest } from './digest';
import type { Finding } from './finding';
import { CorruptItemError, headSchema, MissingItemError, verified } from './items';
import { type Key, type ScopeRef, segment } from './keys';
import { scopeText } from './manifest';
import { type Held, resourceAt } from './point-in-time';
import type { Attributes } from './table';
import type { Vault } from './vault';

/** What the vault has of one kind at an instant. */
export const kindRecountSchema = z.object({
  count: z.number().int(),
  digest: z.string().length(64),
  /** Resources that could not be read, or whose content does not stand in this Region. */
  damaged: z.number().int(),
});
export type KindRecount = z.infer<typeof kindRecountSchema>;

/** Sums over the scopes up to one of them, in order. */
export const recountSchema = z.object({
  /** Text of the last scope that is in; empty before the first. */
  after: z.string(),
  kinds: z.record(z.string(), kindRecountSchema),
});
export type Recount = z.infer<typeof recountSchema>;

export interface RecountOptions {
  /** Where an earlier call stopped. */
  readonly from?: Recount | undefined;
  readonly timeIsUp?: () => boolean;
  /** Told of each damaged item, by its key. */
  readonly report?: (finding: Finding) => void;
}

/** DynamoDB's BatchGetItem takes as many keys. */
const keysAtOnce = 100;
const nothing: KindRecount = { count: 0, digest: new Digest().toString(), damaged: 0 };

/**
 * Computes counts and digests at an instant from this Region's table alone, as commit did when it signed them, and
 * looks besides whether the version behind each resource, and all its parts, are there. `done` is false where the
 * time was up: call again `from` what this one gives.
 */
export async function recount(
  vault: Vault,
  instant: string,
  { from, timeIsUp, report }: RecountOptions = {},
): Promise<Recount & { readonly done: boolean }> {
  const kinds: Record<string, KindRecount> = { ...from?.kinds };
  let after = from?.after ?? '';
  const scopes = new Map((await vault.scopes()).map((scope) => [scopeText(scope), scope]));
  const open = [...scopes].filter(([text]) => text > after).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [position, [text, scope]] of open.entries()) {
    const sum = await new ScopeRecount(vault, scope, instant, report).sum();
    kinds[scope.kind] = added(kinds[scope.kind] ?? nothing, sum);
    after = text;
    if (position + 1 < open.length && timeIsUp?.() === true) return { after, kinds, done: false };
  }
  return { after, kinds, done: true };
}

/** What a manifest says of a kind that no scope is registered of. */
export function recountOf(kinds: Readonly<Record<string, KindRecount>>, kind: string): KindRecount {
  return kinds[kind] ?? nothing;
}

function added(one: KindRecount, other: KindRecount): KindRecount {
  return {
    count: one.count + other.count,
    digest: Digest.sumOf(one.digest, other.digest),
    damaged: one.damaged + other.damaged,
  };
}

class ScopeRecount {
  private readonly digest = new Digest();
  private damaged = 0;
  private waiting: Held[] = [];

  constructor(
    private readonly vault: Vault,
    private readonly scope: ScopeRef,
    private readonly instant: string,
    private readonly report: (finding: Finding) => void = () => undefined,
  ) {}

  async sum(): Promise<KindRecount> {
    for await (const item of this.vault.table.query(this.vault.keys.heads(this.scope))) {
      await this.takeHead(item);
      if (this.waiting.length === keysAtOnce) await this.lookForVersions();
    }
    await this.lookForVersions();
    return { count: this.digest.count, digest: this.digest.toString(), damaged: this.damaged };
  }

  private async takeHead(item: Attributes): Promise<void> {
    const key = { pk: String(item.pk), sk: String(item.sk) };
    try {
      const head = verified(headSchema, item);
      if (segment(head.id) !== head.sk) {
        return this.damage('misplaced', key, `The head is of ${head.id}, and stands under another id`);
      }
      const held = await resourceAt(this.vault, this.scope, head, this.instant);
      if (held === undefined || !held.live) return;
      this.digest.add(this.scope.kind, this.scope.scopeId, held.id, held.hash);
      this.waiting.push(held);
    } catch (error) {
      if (error instanceof MissingItemError) this.damage('missing version', error.key, error.message);
      else if (error instanceof CorruptItemError) this.damage('corrupt', key, error.message);
      else throw error;
    }
  }

  private async lookForVersions(): Promise<void> {
    const { kind, scopeId } = this.scope;
    const wanted = this.waiting.map((held) => ({
      held,
      key: this.vault.keys.version(kind, held.id, held.version),
    }));
    this.waiting = [];
    const found = await itemsAt(
      this.vault,
      wanted.map(({ key }) => key),
    );
    const parts: Key[] = [];
    for (const { held, key } of wanted) {
      const version = found.get(keyText(key));
      if (version === undefined) {
        this.damage(
          'missing version',
          key,
          `The head of ${kind} ${held.id} names a version that is not there`,
        );
      } else if (version.hash !== held.hash || version.state !== 'LIVE' || version.scope !== scopeId) {
        this.damage('head differs', key, `The head of ${kind} ${held.id} says otherwise than its version`);
      }
      for (let number = 1; number <= partsOf(version); number++) {
        parts.push(this.vault.keys.part(kind, held.id, held.version, number));
      }
    }
    const there = await itemsAt(this.vault, parts);
    for (const key of parts) {
      if (!there.has(keyText(key)))
        this.damage('missing part', key, 'A version names a part that is not there');
    }
  }

  private damage(problem: Finding['problem'], key: Key, text: string): void {
    this.damaged += 1;
    this.report({ problem, key, text });
  }
}

/** What is needed of a version to say whether it is the one that is meant, and of any item whether it has expired. */
const told = ['pk', 'sk', 'hash', 'state', 'scope', 'parts', 'expiresAt'];

/** The items that there are at these keys, by {@link keyText}. */
export async function itemsAt(vault: Vault, keys: readonly Key[]): Promise<ReadonlyMap<string, Attributes>> {
  const distinct = new Map(keys.map((key) => [keyText(key), key]));
  const found = await vault.table.getMany([...distinct.values()], told);
  // What has expired is absent to every reader; DynamoDB deletes it when it comes to it.
  const there = found.filter(
    ({ expiresAt }) => !(typeof expiresAt === 'number' && expiresAt * 1000 <= vault.now()),
  );
  return new Map(there.map((item) => [keyText({ pk: String(item.pk), sk: String(item.sk) }), item]));
}

export function keyText({ pk, sk }: Key): string {
  return `${pk} ${sk}`;
}

function partsOf(version: Attributes | undefined): number {
  const parts = z.object({ count: z.number() }).safeParse(version?.parts);
  return parts.success ? parts.data.count : 0;
}
