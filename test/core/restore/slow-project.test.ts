import assert from 'node:assert/strict';
import { applyRestore } from '../../../core/restore/restore';
import { callIn } from '../../../local/fixture/filling';
import type { WireResponse } from '../../../local/wire';
import { BackupBench } from '../../support/in-process-backup';
import type { ServiceCall } from '../../support/in-process-clients';
import { committed } from '../backup/random-bench';
import { emptyDomain, restoreArgs, restored, resultOf } from './restore-bench';

describe('a restore of a project whose deployment takes longer than anybody waits', () => {
  it('says so, does not make it twice, and waits for it again when it goes on', async () => {
    const bench = await BackupBench.start({ version: 'V2', projects: 1, assets: 0, inMemory: true });
    const { service, caller, domainId } = bench;
    const profile = callIn({ service, caller, domainId }, 'CreateProjectProfile', { name: 'analytics' });
    callIn({ service, caller, domainId }, 'CreateProject', { name: 'Slow', projectProfileId: profile.id });
    const settings = { instant: (await committed(bench)).cutAt, selection: {}, conflicts: 'update' } as const;
    let isUp = false;
    let asked = 0;
    const between = async <T>(sent: ServiceCall<T>): Promise<T> => {
      const answer = await sent.answer();
      if (sent.operation !== 'GetProject') return answer;
      asked++;
      return isUp ? answer : (inProgress(answer as WireResponse) as T);
    };
    const args = restoreArgs(bench, emptyDomain(bench, 'V2'), between);

    const { run, failed } = await restored(args, settings);
    const before = asked;
    isUp = true;
    await applyRestore(args, run);
    const again = await resultOf(args, settings, run);

    assert.match(failed.join(), /project \S+ FAILED: ResourcePendingError: .* longer than five minutes/);
    assert.ok(asked > before);
    assert.deepEqual(again.failed, []);
    assert.equal(again.verdict.equal, true, again.verdict.differences.join('\n'));
    const { items } = service.call('ListProjects', { domainIdentifier: args.target.domainId }, caller);
    assert.equal(items?.filter(({ name }) => name === 'Slow').length, 1);
  });
});

function inProgress(answer: WireResponse): WireResponse {
  const environmentDeploymentDetails = { overallDeploymentStatus: 'IN_PROGRESS' };
  const body = JSON.stringify({ ...JSON.parse(String(answer.body)), environmentDeploymentDetails });
  return { ...answer, body };
}
