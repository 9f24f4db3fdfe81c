import { sha256 } from './canonical';
import { type Decision, decidable, decide, snapshots } from './decisions';
import { CorruptItemError, type Head, headSchema, type Version } from './items';
import type { ScopeRef } from './keys';
import type { Vault } from './vault';
import { type Observation, VaultWriter } from './writer';

export interface Rejection {
  readonly decision: Decision;
  /** Resources that were brought back by this call. */
  readonly restored: number;
}

/**
 * Rejects the newest HELD snapshot, and with it those before it: what was deleted since the last snapshot that was
 * not held gets a new version with the content before, by the usual order of writes. The decision is written last,
 * so that a call that died can be repeated. The next run finds gone again what the domain does not have by then, and
 * is HELD again.
 *
 * @throws UndecidableError
 */
export async function reject(
  vault: Vault,
  startedAt: string,
  by: string,
  reason: string,
): Promise<Rejection> {
  if ((await decidable(vault, startedAt, 'REJECTED')) !== undefined)
    return { decision: await decide(vault, startedAt, 'REJECTED', by, reason), restored: 0 };
  const since = await lastCutBefore(vault, startedAt);
  const runId = sha256(`reject ${startedAt}`).slice(0, 8);
  const writer = new VaultWriter(vault, { runId, source: 'reject' }, vault.now);
  let restored = 0;
  for (const scope of await vault.scopes()) {
    for await (const head of vault.heads(scope)) {
      if (head.state === 'LIVE' || head.validFrom <= since) continue;
      const outcome = await writer.write(scope, head.id, (now) => contentBefore(vault, scope, now ?? head));
      if (outcome !== 'unchanged') restored++;
    }
  }
  return { decision: await decide(vault, startedAt, 'REJECTED', by, reason), restored };
}

/** The cut of the last snapshot before `startedAt` that is not held; what came after it is in doubt. */
async function lastCutBefore(vault: Vault, startedAt: string): Promise<string> {
  for await (const { manifest, status } of snapshots(vault)) {
    if (manifest.startedAt > startedAt || manifest.cutAt === undefined || status === 'HELD') continue;
    return manifest.cutAt;
  }
  return '';
}

/** What a resource was before it was deleted; what it is, if it came back in the meantime. */
async function contentBefore(vault: Vault, { kind }: ScopeRef, head: Head): Promise<Observation> {
  const version = await lastLive(vault, kind, head);
  const { record, facets } = await vault.payload(kind, version);
  return {
    record,
    facets,
    columns: columnsOf(head),
    normaliser: version.normaliser,
    renormalise: (content) => content,
    ...(version.changedAt === undefined ? {} : { changedAt: Date.parse(version.changedAt) }),
  };
}

async function lastLive(vault: Vault, kind: string, head: Head): Promise<Version> {
  let next: string | undefined = head.version;
  while (next !== undefined) {
    const version: Version | undefined = await vault.version(kind, head.id, next);
    if (version?.state === 'LIVE') return version;
    next = version?.previous;
  }
  throw new CorruptItemError(`${head.pk} ${head.sk} has no content before its deletion`);
}

/** What stands beside a head's own attributes. */
function columnsOf(head: Head): Record<string, string | number> {
  const own = Object.keys(headSchema.shape);
  return Object.fromEntries(
    Object.entries(head).flatMap(([name, value]) =>
      own.includes(name) || (typeof value !== 'string' && typeof value !== 'number') ? [] : [[name, value]],
    ),
  );
}
