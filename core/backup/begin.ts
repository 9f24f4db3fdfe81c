import * as z from 'zod';
import type { DomainVersion, Kind } from '../catalog/kind';
import type { DomainSource } from '../catalog/source';
import { checked, type Lease, type Writer } from '../vault/items';
import type { ScopeRef } from '../vault/keys';
import { openManifest } from '../vault/manifest';
import { ConditionFailedError } from '../vault/table';
import type { Vault } from '../vault/vault';
import { acquireLease, type Executions } from './lease';
import type { Run } from './run';
import { type SelectedProjects, selectedKinds, selectedProjects, selectionSchema } from './selection';
import { refuseSkew } from './skew';
import { sliceOf } from './slice';
import { type GroupState, Work } from './work';

/** What the state machine's definition tells `begin` from the configuration. */
export const beginSettingsSchema = selectionSchema.extend({
  maxConcurrency: z.number().int().positive(),
});

export type BeginResult =
  | { readonly status: 'RUNNING'; readonly run: Run; readonly groups: readonly number[] }
  | { readonly status: 'SKIPPED'; readonly reason: string; readonly holder: string };

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
  given: z.input<typeof beginSettingsSchema>,
): Promise<BeginResult> {
  const settings = beginSettingsSchema.parse(given);
  const domain = await readDomain(source);
  const kinds = selectedKinds(kindsOf(domain.version), settings);
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
  const scopes = await scopesOf(vault, kinds, await selectedProjects(source, settings));
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

/** Scopes of the domain first, then those of the projects; registered scopes of vanished projects among them. */
async function scopesOf(
  vault: Vault,
  kinds: readonly Kind[],
  projects: SelectedProjects,
): Promise<ScopeRef[]> {
  const scopes: ScopeRef[] = kinds
    .filter((kind) => kind.scope === 'domain')
    .map((kind) => ({ kind: kind.name, scopeId: vault.domainId }));
  const ofProjects = kinds.filter((kind) => kind.scope === 'project');
  for (const project of projects.ids) {
    scopes.push(...ofProjects.map((kind) => ({ kind: kind.name, scopeId: project })));
  }
  const vanished = (await vault.scopes()).filter(
    ({ kind, scopeId }) => ofProjects.some(({ name }) => name === kind) && projects.mayHaveVanished(scopeId),
  );
  return [...scopes, ...vanished];
}

/**
 * Scopes dealt out over the groups, in the order of the kinds: each family of the domain's kinds has a group of its
 * own, and all scopes of one project are in one, by the hash of its id. So a scope has the same group in whatever
 * attempt, is never in two, and one worker has what is listed under others after those.
 */
function grouped(
  scopes: readonly ScopeRef[],
  domainId: string,
  kinds: readonly Kind[],
): ReadonlyMap<number, GroupState> {
  const families = familiesOf(kinds.filter(({ scope }) => scope === 'domain'));
  const order = new Map(kinds.map(({ name }, position) => [name, position]));
  const rank = ({ kind }: ScopeRef) => order.get(kind) ?? 0;
  const byProject = new Map<string, ScopeRef[]>();
  for (const scope of scopes) {
    const own = byProject.get(scope.scopeId) ?? [];
    own.push(scope);
    byProject.set(scope.scopeId, own);
  }
  const groups = new Map<number, GroupState>();
  for (const [scopeId, own] of byProject) {
    for (const scope of own.sort((a, b) => rank(a) - rank(b))) {
      const number =
        scopeId === domainId
          ? families.findIndex((family) => family.has(scope.kind))
          : families.length + sliceOf(scopeId, mostGroups - families.length);
      const group = groups.get(number) ?? { scopes: [] };
      group.scopes.push({ ...scope, status: 'PENDING' });
      groups.set(number, group);
    }
  }
  return groups;
}

/** Kinds that are connected by parentage, directly or through others; each with the names of one family. */
function familiesOf(kinds: readonly Kind[]): Set<string>[] {
  let families: Set<string>[] = [];
  for (const { name, parentage } of kinds) {
    const kin = new Set([name, ...(parentage?.kinds ?? [])]);
    const isKin = (family: Set<string>) => [...kin].some((member) => family.has(member));
    const joined = families.filter(isKin).flatMap((family) => [...family]);
    families = [...families.filter((family) => !isKin(family)), new Set([...joined, ...kin])];
  }
  return families;
}
