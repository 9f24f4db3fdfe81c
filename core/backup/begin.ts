import * as z from 'zod';
import type { DomainVersion, Kind } from '../catalog/kind';
import type { DomainSource } from '../catalog/source';
import { sha256 } from '../vault/canonical';
import { checked, type Lease, type Writer } from '../vault/items';
import type { ScopeRef } from '../vault/keys';
import { openManifest, scopeText } from '../vault/manifest';
import { ConditionFailedError } from '../vault/table';
import type { Vault } from '../vault/vault';
import { acquireLease, type Executions } from './lease';
import type { Run } from './run';
import { type GroupState, Work } from './work';

/** What the state machine's definition tells `begin` from the configuration. */
export const beginSettingsSchema = z.object({
  projects: z.union([z.literal('all'), z.array(z.string().min(1)).min(1)]),
  maxConcurrency: z.number().int().positive(),
});

export type BeginResult =
  | { readonly status: 'RUNNING'; readonly run: Run; readonly groups: readonly number[] }
  | { readonly status: 'SKIPPED'; readonly reason: string; readonly holder: string };

/** The clock of this function is off by more than a snapshot's order can bear. */
export class ClockSkewError extends Error {
  override readonly name = 'ClockSkewError';
}

/** The domain is not in a state in which it can be read. */
export class DomainUnavailableError extends Error {
  override readonly name = 'DomainUnavailableError';
}

/** Nobody here knows which Region writes, and the other one does not answer. */
export class PeerUnreachableError extends Error {
  override readonly name = 'RetryableError';
}

/** 100 groups at most: their results stay far below 256 KiB of state, their steps below 25,000 history events. */
const mostGroups = 100;
const mostSkew = 2000;

export interface BeginDependencies {
  readonly source: DomainSource & { serverClockOffset(): number | undefined };
  readonly vault: Vault;
  /** The same vault in the other Region. */
  readonly peer: Vault;
  readonly executions: Executions;
  readonly kindsOf: (version: DomainVersion) => readonly Kind[];
  readonly now: () => number;
}

/** Opens a run: clock, domain, writer, lease, scopes, manifest, in this order. Can be repeated for one execution. */
export async function begin(
  { source, vault, peer, executions, kindsOf, now }: BeginDependencies,
  execution: string,
  settings: z.infer<typeof beginSettingsSchema>,
): Promise<BeginResult> {
  const domain = await readDomain(source);
  refuseSkew(source.serverClockOffset());
  const writer = await activeWriter(vault, peer);
  if (writer.region !== vault.table.region) {
    return {
      status: 'SKIPPED',
      reason: `Region ${writer.region} writes this vault (epoch ${writer.epoch})`,
      holder: writer.region,
    };
  }
  const acquired = await acquireLease(vault, execution, executions, now);
  if (!acquired.taken) return skip(vault, execution, acquired.held, now);
  const { startedAt, runId } = acquired.lease;
  const allProjects = settings.projects === 'all';
  const run: Run = {
    domainId: vault.domainId,
    domainVersion: domain.version,
    startedAt,
    runId,
    execution,
    epoch: writer.epoch,
    allProjects,
  };
  await openManifest(vault, {
    status: 'RUNNING',
    startedAt,
    runId,
    execution,
    region: writer.region,
    epoch: writer.epoch,
    domainVersion: domain.version,
  });
  const projects = settings.projects === 'all' ? await listProjects(source) : settings.projects;
  const kinds = kindsOf(domain.version);
  const scopes = await scopesOf(vault, kinds, projects, allProjects);
  const work = new Work(vault, startedAt);
  for (const [number, group] of grouped(scopes, vault.domainId, kinds)) await work.openGroup(number, group);
  return { status: 'RUNNING', run, groups: (await work.groups()).map(({ number }) => number) };
}

async function readDomain(source: DomainSource): Promise<{ version: DomainVersion }> {
  const domain = await source.call('GetDomain', { identifier: source.domainId });
  if (domain.status !== 'AVAILABLE') {
    throw new DomainUnavailableError(`Domain ${source.domainId} is ${String(domain.status)}, not AVAILABLE`);
  }
  // Responses from before SageMaker Unified Studio carry no version.
  return { version: domain.domainVersion === 'V2' ? 'V2' : 'V1' };
}

function refuseSkew(offset: number | undefined): void {
  if (offset === undefined || Math.abs(offset) <= mostSkew) return;
  throw new ClockSkewError(
    `This function's clock is ${offset} ms away from DataZone's: no version is stamped by a clock that is off by more than ${mostSkew} ms`,
  );
}

/** Which Region may write: the newer of what both Regions say; a vault that nobody has written is taken by this one. */
async function activeWriter(vault: Vault, peer: Vault): Promise<Writer> {
  const [own, other] = await Promise.all([vault.writer(), reachable(() => peer.writer())]);
  if (other === unreachable) {
    if (own !== undefined) return own;
    throw new PeerUnreachableError('The other Region, which may hold the vault, cannot be reached');
  }
  if (own !== undefined && other !== undefined) return other.epoch > own.epoch ? other : own;
  return own ?? other ?? claimWriter(vault);
}

async function claimWriter(vault: Vault): Promise<Writer> {
  const item = checked({ ...vault.keys.control('writer'), region: vault.table.region, epoch: 1 });
  try {
    await vault.table.put(item, { absent: true });
    return item;
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    return (await vault.writer()) ?? item;
  }
}

const unreachable = 'unreachable';

/** Where the other Region cannot be reached, only the Region that holds the epoch here runs. */
async function reachable<T>(read: () => Promise<T>): Promise<T | typeof unreachable> {
  try {
    return await read();
  } catch (error) {
    // Being refused is a mistake in the set-up, not an outage: it must be seen.
    if (error instanceof Error && error.name === 'AccessDeniedException') throw error;
    return unreachable;
  }
}

async function skip(
  vault: Vault,
  execution: string,
  { execution: holder, startedAt: holderStartedAt }: Lease,
  now: () => number,
): Promise<BeginResult> {
  const reason = `Another run holds the domain's lease: ${holder}`;
  // Never the manifest that the holder is about to open.
  const startedAt = new Date(Math.max(now(), Date.parse(holderStartedAt) + 1)).toISOString();
  try {
    await openManifest(vault, {
      status: 'SKIPPED',
      startedAt,
      runId: 'skipped',
      execution,
      region: vault.table.region,
      reason,
    });
  } catch (error) {
    // In the same millisecond as another run: that one's manifest stands, ours is not needed.
    if (!(error instanceof ConditionFailedError)) throw error;
  }
  return { status: 'SKIPPED', reason, holder };
}

async function listProjects(source: DomainSource): Promise<string[]> {
  const ids: string[] = [];
  let nextToken: unknown;
  do {
    const page = await source.call('ListProjects', { maxResults: 50, ...(nextToken ? { nextToken } : {}) });
    for (const item of Array.isArray(page.items) ? page.items : []) {
      if (item !== null && typeof item === 'object' && 'id' in item && typeof item.id === 'string')
        ids.push(item.id);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return ids;
}

/** Scopes of the domain first, then those of the projects; registered scopes of vanished projects among them. */
async function scopesOf(
  vault: Vault,
  kinds: readonly Kind[],
  projects: readonly string[],
  allProjects: boolean,
): Promise<ScopeRef[]> {
  const scopes: ScopeRef[] = kinds
    .filter((kind) => kind.scope === 'domain')
    .map((kind) => ({ kind: kind.name, scopeId: vault.domainId }));
  const ofProjects = kinds.filter((kind) => kind.scope === 'project');
  for (const project of new Set(projects)) {
    scopes.push(...ofProjects.map((kind) => ({ kind: kind.name, scopeId: project })));
  }
  if (!allProjects) return scopes;
  const known = new Set(scopes.map(scopeText));
  const registered = await vault.scopes();
  const vanished = registered.filter(
    (scope) => !known.has(scopeText(scope)) && ofProjects.some((kind) => kind.name === scope.kind),
  );
  return [...scopes, ...vanished];
}

/**
 * Scopes dealt out over the groups: each kind of the domain has one of its own, those of the projects go by the
 * hash of their names. So a scope has the same group in whatever attempt, and is never in two.
 */
function grouped(
  scopes: readonly ScopeRef[],
  domainId: string,
  kinds: readonly Kind[],
): ReadonlyMap<number, GroupState> {
  const ofDomain = kinds.filter(({ scope }) => scope === 'domain').map(({ name }) => name);
  const groups = new Map<number, GroupState>();
  for (const scope of scopes) {
    const number =
      scope.scopeId === domainId
        ? ofDomain.indexOf(scope.kind)
        : ofDomain.length +
          (Number.parseInt(sha256(scopeText(scope)).slice(0, 8), 16) % (mostGroups - ofDomain.length));
    const { scopes: others = [] } = groups.get(number) ?? {};
    groups.set(number, { scopes: [...others, { ...scope, status: 'PENDING' }] });
  }
  return groups;
}
