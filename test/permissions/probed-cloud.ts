import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { DomainVersion } from '../../core/catalog/kind';
import { readActions } from '../../core/catalog/registry';
import { readHorizon } from '../../core/vault/horizon';
import { type Manifest, manifests, openManifest } from '../../core/vault/manifest';
import type { Vault } from '../../core/vault/vault';
import { type Observation, VaultWriter } from '../../core/vault/writer';
import { vaultIn } from '../../local/demo/clients';
import { hurried } from '../../local/hurried';
import { matchesArn } from '../../local/iam/patterns';
import { type Flavour, type LocalCloud, startLocalCloud } from '../../local/local-cloud';
import type { Execution } from '../../local/stepfunctions/execution';
import { type RunTimeGrant, runTimeGrants } from './run-time-grants';
import { Spares } from './spares';

/** How a run ended. */
export interface Outcome {
  readonly execution: Execution;
  /** Undefined for a run that did not come to open one. */
  readonly manifest: Manifest | undefined;
}

/** A grant that a test means is not there, or is there more than once. */
class GrantNotFoundError extends Error {
  override readonly name = 'GrantNotFoundError';
}

/** A local cloud kept for many runs, from whose roles single grants are taken away. */
export class ProbedCloud {
  private constructor(
    readonly cloud: LocalCloud,
    private readonly flavour: Flavour,
    readonly spares: Spares,
    readonly vault: Vault,
  ) {}

  static async start(flavour: Flavour): Promise<ProbedCloud> {
    const config = {
      maxConcurrency: 2,
      requestRates: hurried,
      excludeKinds: [],
      rotationRuns: 1,
      changeCaptureBatchSeconds: 1,
    };
    const cloud = await startLocalCloud({ flavour, projects: ['Sales', 'Marketing'], config });
    return new ProbedCloud(
      cloud,
      flavour,
      await Spares.fill(cloud, flavour),
      vaultIn(cloud, cloud.outputs.region),
    );
  }

  get version(): DomainVersion {
    return this.flavour === 'smus' ? 'V2' : 'V1';
  }

  /** Whether the running backup calls an operation of DataZone in a domain of this version. */
  reads(operation: string): boolean {
    return readActions(this.version).includes(`datazone:${operation}`);
  }

  get grants(): RunTimeGrant[] {
    return runTimeGrants(this.cloud.graph);
  }

  /** Lets the schedule fire and waits for the end of the run. Throws what the scheduler throws. */
  async run(): Promise<Outcome> {
    const execution = await this.cloud.runSchedule();
    for await (const manifest of manifests(this.vault)) {
      if (manifest.execution === execution.args.arn) return { execution, manifest };
    }
    return { execution, manifest: undefined };
  }

  /** Takes one action of one statement away from a role; the returned function gives it back. */
  without(role: string, sid: string, action: string): () => void {
    const found = this.grants.filter(
      (grant) => grant.role === role && grant.sid === sid && grant.action === action,
    );
    const [grant] = found;
    if (grant === undefined || found.length > 1) {
      throw new GrantNotFoundError(`${found.length} grants ${sid} of ${action} to ${role}`);
    }
    return this.withdraw(grant);
  }

  withdraw({ roleArn, action, resource }: RunTimeGrant): () => void {
    return this.cloud.policies.withoutAction(roleArn, action, resource);
  }

  isUsed({ roleArn, action, resource }: RunTimeGrant): boolean {
    const used = this.cloud.policies.usedResources(roleArn, action);
    return [...used].some((one) => matchesArn(resource, one));
  }

  /** Starts a run and stops it while it captures: it leaves the domain's lease behind. */
  async abandonRun(): Promise<void> {
    const { states, outputs } = this.cloud;
    const ended = this.cloud.runSchedule();
    const [execution] = states.executions(outputs.backupStateMachineArn);
    const captures = () => execution?.events.some(({ type }) => type === 'MapStateEntered');
    while (execution?.result.status === 'RUNNING' && !captures()) await setTimeout(5);
    execution?.stop();
    assert.equal((await ended).result.status, 'ABORTED');
  }

  /** Makes the vault one that has something to collect: a history of a hundred days ago, of which nothing is. */
  async ageVault(): Promise<void> {
    const { vault } = this;
    const { region } = vault.table;
    const scope = { kind: 'asset', scopeId: 'closed-long-ago' };
    const daysAgo = (days: number) => Date.now() - days * 24 * 3600_000;
    const startedAt = new Date(daysAgo(100)).toISOString();
    await openManifest(vault, { status: 'SKIPPED', startedAt, runId: 'old', execution: 'old', region });
    await vault.registerScope(scope, startedAt);
    for (const id of [`left-${startedAt}`, `gone-${startedAt}`]) {
      for (const [days, content] of [
        [99, 'one'],
        [98, 'two'],
        [97, undefined],
      ] as const) {
        const run = { runId: `old${days}`, source: 'snapshot' } as const;
        const writer = new VaultWriter(vault, run, () => daysAgo(days));
        await writer.write(scope, id, async () => (content === undefined ? undefined : observed(content)));
      }
    }
    // Of the second one, the content has come to its end.
    for await (const { pk, sk, check, state } of vault.versions('asset', `gone-${startedAt}`)) {
      if (state === 'LIVE') await vault.table.remove({ pk, sk }, 'check', check);
    }
    const horizon = await readHorizon(vault);
    if (horizon !== undefined) await vault.table.remove(horizon, 'check', horizon.check);
  }

  /** Gives its id. */
  createProject(name: string): string {
    const { datazone, administrator, outputs } = this.cloud;
    return datazone.call('CreateProject', { domainIdentifier: outputs.domainId, name }, administrator).id;
  }

  /** Gives its id. */
  createGlossary(name: string): string {
    const { datazone, administrator, outputs, projectIds } = this.cloud;
    const [owningProjectIdentifier = ''] = projectIds;
    const glossary = { owningProjectIdentifier, name, status: 'DISABLED' } as const;
    const domainIdentifier = outputs.domainId;
    return datazone.call('CreateGlossary', { ...glossary, domainIdentifier }, administrator).id;
  }
}

function observed(content: string): Observation {
  return {
    record: { content },
    facets: {},
    columns: {},
    normaliser: 1,
    renormalise: (record) => record,
  };
}
