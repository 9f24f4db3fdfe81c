import assert from 'node:assert/strict';
import { type Drill, drills } from '../../core/vault/drill';
import { vaultIn } from '../../local/demo/clients';
import { callIn } from '../../local/fixture/filling';
import { unknownActions } from '../../local/iam/known-actions';
import { CloudBench } from '../support/cloud-bench';
import { declaredGrants, type RunTimeGrant, runTimeGrants, runTimePolicies } from './run-time-grants';

const roles = ['drill', 'drill-schedule', 'drill-tasks', 'drill-tear-down'];

describe('Permissions of the drills', function () {
  this.timeout(240_000);
  let bench: CloudBench;
  let grants: RunTimeGrant[];

  before(async () => {
    const config = { rateShare: 100, drillCron: '0 5 ? * SUN *' };
    bench = await CloudBench.start({ flavour: 'datazone', config }, 2);
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

  const vault = () => vaultIn(bench.cloud, bench.cloud.outputs.secondaryRegion);

  async function drill() {
    const { states, outputs } = bench.cloud;
    const execution = states.start(String(outputs.drillStateMachineArn), '{}');
    await execution.finished;
    return execution.result;
  }

  async function newest(): Promise<Drill | undefined> {
    for await (const one of drills(vault())) return one;
    return undefined;
  }

  function withdraw({ roleArn, action, resource }: RunTimeGrant): () => void {
    return bench.cloud.policies.withoutAction(roleArn, action, resource);
  }

  it('name actions that AWS has, each granted once and with a reason, and none of the other Region', async () => {
    const reasons = new Map(declaredGrants().map(({ subject, reason }) => [subject, reason]));
    const lines = grants.map(({ role, action, resource }) => `${role}: ${action} on ${resource}`);

    assert.deepEqual([...new Set(grants.map(({ role }) => role))].sort(), roles);
    assert.equal(new Set(lines).size, lines.length);
    for (const { subject, resource } of grants) {
      assert.match(reasons.get(subject) ?? '', /\w+ \w+/, subject);
      const [, , , at = ''] = resource.split(':');
      assert.ok(at === '' || at === bench.cloud.outputs.secondaryRegion, resource);
    }
    for (const [role, policies] of runTimePolicies(bench.cloud.graph)) {
      if (!roles.includes(role)) continue;
      for (const policy of policies) assert.deepEqual(await unknownActions(policy), []);
    }
  });

  it('let what restores delete and tag no domain, and what deletes make and tag none', () => {
    const may = (role: string) =>
      grants
        .filter((grant) => grant.role === role && /Domain$|Tag/.test(grant.action))
        .map(({ action }) => action);

    assert.deepEqual(may('drill-tasks').sort(), ['datazone:CreateDomain', 'datazone:GetDomain']);
    assert.deepEqual(may('drill-tear-down').sort(), ['datazone:DeleteDomain', 'datazone:GetDomain']);
  });

  it('are enough without those of best effort, and without the primary Region', async () => {
    const giveBack = grants.filter((grant) => grant.class === 'bestEffort').map(withdraw);

    const { status, output, cause } = await drill();
    const noted = await newest();

    assert.equal(status, 'SUCCEEDED', cause);
    assert.match(output ?? '', /"outcome":"equal","tornDown":true/);
    assert.deepEqual([noted?.equal, noted?.stage, noted?.differences], [true, 'ENDED', []]);
    assert.ok((noted?.seconds ?? 0) > 0);
    for (const give of giveBack) give();
  });

  it('are all needed: without one a drill fails and names it', async () => {
    const needed = grants.filter(
      ({ role, class: of, subject }) =>
        /drill-(tasks|tear-down)/.test(role) && of !== 'bestEffort' && subject !== 'Target',
    );
    assert.equal(needed.length, 3 + 1 + 3 + 3 + 1 + 1 + 1 + (2 + 1 + 1 + 3 + 1 + 1 + 3));
    for (const grant of needed) {
      const giveBack = [grant, ...shortcutTo(grant)].map(withdraw);
      const { status, cause = '' } = await drill();
      for (const give of giveBack) give();
      assert.equal(status, 'FAILED', `${grant.role} without ${grant.action}`);
      assert.ok(
        cause.includes(`perform: ${grant.action} `),
        `${grant.sid} without ${grant.action}: ${cause}`,
      );
    }
  });

  /** What lets a drill fail soon, so that it comes at once to where an action is needed. */
  function shortcutTo({ role, subject, action }: RunTimeGrant): RunTimeGrant[] {
    const fails = (first: string) =>
      grants.filter((grant) => grant.role === 'drill-tasks' && grant.action === first);
    if (subject === 'Left') return fails('datazone:CreateDomain');
    // There is nothing to remove of a restore that was not begun.
    return role === 'drill-tear-down' && action !== 'dynamodb:DeleteItem'
      ? fails('dynamodb:BatchGetItem')
      : [];
  }
});
