import { kinds } from '../../core/catalog/registry';
import { changeLatency } from '../../core/vault/change-latency';
import { compareVault } from '../compare/compare-vault';
import type { FilledProject } from '../fixture/fill-domain';
import { OutsideEdits } from '../fixture/outside-edits';
import type { LocalCloud } from '../local-cloud';
import { Random } from '../random';
import { dataZoneOf, vaultIn } from './clients';
import type { Narrator } from './narrator';

/** What change capture did with the edits of an outside client while no schedule fired. */
export interface ChangeCaptureResult {
  /** Resources that events brought into the vault as they are now. */
  readonly events: number;
  /** Whether the vault was, in both Regions, what the domain was: for every kind of which events tell. */
  readonly equal: boolean;
  /** Milliseconds from an edit to its version in the vault. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Edits, and the time that they are spread over. */
const edits = 20;
const editMilliseconds = 2_000;
/** Enough for every retry; who is not done by then is told of as different. */
const longestWait = 60_000;
/** A trail tells of a call a second late at most. */
const trailMilliseconds = 1_500;

const toldOf = new Set(
  kinds.filter(({ events, calls }) => events.length + calls.length > 0).map(({ name }) => name),
);

/** Lets an outside client edit the domain, with change capture on and no schedule, and looks at the vault. */
export async function captureEdits(
  cloud: LocalCloud,
  projects: readonly FilledProject[],
  seed: number,
  narrator: Narrator,
): Promise<ChangeCaptureResult> {
  const { domainId, region, secondaryRegion } = cloud.outputs;
  narrator.step('People edit the domain, and no schedule fires: change capture');
  const from = new Date().toISOString();
  cloud.startEvents();
  const client = dataZoneOf(cloud);
  const people = new OutsideEdits(client, domainId, projects, new Random(seed));
  const made = await narrator.during(people.make(edits, editMilliseconds, 1));
  const isSettled = await narrator.during(settled(cloud));
  await cloud.dynamodb.drainReplication();
  const to = new Date().toISOString();
  const differences: string[] = [];
  for (const place of [region, secondaryRegion]) {
    const compared = await compareVault(client, vaultIn(cloud, place), to, cloud.projectIds);
    differences.push(...compared.differences.filter((line) => toldOf.has(line.split(' ', 1)[0] ?? '')));
  }
  // What people do next is for the schedule to find.
  await cloud.stopEvents();
  const latency = await changeLatency(vaultIn(cloud, secondaryRegion), { from, to });
  const { events = 0, p50Ms = 0, p95Ms = 0, maxMs = 0 } = latency ?? {};
  const equal = isSettled && events > 0 && differences.length === 0;
  narrator.tell(
    equal
      ? `${made.length} edits, all of them in ${region} and ${secondaryRegion}`
      : `NOT all of ${made.length} edits are in the vault:`,
  );
  for (const difference of differences) narrator.tell(`  ${difference}`);
  narrator.tell(
    `from edit to vault: p50 ${p50Ms} ms, p95 ${p95Ms} ms, max ${maxMs} ms, of ${events} resources`,
  );
  return { events, equal, p50Ms, p95Ms, maxMs };
}

/** Waits until no event is on its way any more; false if some still are. */
async function settled({ sqs, outputs }: LocalCloud): Promise<boolean> {
  const end = Date.now() + longestWait;
  const isEmpty = () =>
    sqs
      .queuesIn(outputs.region)
      .filter(({ definition }) => definition.redrivePolicy !== undefined)
      .every((queue) => queue.messages().length === 0);
  await new Promise((resolve) => setTimeout(resolve, trailMilliseconds));
  while (!isEmpty()) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}
