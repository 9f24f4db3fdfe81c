import assert from 'node:assert/strict';
import { applyRestore } from '../../../core/restore/restore';
import { callIn } from '../../../local/fixture/filling';
import { Random } from '../../../local/random';
import type { WireResponse } from '../../../local/wire';
import { BackupBench } from '../../support/in-process-backup';
import { type Between, faulty, type ServiceCall } from '../../support/in-process-clients';
import { committed } from '../backup/random-bench';
import { emptyDomain, restoreArgs, restored, resultOf } from './restore-bench';

describe('a restore of what takes longer to be deployed than anybody waits', () => {
  /** How the service answers, until all is up. */
  interface Deployment {
    readonly version: 'V1' | 'V2';
    readonly operation: string;
    readonly underWay: object;
  }

  /** Restores into a new domain, twice: while it is deployed, and when it is up. */
  async function restoredTwice(
    bench: BackupBench,
    deployment: Deployment,
    others: Between = (sent) => sent.answer(),
  ) {
    const settings = { instant: (await committed(bench)).cutAt, selection: {}, conflicts: 'update' } as const;
    const { version, operation, underWay } = deployment;
    let isUp = false;
    let asked = 0;
    const between = async <T>(sent: ServiceCall<T>): Promise<T> => {
      if (sent.operation !== operation) return others(sent);
      const answer = await sent.answer();
      asked++;
      return isUp ? answer : (overlaid(answer as WireResponse, underWay) as T);
    };
    const args = restoreArgs(bench, emptyDomain(bench, version), between);

    const { run, failed } = await restored(args, settings);
    const before = asked;
    isUp = true;
    await applyRestore(args, run);
    assert.ok(asked > before);
    const again = await resultOf(args, settings, run);
    assert.deepEqual(again.failed, []);
    assert.equal(again.verdict.equal, true, again.verdict.differences.join('\n'));
    return { domainIdentifier: args.target.domainId, failed: failed.join('\n') };
  }

  it('says so of a project, does not make it twice, and waits for it again when it goes on', async () => {
    const bench = await BackupBench.start({ version: 'V2', projects: 1, assets: 0, inMemory: true });
    const { service, caller } = bench;
    const profile = callIn(bench, 'CreateProjectProfile', { name: 'analytics' });
    callIn(bench, 'CreateProject', { name: 'Slow', projectProfileId: profile.id });

    const { domainIdentifier, failed } = await restoredTwice(bench, {
      version: 'V2',
      operation: 'GetProject',
      underWay: { environmentDeploymentDetails: { overallDeploymentStatus: 'IN_PROGRESS' } },
    });

    assert.match(failed, /project \S+ FAILED: ResourcePendingError: .* longer than five minutes/);
    const { items } = service.call('ListProjects', { domainIdentifier }, caller);
    assert.equal(items?.filter(({ name }) => name === 'Slow').length, 1);
  });

  it('waits for an environment, too, whose making was done though its answer was lost', async () => {
    const bench = await BackupBench.start({ version: 'V1', projects: 1, assets: 0, inMemory: true });
    const { service, caller, projectIds } = bench;
    const [projectIdentifier = ''] = projectIds;
    const { items } = callIn(bench, 'ListEnvironmentBlueprints', { name: 'DefaultDataLake', managed: true });
    const environmentBlueprintIdentifier = items[0]?.id ?? '';
    callIn(bench, 'PutEnvironmentBlueprintConfiguration', {
      environmentBlueprintIdentifier,
      enabledRegions: ['eu-west-1'],
    });
    const ofProject = { projectIdentifier, name: 'Slow' };
    const profile = callIn(bench, 'CreateEnvironmentProfile', {
      ...ofProject,
      environmentBlueprintIdentifier,
    });
    callIn(bench, 'CreateEnvironment', { ...ofProject, environmentProfileIdentifier: profile.id });
    const losing = faulty(new Random(1), { throttled: 0, failed: 0, lost: 1 });
    let lost = 0;
    const loseAnswer: Between = (sent) =>
      sent.operation === 'CreateEnvironment' && lost++ === 0 ? losing(sent) : sent.answer();

    const { domainIdentifier, failed } = await restoredTwice(
      bench,
      { version: 'V1', operation: 'GetEnvironment', underWay: { status: 'CREATING' } },
      loseAnswer,
    );

    assert.equal(lost, 1);
    assert.match(failed, /environment \S+ FAILED: ResourcePendingError: .* longer than five minutes/);
    const [project] = service.call('ListProjects', { domainIdentifier }, caller).items ?? [];
    const input = { domainIdentifier, projectIdentifier: project?.id ?? '' };
    assert.equal(service.call('ListEnvironments', input, caller).items.length, 1);
  });
});

function overlaid(answer: WireResponse, members: object): WireResponse {
  return { ...answer, body: JSON.stringify({ ...JSON.parse(String(answer.body)), ...members }) };
}
