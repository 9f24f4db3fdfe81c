import type { Head, Version } from './items';
import { type ScopeRef, versionParts } from './keys';
import type { Vault } from './vault';

/** How far back a vault is to stay whole. */
export interface Reach {
  /** Every instant from here on stays as it is. */
  readonly at: string;
  /** Instants before `at` that do so too. */
  readonly cuts: readonly string[];
}

/** What decides over a version: its content does not. */
type Link = Pick<Version, 'sk' | 'scope' | 'previous' | 'expiresAt'> & { readonly parts: number };

/** What was given up of one resource. */
export interface Collected {
  readonly marked: number;
  readonly removed: boolean;
}

const nothing: Collected = { marked: 0, removed: false };

/**
 * Lets end at `expiresAt`, in seconds since the epoch, whatever a resource has in one scope that no readable instant
 * shows; and removes the head of one that was deleted before, once that is all that is left of it. Can be repeated.
 */
export async function collectResource(
  vault: Vault,
  scope: ScopeRef,
  head: Head,
  reach: Reach,
  expiresAt: number,
): Promise<Collected> {
  const links = await linksOf(vault, scope, head);
  const { line, beside } = lineOf(head, links);
  // A damaged history is left as it is, for a person to look at.
  if (line.at(-1)?.sk !== head.version) return nothing;
  if (links.length === 1 && head.state === 'DELETED' && head.validFrom <= reach.at) {
    // The head first: a tombstone without one is met by no reader, a head without its version would be.
    const removed = await vault.table.remove(head, 'check', head.check);
    if (removed) await vault.table.expire(vault.keys.version(scope.kind, head.id, head.version), expiresAt);
    return { marked: removed ? 1 : 0, removed };
  }
  const passed = line.filter((link, index) => isPassed(link, line[index + 1], reach));
  // What was never current first: below a gap in the line, a reader takes what is left for the line.
  const doomed = [...beside.filter((link) => validFrom(link) < reach.at), ...passed];
  const open = doomed.filter((link) => link.expiresAt === undefined);
  for (const { sk, parts } of open) {
    for (let part = 1; part <= parts; part++) {
      await vault.table.expire(vault.keys.part(scope.kind, head.id, sk, part), expiresAt);
    }
    await vault.table.expire(vault.keys.version(scope.kind, head.id, sk), expiresAt);
  }
  return { marked: open.length, removed: false };
}

async function linksOf(vault: Vault, { kind, scopeId }: ScopeRef, head: Head): Promise<Link[]> {
  const links: Link[] = [];
  for await (const { sk, scope, previous, expiresAt, parts } of vault.versions(kind, head.id)) {
    if (scope === scopeId) links.push({ sk, scope, previous, expiresAt, parts: parts?.count ?? 0 });
  }
  return links;
}

/**
 * Parts the versions into what the head has named, oldest first, and what no head ever named. Below a gap, where
 * `previous` leads nowhere since an earlier collection, all that is not marked was named.
 */
function lineOf(head: Head, links: readonly Link[]): { line: readonly Link[]; beside: readonly Link[] } {
  const bySortKey = new Map(links.map((link) => [link.sk, link]));
  const named = new Set<string>();
  let next: string | undefined = head.version;
  for (let link = bySortKey.get(next); link !== undefined; link = bySortKey.get(next ?? '')) {
    named.add(link.sk);
    next = link.previous;
  }
  const gap = next;
  const isNamed = (link: Link) =>
    named.has(link.sk) || (gap !== undefined && link.sk < gap && link.expiresAt === undefined);
  return { line: links.filter(isNamed), beside: links.filter((link) => !isNamed(link)) };
}

/** Has a version been superseded before `reach.at`, and was it not current at one of the cuts? */
function isPassed(link: Link, successor: Link | undefined, { at, cuts }: Reach): boolean {
  if (successor === undefined) return false;
  const [from, until] = [validFrom(link), validFrom(successor)];
  return until <= at && !cuts.some((cut) => from <= cut && cut < until);
}

function validFrom({ sk }: Link): string {
  return versionParts(sk).validFrom;
}
