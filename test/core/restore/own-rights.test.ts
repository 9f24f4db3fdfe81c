import assert from 'node:assert/strict';
import { readerProfileId } from '../../../core/catalog/membership';
import type { RestoreTarget } from '../../../core/catalog/restoration';
import { drill } from '../../../core/restore/drill';
import type { RestoreArgs } from '../../../core/restore/restore';
import { DataZoneTarget } from '../../../core/restore/target';
import { prove } from '../../../core/vault/proof';
import { callIn } from '../../../local/fixture/filling';
import { BackupBench } from '../../support/in-process-backup';
import { inProcessDataZone } from '../../support/in-process-clients';
import { accountId, callerOf } from '../../support/wire-server';
import { committed } from '../backup/random-bench';
import { drillArgs, needsOf } from './drill-bench';
import { restored } from './restore-bench';

const role = 'restore-role';
const roleArn = `arn:aws:iam::${accountId}:role/${role}`;

describe('a restore by a role that was less than an owner when the domain was backed up', function () {
  this.timeout(60_000);
  let bench: BackupBench;
  let cutAt: string;
  let projectId: string;
  let glossaryId: string;
  let profileId: string;

  beforeEach(async () => {
    bench = await BackupBench.start({ projects: 1, assets: 0, inMemory: true });
    [projectId = ''] = bench.projectIds;
    profileId = call('CreateUserProfile', { userIdentifier: roleArn, userType: 'IAM_ROLE' }).id ?? '';
    join('PROJECT_CONTRIBUTOR');
    const glossary = { owningProjectIdentifier: projectId, name: 'Spare', status: 'DISABLED' } as const;
    glossaryId = call('CreateGlossary', glossary).id;
    ({ cutAt } = await committed(bench));
  });

  it('leaves its own membership as it is, says so, and restores what is asked', async () => {
    call('DeleteProjectMembership', { projectIdentifier: projectId, member: { userIdentifier: profileId } });
    join('PROJECT_OWNER');
    call('DeleteGlossary', { identifier: glossaryId });

    const selection = { projects: [projectId], withDependents: true };
    const { planned, outcomes, failed, verdict } = await restored(await argsOf(bench.domainId), {
      instant: cutAt,
      selection,
    });

    assert.deepEqual(failed, []);
    assert.deepEqual(
      [...planned.actions].flatMap(({ action, kind }) => (action === 'skip' ? [] : [`${action} ${kind}`])),
      ['manual membership', 'create glossary'],
    );
    const told = outcomes.find(({ kind, outcome }) => kind === 'membership' && outcome === 'MANUAL');
    assert.match(told?.reason ?? '', /a right of whoever restores/);
    assert.equal(designationIn(bench.domainId, projectId, profileId), 'PROJECT_OWNER');
    assert.equal(verdict.equal, true, verdict.differences.join('\n'));
    assert.equal(verdict.kinds.membership?.manual, 1);
  });

  it('stays an owner of what it makes in a new domain, so that it can fill it', async () => {
    const execution = `arn:aws:iam::${accountId}:role/execution`;
    const domainId = bench.service.call(
      'CreateDomain',
      { name: 'restored', domainExecutionRole: execution },
      callerOf(role),
    ).id;

    const args = await argsOf(domainId);
    const { failed, verdict } = await restored(args, { instant: cutAt });

    assert.deepEqual(failed, []);
    assert.equal(verdict.equal, true, verdict.differences.join('\n'));
    assert.equal(verdict.kinds.membership?.manual, 1);
    const [project] =
      bench.service.call('ListProjects', { domainIdentifier: domainId }, bench.caller).items ?? [];
    assert.equal(designationIn(domainId, project?.id ?? '', args.restorer ?? ''), 'PROJECT_OWNER');
  });

  it('stays an owner of what it makes in a drill', async () => {
    await prove(bench.vault(), () => false);
    const args = {
      ...drillArgs(bench),
      client: inProcessDataZone(bench.service, role),
      openTarget: targetOf,
      restorer: (target: RestoreTarget) => readerProfileId(target, roleArn),
    };

    const { equal, differences, failure } = await drill(args, cutAt, needsOf('V1'));

    assert.deepEqual({ equal, differences, failure }, { equal: true, differences: [], failure: undefined });
  });

  /** Of the role itself, and of no administrator. */
  async function argsOf(domainId: string): Promise<RestoreArgs> {
    const target = targetOf(domainId);
    const restorer = await readerProfileId(target, roleArn);
    return { vault: bench.vault(), target, kinds: bench.kinds, now: () => bench.clock.now(), restorer };
  }

  function targetOf(domainId: string): DataZoneTarget {
    return new DataZoneTarget({
      reading: inProcessDataZone(bench.service, role),
      writing: inProcessDataZone(bench.service, role),
      domainId,
      sleep: async () => undefined,
    });
  }

  function join(designation: 'PROJECT_OWNER' | 'PROJECT_CONTRIBUTOR'): void {
    const member = { userIdentifier: profileId };
    call('CreateProjectMembership', { projectIdentifier: projectId, member, designation });
  }

  function designationIn(
    domainIdentifier: string,
    projectIdentifier: string,
    id: string,
  ): string | undefined {
    const input = { domainIdentifier, projectIdentifier };
    const { members } = bench.service.call('ListProjectMemberships', input, bench.caller);
    return members?.find(({ memberDetails }) => memberDetails?.user?.userId === id)?.designation;
  }

  function call<Operation extends Parameters<typeof callIn>[1]>(
    operation: Operation,
    input: Parameters<typeof callIn<Operation>>[2],
  ): ReturnType<typeof callIn<Operation>> {
    const { service, caller, domainId } = bench;
    return callIn({ service, caller, domainId }, operation, input);
  }
});
