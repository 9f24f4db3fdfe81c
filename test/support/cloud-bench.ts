import assert from 'node:assert/strict';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type KindTally, type Manifest, manifests } from '../../core/vault/manifest';
import { compareVault } from '../../local/compare/compare-vault';
import { dataZoneOf, vaultIn } from '../../local/demo/clients';
import { createAsset, type FilledProject, fillDomain } from '../../local/fixture/fill-domain';
import { fillGovernance } from '../../local/fixture/fill-governance';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/local-cloud';
import { Random } from '../../local/random';

/** An execution that has ended; `result` is its parsed output, or empty. */
export type Ended = DescribeExecutionOutput & {
  readonly result: {
    readonly status?: string;
    readonly cutAt: string;
    readonly holder?: string;
    readonly kinds?: Readonly<Record<string, KindTally>>;
  };
};

/** A local cloud with a filled domain, run through its endpoint as a client runs it. */
export class CloudBench {
  private readonly random = new Random(7);
  private newest: string | undefined;

  private constructor(
    readonly cloud: LocalCloud,
    readonly states: SFNClient,
    readonly projects: FilledProject[],
  ) {}

  /** Few workers, since each is a process that starts cold. */
  static async start(
    options: Omit<LocalCloudOptions, 'projects'>,
    assetsPerProject: number,
  ): Promise<CloudBench> {
    const config = { maxConcurrency: 3, ...options.config };
    const cloud = await startLocalCloud({ ...options, config, projects: ['North', 'South'] });
    const { endpoint, credentials, outputs, projectIds } = cloud;
    const states = new SFNClient({ endpoint, credentials, region: outputs.region });
    const bench = new CloudBench(cloud, states, []);
    bench.projects.push(...(await fillDomain({ ...bench.inDomain, projectIds, assetsPerProject })));
    return bench;
  }

  async stop(): Promise<void> {
    this.states.destroy();
    await this.cloud.close();
  }

  /** Adds everything that people put into a domain besides: every kind that its version has. */
  fillGovernance(): void {
    const { cloud, inDomain, projects } = this;
    const { accountId, region, domainVersion } = cloud.outputs;
    fillGovernance({ ...inDomain, isV2: domainVersion === 'V2', accountId, region, projects });
  }

  /** A new asset, the one before it deleted, a term reworded. */
  workInTheDomain(): void {
    const { service, caller, domainId: domainIdentifier } = this.inDomain;
    const [project] = this.projects;
    assert.ok(project);
    if (this.newest !== undefined) {
      service.call('DeleteAsset', { domainIdentifier, identifier: this.newest }, caller);
    }
    // An odd number: such assets are not published, so nothing hinders their deletion.
    this.newest = createAsset(this.inDomain, project, 1001 + 2 * this.random.below(1_000_000));
    const [identifier = ''] = project.termIds;
    const shortDescription = `Reworded for ${this.newest}`;
    service.call('UpdateGlossaryTerm', { domainIdentifier, identifier, shortDescription }, caller);
  }

  async startExecution(): Promise<string> {
    const stateMachineArn = this.cloud.outputs.backupStateMachineArn;
    const { executionArn } = await this.states.send(new StartExecutionCommand({ stateMachineArn }));
    return executionArn ?? '';
  }

  async untilEnded(executionArn: string): Promise<Ended> {
    const described = await untilEnded(this.states, executionArn);
    return { ...described, result: JSON.parse(described.output ?? '{}') };
  }

  async run(): Promise<Ended> {
    return this.untilEnded(await this.startExecution());
  }

  async manifestOf(execution: string | undefined): Promise<Manifest | undefined> {
    for await (const manifest of manifests(vaultIn(this.cloud, this.cloud.outputs.region))) {
      if (manifest.execution === execution) return manifest;
    }
    return undefined;
  }

  /** What differs between the vault in the secondary Region, at an instant, and the domain as it is. */
  async differences(instant: string): Promise<readonly string[]> {
    await this.cloud.dynamodb.drainReplication();
    const vault = vaultIn(this.cloud, this.cloud.outputs.secondaryRegion);
    const { cloud } = this;
    return (await compareVault(dataZoneOf(cloud), vault, instant, cloud.projectIds)).differences;
  }

  private get inDomain() {
    const { datazone: service, administrator: caller, outputs } = this.cloud;
    return { service, caller, domainId: outputs.domainId, random: this.random };
  }
}

/** Asks as a client does until the execution has ended. */
export async function untilEnded(states: SFNClient, executionArn: string): Promise<DescribeExecutionOutput> {
  for (;;) {
    const described = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING') return described;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
