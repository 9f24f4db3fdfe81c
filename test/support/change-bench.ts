import * as z from 'zod';
import { kinds } from '../../core/catalog/registry';
import { compareVault } from '../../local/compare/compare-vault';
import { dataZoneOf, vaultIn } from '../../local/demo/clients';
import { createAsset, type FilledProject, fillDomain } from '../../local/fixture/fill-domain';
import { type Edit, OutsideEdits } from '../../local/fixture/outside-edits';
import { hurried } from '../../local/hurried';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/local-cloud';
import type { Call } from '../../local/metering';
import { Random } from '../../local/random';
import { PROMPT } from '../../local/sqs/behaviour';

export interface ChangeBenchOptions {
  /** @default 1 */
  readonly seed?: number;
  readonly assetsPerProject: number;
  readonly cloud?: Partial<LocalCloudOptions>;
  /** Throttling, crashes, events twice and in random order, all drawn from the seed. @default none */
  readonly faults?: Partial<ChangeFaults>;
}

/** What may go wrong while changes are captured. */
export interface ChangeFaults {
  /** Share of the callback's calls of DataZone that are throttled. */
  readonly throttled: number;
  /** Chance that the callback dies at any one of its calls of the vault. */
  readonly crashed: number;
  /** Every event comes twice. */
  readonly twice: boolean;
  /** Longest delay of an event, each drawing its own: so they come in any order. */
  readonly lateMilliseconds: number;
  /** Visibility timeout in place of the queue's own. */
  readonly hiddenMilliseconds: number;
}

/** The vault against the domain, in one Region. */
export interface RegionResult {
  readonly region: string;
  readonly equal: boolean;
  readonly differences: readonly string[];
}

/** Milliseconds from an edit to the version in the vault that has it. */
export interface Latencies {
  readonly captured: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** What a worker says of a batch that it was given. */
const batchLine = z.object({
  /** Most that any of its messages was handed out. */
  receives: z.number(),
  milliseconds: z.number(),
  events: z.number(),
  read: z.number(),
  spared: z.number(),
});
export type BatchLine = z.infer<typeof batchLine>;

/** A domain that was backed up once, and is captured by events alone since then. */
export class ChangeBench {
  private constructor(
    readonly cloud: LocalCloud,
    private readonly projects: readonly FilledProject[],
    private readonly random: Random,
    private readonly edits: OutsideEdits,
  ) {}

  static async start({
    seed = 1,
    assetsPerProject,
    cloud: options,
    faults = {},
  }: ChangeBenchOptions): Promise<ChangeBench> {
    const cloud = await startLocalCloud({
      flavour: 'datazone',
      projects: ['North', 'South'],
      seed,
      ...options,
      // Old revisions too, which the stacks leave out by default; and all of the rates, since nobody else is there.
      config: { excludeKinds: [], rotationRuns: 1, requestRates: hurried, ...options?.config },
    });
    const { datazone: service, administrator: caller, outputs, projectIds } = cloud;
    const random = new Random(seed);
    const { domainId } = outputs;
    const projects = await fillDomain({ service, caller, domainId, projectIds, assetsPerProject, random });
    // Change capture goes on from a backup; it does not begin one.
    const { result } = await cloud.runSchedule();
    if (result.status !== 'SUCCEEDED') throw new Error(`The first backup ended ${JSON.stringify(result)}`);
    addFaults(cloud, faults);
    cloud.startEvents();
    const edits = new OutsideEdits(dataZoneOf(cloud), domainId, projects, random);
    return new ChangeBench(cloud, projects, random, edits);
  }

  /** ARN of the role that the workers work in. */
  get workersRoleArn(): string {
    return workersRoleArn(this.cloud);
  }

  make(count: number, milliseconds: number): Promise<readonly Edit[]> {
    return this.edits.make(count, milliseconds);
  }

  /** Makes assets. What DataZone tells of them is in the queue when this returns; of the calls, a trail tells later. */
  makeAssets(count: number): readonly Edit[] {
    const { datazone: service, administrator: caller, outputs } = this.cloud;
    const into = { service, caller, domainId: outputs.domainId, random: this.random };
    return Array.from({ length: count }, (_, n) => {
      const at = Date.now();
      const id = createAsset(into, this.random.pick(this.projects), 1001 + 2 * n);
      return { kind: 'asset', id, at };
    });
  }

  /** Batches that the workers have answered, oldest first. */
  batches(): readonly BatchLine[] {
    const lines = this.cloud.mappings.flatMap(({ functionName }) => this.cloud.lambda.logLines(functionName));
    return lines.flatMap((line) => {
      try {
        return batchLine.safeParse(JSON.parse(line)).data ?? [];
      } catch {
        return [];
      }
    });
  }

  /** Waits until no event is on its way, at most so long; false if some still are. */
  async settled(atMostMilliseconds: number): Promise<boolean> {
    const end = Date.now() + atMostMilliseconds;
    const isEmpty = () => this.eventQueues().every((queue) => queue.messages().length === 0);
    // A trail is late by a second at most.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    while (!isEmpty()) {
      if (Date.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return true;
  }

  /** Messages that were given up, with what is said of them. */
  deadLetters(): readonly string[] {
    return this.cloud.sqs
      .queuesIn(this.cloud.outputs.region)
      .filter(({ definition }) => definition.redriveAllowPolicy.redrivePermission === 'byQueue')
      .flatMap((queue) => queue.messages())
      .map(({ body, attributes }) => `${attributes.ErrorMessage?.StringValue ?? 'no reason'}: ${body}`);
  }

  /** The vault as it is now against the domain as it is, in both Regions. */
  async compare(): Promise<readonly RegionResult[]> {
    const { cloud } = this;
    await cloud.dynamodb.drainReplication();
    const { region, secondaryRegion } = cloud.outputs;
    const results: RegionResult[] = [];
    for (const place of [region, secondaryRegion]) {
      const vault = vaultIn(cloud, place);
      const instant = new Date().toISOString();
      const { differences } = await compareVault(dataZoneOf(cloud), vault, instant, cloud.projectIds);
      const told = differences.filter((line) => toldOf.has(line.split(' ', 1)[0] ?? ''));
      results.push({ region: place, equal: told.length === 0, differences: told });
    }
    return results;
  }

  async latencies(edits: readonly Edit[]): Promise<Latencies> {
    const vault = vaultIn(this.cloud, this.cloud.outputs.region);
    const found: number[] = [];
    for (const { kind, id, at } of edits) {
      // Of all versions the oldest that was read since: it has the edit, or a later one.
      let written: number | undefined;
      for await (const { readAt, writtenAt } of vault.versions(kind, id)) {
        if (readAt === undefined || writtenAt === undefined || Date.parse(readAt) < at) continue;
        written = Math.min(written ?? Number.POSITIVE_INFINITY, Date.parse(writtenAt));
      }
      if (written !== undefined) found.push(written - at);
    }
    found.sort((a, b) => a - b);
    const at = (share: number) => found[Math.min(found.length - 1, Math.floor(share * found.length))] ?? 0;
    return { captured: found.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: found.at(-1) ?? 0 };
  }

  /** Those that hand over what failed. */
  private eventQueues() {
    return this.cloud.sqs
      .queuesIn(this.cloud.outputs.region)
      .filter(({ definition }) => definition.redrivePolicy !== undefined);
  }

  close(): Promise<void> {
    return this.cloud.close();
  }
}

const toldOf = new Set(
  kinds.filter(({ events, calls }) => events.length + calls.length > 0).map(({ name }) => name),
);

function workersRoleArn({ mappings: [mapping], lambda }: LocalCloud): string {
  if (mapping === undefined) throw new Error('The program has no event source mapping');
  return lambda.configuration(mapping.functionName).roleArn;
}

function addFaults(cloud: LocalCloud, faults: Partial<ChangeFaults>): void {
  const { throttled, crashed, twice = false, lateMilliseconds = 0, hiddenMilliseconds } = faults;
  const principalArn = workersRoleArn(cloud);
  if (throttled !== undefined) {
    cloud.faults.add({
      service: 'datazone',
      principalArn,
      probability: throttled,
      effect: { kind: 'throttle' },
    });
  }
  if (crashed !== undefined) {
    const crash = ({ accessKeyId }: Call) => void cloud.lambda.killCaller(accessKeyId);
    cloud.faults.add({
      service: 'dynamodb',
      principalArn,
      probability: crashed,
      effect: { kind: 'crashAt', call: 1, crash },
    });
  }
  cloud.sqs.behave({
    ...PROMPT,
    duplicates: twice ? 1 : 0,
    reordered: lateMilliseconds > 0,
    lateMilliseconds,
    hiddenMilliseconds,
  });
}
