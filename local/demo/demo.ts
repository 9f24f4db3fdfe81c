import { Digest } from '../../core/vault/digest';
import { heldAt } from '../../core/vault/point-in-time';
import type { Vault } from '../../core/vault/vault';
import { type Comparison, compareVault } from '../compare/compare-vault';
import { changeDomain } from '../fixture/change-domain';
import { fillDomain } from '../fixture/fill-domain';
import { fillGovernance } from '../fixture/fill-governance';
import { hurried } from '../hurried';
import { type Flavour, type LocalCloud, startLocalCloud } from '../local-cloud';
import { Random } from '../random';
import { type ChangeCaptureResult, captureEdits } from './capture-edits';
import { dataZoneOf, vaultIn } from './clients';
import { disaster, type RestoreResult } from './disaster';
import { type MeasuredRun, measuredRun, type Snapshot } from './measured-run';
import type { Narrator } from './narrator';

export interface DemoOptions {
  readonly flavour: Flavour;
  readonly projects: number;
  readonly assets: number;
  readonly seed: number;
}

export interface DemoResult {
  readonly flavour: Flavour;
  /** Whether the vault, read in the secondary Region, held after each run exactly what the domain had. */
  readonly equal: boolean;
  readonly runs: readonly MeasuredRun[];
  readonly changeCapture: ChangeCaptureResult;
  readonly restore: RestoreResult;
}

/**
 * The main job, start to end: deploy, fill a domain, back it up on schedule, capture edits as events tell of them, work
 * in the domain, back it up again, and after each compare the vault with the domain; then lose domain and Region, and
 * restore both from the other one.
 */
export async function demo(options: DemoOptions, narrator: Narrator): Promise<DemoResult> {
  const projects = Array.from({ length: options.projects }, (_, index) => `Project ${index + 1}`);
  narrator.step(`Deploying the ${options.flavour} stack to this machine`);
  const config = { excludeKinds: [], requestRates: hurried };
  const cloud = await startLocalCloud({ flavour: options.flavour, projects, seed: options.seed, config });
  try {
    const { outputs, graph } = cloud;
    narrator.tell(`${graph.resources.filter(({ custom }) => custom).length} resources on ${cloud.endpoint}`);
    narrator.tell(
      `domain ${outputs.domainId}, vault ${outputs.tableName} in ${outputs.region} and ${outputs.secondaryRegion}`,
    );
    return await backUpTwice(options, cloud, narrator);
  } finally {
    await cloud.close();
  }
}

async function backUpTwice(options: DemoOptions, cloud: LocalCloud, narrator: Narrator): Promise<DemoResult> {
  const { datazone: service, administrator: caller, projectIds, outputs } = cloud;
  const random = new Random(options.seed);
  const inDomain = { service, caller, domainId: outputs.domainId, random };
  narrator.step(`Filling ${options.projects} projects with ${options.assets} assets each`);
  const filled = await fillDomain({
    ...inDomain,
    projectIds,
    assetsPerProject: options.assets,
    onProgress: (done) => narrator.progress(done),
  });
  fillGovernance({
    ...inDomain,
    isV2: options.flavour === 'smus',
    accountId: outputs.accountId,
    region: outputs.region,
    projects: filled,
  });

  narrator.step('The schedule fires: first backup');
  const first = await narrator.during(measuredRun(cloud));
  tellRun(narrator, first.run);
  const firstComparison = await compared(cloud, first.snapshot, narrator);

  const changeCapture = await captureEdits(cloud, filled, options.seed, narrator);

  narrator.step('People work in the domain');
  const changes = changeDomain({ ...inDomain, projects: filled });
  narrator.tell(`${changes.created} created, ${changes.changed} changed, ${changes.deleted} deleted`);

  narrator.step('The schedule fires: second backup');
  const second = await narrator.during(measuredRun(cloud));
  tellRun(narrator, second.run);
  const secondComparison = await compared(cloud, second.snapshot, narrator);

  narrator.step(`The first snapshot, computed again in ${outputs.secondaryRegion}`);
  const same = await sameDigests(vaultIn(cloud, outputs.secondaryRegion), first.snapshot);
  narrator.tell(
    same ? 'every count and digest as signed: yesterday is still whole' : 'it is NOT what was signed',
  );

  const restore = await disaster(cloud, second.snapshot.cutAt, narrator);
  const backedUp = firstComparison.equal && changeCapture.equal && secondComparison.equal && same;
  const equal = backedUp && restore.equal;
  return { flavour: options.flavour, equal, runs: [first.run, second.run], changeCapture, restore };
}

async function compared(cloud: LocalCloud, snapshot: Snapshot, narrator: Narrator): Promise<Comparison> {
  const { secondaryRegion } = cloud.outputs;
  narrator.step(`Comparing the vault's replica in ${secondaryRegion} with the domain`);
  const client = dataZoneOf(cloud);
  const vault = vaultIn(cloud, secondaryRegion);
  const comparison = await narrator.during(compareVault(client, vault, snapshot.cutAt, cloud.projectIds));
  const total = Object.values(comparison.compared).reduce((sum, count) => sum + count, 0);
  narrator.tell(comparison.equal ? `${total} resources, all equal` : `NOT equal, of ${total} resources:`);
  for (const difference of comparison.differences) narrator.tell(`  ${difference}`);
  return comparison;
}

async function sameDigests(vault: Vault, snapshot: Snapshot): Promise<boolean> {
  const digests = new Map<string, Digest>();
  for (const scope of await vault.scopes()) {
    const digest = digests.get(scope.kind) ?? new Digest();
    digests.set(scope.kind, digest);
    for await (const held of heldAt(vault, scope, snapshot.cutAt)) {
      if (held.live) digest.add(scope.kind, scope.scopeId, held.id, held.hash);
    }
  }
  return Object.entries(snapshot.kinds).every(([kind, { count, digest }]) => {
    const computed = digests.get(kind);
    return computed?.count === count && computed.toString() === digest;
  });
}

function tellRun(narrator: Narrator, run: MeasuredRun): void {
  const kinds = Object.entries(run.resources).map(([kind, count]) => `${count} ${kind}`);
  const calls = Object.entries(run.apiCalls).map(([operation, count]) => `${operation} ${count}`);
  const total = Object.values(run.apiCalls).reduce((sum, count) => sum + count, 0);
  narrator.tell(`${run.status} in ${run.seconds} s: ${kinds.join(', ')}`);
  narrator.tell(`${run.changed} created or changed, ${run.deleted} deleted since the snapshot before`);
  narrator.tell(`${total} calls to DataZone (${calls.join(', ')})`);
  narrator.tell(
    `${run.writeUnits} write units (both Regions), ${run.readUnits} read units, ${run.peakRssMb} MiB at most`,
  );
}
