import { createHash } from 'node:crypto';
import { type DataZoneClient, ListDomainsCommand } from '@aws-sdk/client-datazone';
import type { Kind } from '../catalog/kind';
import { undrilledKinds } from '../catalog/registry';
import type { RestoreTarget } from '../catalog/restoration';
import { changeDrill, type Drill, drills, openDrill, readDrill } from '../vault/drill';
import { readManifest } from '../vault/manifest';
import { provenSnapshots } from '../vault/proof';
import type { Vault } from '../vault/vault';
import { askForDomain, awaitDomain, creationOf, type DomainNeeds, sent } from './create-domain';
import { NothingProvenError } from './instant';
import { type Applying, applyRestore, keepPlan, planRestore, verifyRestored } from './restore';
import { NoSuchRestoreError, RestoreRun, tallyOf } from './restore-run';
import { runIdOf } from './run-id';
import type { SelectionSettings } from './selection';
import { drillTag, tearDown } from './tear-down';
import type { Verdict } from './verify-restore';

export interface DrillArgs {
  /** The source's vault; its Region is the one that restores. */
  readonly vault: Vault;
  /** DataZone of that Region. */
  readonly client: DataZoneClient;
  readonly openTarget: (domainId: string) => RestoreTarget;
  /** Profile, in a scratch domain, of the role that restores. */
  readonly restorer: (target: RestoreTarget) => Promise<string | undefined>;
  readonly kinds: readonly Kind[];
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What is restored into a scratch domain: that may reach nothing outside of itself. */
const drillSelection: SelectionSettings = { excludeKinds: undrilledKinds, metadataOnly: true };

/** So long, in ms, the service surely knows the token of a request again; AWS does not say how long it does. */
const tokenLasts = 10 * 60_000;

/** A drill that is older than this, in ms, is under way no more: the state machine ends one before. */
export const longestDrill = 24 * 3600_000;

/**
 * Notes that the newest snapshot that is proven in this Region is to be restored into a scratch domain. Throws
 * NothingProvenError.
 */
export async function beginDrill(
  { vault, now }: Pick<DrillArgs, 'vault' | 'now'>,
  startedAt: string,
  needs: DomainNeeds,
): Promise<Drill> {
  for await (const { startedAt: snapshot, cutAt: instant } of provenSnapshots(vault)) {
    const creation = creationOf(needs, {
      name: `drill-${startedAt.replace(/[:.]/g, '-')}`,
      description: 'Scratch of a drill of datazone-resilience: it is deleted when the drill ends',
      tags: { [drillTag]: vault.domainId },
      clientToken: createHash('sha256').update(`${vault.domainId} ${startedAt}`).digest('hex').slice(0, 32),
    });
    const begunAt = new Date(now()).toISOString();
    return openDrill(vault, { startedAt, begunAt, snapshot, instant, creation });
  }
  throw new NothingProvenError(
    `No snapshot is proven in ${vault.table.region} yet: prove one with dzr prove, or wait for the next proof`,
  );
}

/** Makes the scratch domain. Its id is noted before anything else is done. Throws DomainCreationFailedError. */
export async function createScratch(args: DrillArgs, startedAt: string): Promise<void> {
  const drill = await readDrill(args.vault, startedAt);
  const domainId =
    drill.domainId ?? (await noted(args.vault, drill, await askForDomain(args.client, drill.creation)));
  await awaitDomain(args, domainId);
}

/**
 * Notes the id of a scratch domain that was asked for by one who died before it could: the domain of that name, or,
 * while the service knows the request again, what that names. Where there is none, there is nothing to tear down.
 */
export async function noteScratch(
  { vault, client, now }: Pick<DrillArgs, 'vault' | 'client' | 'now'>,
  startedAt: string,
): Promise<void> {
  const drill = await readDrill(vault, startedAt);
  if (drill.domainId !== undefined || drill.tornDownAt !== undefined) return;
  const isFresh = now() - Date.parse(drill.begunAt) < tokenLasts;
  const domainId =
    (await domainCalled(client, drill.creation.name)) ??
    (isFresh ? await askForDomain(client, drill.creation) : undefined);
  if (domainId !== undefined) await noted(vault, drill, domainId);
  else await changeDrill(vault, drill, { tornDownAt: new Date(now()).toISOString() });
}

async function noted(vault: Vault, drill: Drill, domainId: string): Promise<string> {
  await changeDrill(vault, drill, { stage: drill.stage === 'INTENDED' ? 'CREATED' : drill.stage, domainId });
  return domainId;
}

async function domainCalled(client: DataZoneClient, name: string): Promise<string | undefined> {
  let nextToken: string | undefined;
  do {
    const input = { maxResults: 25, nextToken };
    const page = await sent('ListDomains', input, client.send(new ListDomainsCommand(input)));
    const found = page.items?.find((domain) => domain.name === name);
    if (found !== undefined) return found.id;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}

export async function planDrill(args: DrillArgs, startedAt: string): Promise<void> {
  const { drill, restoring } = await opened(args, startedAt);
  try {
    await runOf(args.vault, drill);
  } catch (error) {
    if (!(error instanceof NoSuchRestoreError)) throw error;
    const settings = { ...settingsOf(drill), conflicts: 'update', targetRegion: drill.region } as const;
    const planned = await planRestore(restoring, settings);
    // Named after the drill, so that what it leaves in the vault can be found by that alone.
    await keepPlan({ ...restoring, now: () => Date.parse(startedAt) }, settings, planned);
  }
}

/** Restores until the time is nearly spent. */
export async function applyDrill(
  args: DrillArgs,
  startedAt: string,
  applying: Applying = {},
): Promise<{ readonly more: boolean }> {
  const { drill, restoring } = await opened(args, startedAt);
  const run = await runOf(args.vault, drill);
  if (run.header.status !== 'PLANNED' && run.header.status !== 'RUNNING') return { more: false };
  const { more } = await applyRestore(restoring, run, applying);
  return { more };
}

/** Compares the scratch domain with the vault, and notes what came of it and how long it took. */
export async function verifyDrill(args: DrillArgs, startedAt: string): Promise<Drill> {
  const { drill, restoring } = await opened(args, startedAt);
  const { header, ...run } = await runOf(args.vault, drill).then(async (opened) => ({
    header: opened.header,
    outcomes: tallyOf(await opened.outcomes()),
  }));
  const verdict = await verifyRestored(restoring, settingsOf(drill), restoring.restorer);
  const { byOthers } = verdict.extras;
  const differences = [...verdict.differences, ...byOthers.map((line) => `${line} is there beside`)];
  const manifest = await readManifest(args.vault, drill.snapshot);
  const endedAt = args.now();
  return changeDrill(args.vault, drill, {
    stage: 'ENDED',
    endedAt: new Date(endedAt).toISOString(),
    // Nobody else works in a scratch domain.
    equal: verdict.equal && byOthers.length === 0,
    seconds: (endedAt - Date.parse(drill.begunAt)) / 1000,
    restore: { status: header.status, totals: header.totals, outcomes: run.outcomes },
    differences: differences.slice(0, 100),
    notDrilled: notDrilled(manifest?.kinds ?? {}, verdict),
  });
}

/** Notes the end of a drill, and why it came before the comparison. */
export async function endDrill(
  { vault, now }: Pick<DrillArgs, 'vault' | 'now'>,
  startedAt: string,
  failure?: string,
): Promise<Drill> {
  const drill = await readDrill(vault, startedAt);
  if (drill.stage === 'ENDED' && (failure === undefined || drill.failure !== undefined)) return drill;
  return changeDrill(vault, drill, {
    stage: 'ENDED',
    endedAt: drill.endedAt ?? new Date(now()).toISOString(),
    failure: (failure ?? 'it did not come to its end').slice(0, 1000),
  });
}

export function outcomeOf({ equal, failure }: Drill): 'equal' | 'not-equal' | 'failed' {
  if (failure !== undefined || equal === undefined) return 'failed';
  return equal ? 'equal' : 'not-equal';
}

/** Drills of this Region whose scratch domain was left, the oldest first; those of at least some age, in ms. */
export async function abandonedDrills(
  { vault, now }: Pick<DrillArgs, 'vault' | 'now'>,
  age = longestDrill,
): Promise<Drill[]> {
  const found: Drill[] = [];
  for await (const drill of drills(vault)) {
    const isOld = Date.parse(drill.startedAt) + age <= now();
    if (drill.region === vault.table.region && drill.tornDownAt === undefined && isOld) found.push(drill);
  }
  return found.reverse();
}

/** Tears down what a drill left, whatever it came to. */
export async function cleanUp(args: DrillArgs, startedAt: string): Promise<Drill> {
  await noteScratch(args, startedAt);
  await tearDown(args, startedAt);
  return endDrill(args, startedAt);
}

/** A whole drill in one process. Whatever happens, the scratch domain is torn down, and the outcome noted. */
export async function drill(
  args: DrillArgs,
  startedAt: string,
  needs: DomainNeeds,
  progress: (step: string) => void = () => undefined,
): Promise<Drill> {
  const { snapshot } = await beginDrill(args, startedAt, needs);
  const failures: unknown[] = [];
  try {
    progress(`makes a scratch domain for snapshot ${snapshot}`);
    await createScratch(args, startedAt);
    progress('plans');
    await planDrill(args, startedAt);
    progress('restores');
    await applyDrill(args, startedAt);
    progress('compares');
    await verifyDrill(args, startedAt);
  } catch (error) {
    failures.push(error);
  }
  try {
    progress('tears the scratch domain down');
    await noteScratch(args, startedAt);
    await tearDown(args, startedAt);
  } catch (error) {
    failures.push(error);
  }
  const [failure] = failures;
  const why = failure instanceof Error ? `${failure.name}: ${failure.message}` : failure && String(failure);
  return endDrill(args, startedAt, why as string | undefined);
}

async function opened(args: DrillArgs, startedAt: string) {
  const drill = await readDrill(args.vault, startedAt);
  const { domainId } = drill;
  if (domainId === undefined) throw new NoSuchRestoreError(`drill ${startedAt} has no scratch domain yet`);
  const { vault, kinds, now } = args;
  const target = args.openTarget(domainId);
  return { drill, restoring: { vault, kinds, now, target, restorer: await args.restorer(target) } };
}

function runOf(vault: Vault, { startedAt, domainId = '' }: Drill): Promise<RestoreRun> {
  return RestoreRun.open(vault, runIdOf(startedAt, domainId));
}

function settingsOf({ instant }: Drill) {
  return { instant, selection: drillSelection, mapping: undefined };
}

function notDrilled(
  kinds: Readonly<Record<string, { readonly count: number }>>,
  verdict: Verdict,
): Record<string, number> {
  const counts = Object.entries(kinds).map(([kind, { count }]): [string, number] => {
    const { equal = 0, different = 0, missing = 0 } = verdict.kinds[kind] ?? {};
    return [kind, count - equal - different - missing];
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
