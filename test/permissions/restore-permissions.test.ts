import assert from 'node:assert/strict';
import { RestoreRun } from '../../core/restore/restore-run';
import { vaultIn } from '../../local/demo/clients';
import { callIn } from '../../local/fixture/filling';
import { unknownActions } from '../../local/iam/known-actions';
import { startLocalCloud } from '../../local/local-cloud';
import { CloudBench } from '../support/cloud-bench';
import { declaredGrants, type RunTimeGrant, runTimeGrants, runTimePolicies } from './run-time-grants';

const roles = ['restore', 'restore-tasks', 'standby-restore', 'standby-restore-tasks'];
/** A term, and all that it takes to have it in an empty domain. */
const selection = { kinds: ['glossaryTerm'], name: 'Pike', withNeeds: true };

interface Answer {
  readonly [member: string]: unknown;
  readonly targetDomainId?: string;
  readonly planId?: string;
  readonly instant?: string;
  /** Of an execution that failed: its cause. */
  readonly failed?: string;
}

describe('Permissions of the restores', function () {
  this.timeout(240_000);
  let bench: CloudBench;
  let grants: RunTimeGrant[];
  let targetDomainId: string;
  let planId: string;
  let instant: string;

  before(async () => {
    bench = await CloudBench.start({ flavour: 'datazone', config: { rateShare: 100 } }, 2);
    const { cloud, projects } = bench;
    const { datazone: service, administrator: caller, outputs } = cloud;
    const domain = { service, caller, domainId: outputs.domainId };
    const owningProjectIdentifier = projects[0]?.projectId ?? '';
    const fish = { owningProjectIdentifier, name: 'Fish', status: 'ENABLED' } as const;
    const { id: glossaryIdentifier } = callIn(domain, 'CreateGlossary', fish);
    callIn(domain, 'CreateGlossaryTerm', { glossaryIdentifier, name: 'Pike' });
    assert.equal((await bench.run()).result.status, 'COMPLETE');
    await cloud.dynamodb.drainReplication();
    assert.match((await cloud.runProof(outputs.secondaryRegion)).payload, /"proven"/);
    cloud.loseRegion(outputs.region);
    grants = runTimeGrants(cloud.graph).filter(({ role }) => roles.includes(role));
  });
  after(() => bench?.stop());

  /** Runs the state machine of the secondary Region. */
  async function standby(input: object): Promise<Answer> {
    const { states, outputs } = bench.cloud;
    const execution = states.start(String(outputs.standbyRestoreStateMachineArn), JSON.stringify(input));
    await execution.finished;
    const { status, output = '{}', cause = '' } = execution.result;
    return status === 'SUCCEEDED' ? JSON.parse(output) : { failed: cause };
  }

  const plan = () => standby({ action: 'plan', targetDomainId, selection, conflicts: 'update' });
  const apply = () => standby({ action: 'apply', planId });
  const verify = () => standby({ action: 'verify', targetDomainId, instant, selection });
  const create = () => standby({ action: 'create', name: 'Standby' });
  /** Goes on with a restore that somebody had stopped. */
  const goOn = async () => {
    const run = await RestoreRun.open(vaultIn(bench.cloud, bench.cloud.outputs.secondaryRegion), planId);
    await run.askToStop();
    return apply();
  };

  function withdraw({ roleArn, action, resource }: RunTimeGrant): () => void {
    return bench.cloud.policies.withoutAction(roleArn, action, resource);
  }

  function granted(action: string): RunTimeGrant {
    const found = grants.find((grant) => grant.role === 'standby-restore-tasks' && grant.action === action);
    assert.ok(found, action);
    return found;
  }

  it('belong to two roles in each Region', () => {
    assert.deepEqual([...new Set(grants.map(({ role }) => role))].sort(), roles);
  });

  it('name actions that AWS has, each granted once and with a reason', async () => {
    const reasons = new Map(declaredGrants().map(({ subject, reason }) => [subject, reason]));
    const lines = grants.map(({ role, action, resource }) => `${role}: ${action} on ${resource}`);

    assert.equal(new Set(lines).size, lines.length);
    for (const { subject, action } of grants) {
      assert.match(reasons.get(subject) ?? '', /\w+ \w+/, subject);
      assert.doesNotMatch(action, /[*?]/);
    }
    for (const [role, policies] of runTimePolicies(bench.cloud.graph)) {
      if (!roles.includes(role)) continue;
      for (const policy of policies) assert.deepEqual(await unknownActions(policy), []);
    }
  });

  it('are of the own Region alone', () => {
    const { region, secondaryRegion } = bench.cloud.outputs;
    const foreign = grants.filter(({ role, resource }) => {
      const [, , , at = ''] = resource.split(':');
      return at !== '' && at !== (role.startsWith('standby') ? secondaryRegion : region);
    });

    assert.deepEqual(foreign, []);
  });

  it('are enough without those of best effort, and without the primary Region', async () => {
    const bestEffort = grants.filter((grant) => grant.class === 'bestEffort');
    const giveBack = bestEffort.map(withdraw);

    ({ targetDomainId = '' } = await create());
    const planned = await plan();
    ({ planId = '', instant = '' } = planned);
    const applied = await apply();
    const verdict = await verify();

    assert.equal(applied.status, 'COMPLETE', JSON.stringify([planned, applied]));
    assert.equal(verdict.equal, true, JSON.stringify(verdict));
    for (const give of giveBack) give();
  });

  it('are all needed: without one an execution fails and names it', async () => {
    const scenarios: Readonly<Record<string, () => Promise<Answer>>> = {
      CalledCreateDomain: create,
      CalledNewDomain: create,
      ImpliedExecutionRole: create,
      CalledApplyRestore: apply,
      CalledVerifyRestore: verify,
      CalledResumption: goOn,
    };
    const needed = grants.filter(
      ({ role, class: of, subject }) =>
        role.startsWith('standby') && of !== 'bestEffort' && subject !== 'Target',
    );
    assert.equal(needed.length, 4 + 3 + 1 + 1 + 3 + 1 + 1 + 3);
    for (const grant of needed) {
      const giveBack = withdraw(grant);
      const { failed = '' } = await (scenarios[grant.sid] ?? plan)();
      giveBack();
      assert.ok(failed.includes(grant.action), `${grant.sid} without ${grant.action}: ${failed}`);
    }
  });

  it('that the target lacks are named: of one that reads by the plan, of one that makes by its action', async () => {
    const answers: Answer[] = [];
    for (const action of ['datazone:GetDomain', 'datazone:CreateGlossaryTerm']) {
      ({ targetDomainId = '' } = await create());
      const giveBack = withdraw(granted(action));
      const planned = await plan();
      ({ planId = '' } = planned);
      answers.push(planned.failed === undefined ? await apply() : planned);
      giveBack();
    }
    const run = await RestoreRun.open(vaultIn(bench.cloud, bench.cloud.outputs.secondaryRegion), planId);
    const failed = [...(await run.outcomes()).values()].filter(({ outcome }) => outcome === 'FAILED');

    assert.match(answers[0]?.failed ?? '', /perform: datazone:GetDomain /);
    assert.equal(answers[1]?.status, 'PARTIAL');
    assert.deepEqual([...new Set(failed.map(({ kind }) => kind))], ['glossaryTerm']);
    assert.match(failed[0]?.reason ?? '', /perform: datazone:CreateGlossaryTerm /);
  });
});

describe('Permissions of the restore of a V2 domain', function () {
  this.timeout(120_000);

  it('let a new domain have the service role that stands ready, and name it where they lack it', async () => {
    const cloud = await startLocalCloud({ flavour: 'smus', projects: [] });
    const [pass, ...others] = runTimeGrants(cloud.graph).filter(({ sid }) => sid === 'ImpliedServiceRole');
    assert.ok(pass);
    assert.deepEqual(others, []);
    const create = async () => {
      const input = JSON.stringify({ action: 'create', name: 'Standby' });
      const execution = cloud.states.start(String(cloud.outputs.standbyRestoreStateMachineArn), input);
      await execution.finished;
      return execution.result;
    };

    const made = await create();
    const giveBack = cloud.policies.withoutAction(pass.roleArn, pass.action, pass.resource);
    const refused = await create();
    giveBack();
    await cloud.close();

    assert.match(made.output ?? '', /"targetDomainId":"dzd-/);
    assert.ok(refused.cause?.includes(`iam:PassRole on resource: ${pass.resource}`), refused.cause);
  });
});
