import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { type Manifest, manifests } from '../../core/vault/manifest';
import type { Vault } from '../../core/vault/vault';
import { vaultIn } from '../../local/demo/clients';
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
    readonly spares: Spares,
    private readonly vault: Vault,
  ) {}

  /** `spares` is how many resources of each kind can be deleted. */
  static async start(flavour: Flavour, spares: number): Promise<ProbedCloud> {
    const config = {
      maxConcurrency: 2,
      ...(flavour === 'datazone' && { projects: [{ name: 'Sales', environment: false }] }),
    };
    const cloud = await startLocalCloud({ flavour, projects: ['Sales'], config });
    return new ProbedCloud(cloud, await Spares.fill(cloud, spares), vaultIn(cloud, cloud.outputs.region));
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

  createProject(name: string): void {
    const { datazone, administrator, outputs } = this.cloud;
    datazone.call('CreateProject', { domainIdentifier: outputs.domainId, name }, administrator);
  }
}
