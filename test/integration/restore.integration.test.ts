import assert from 'node:assert/strict';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { callIn } from '../../local/fixture/filling';
import { CloudBench, untilEnded } from '../support/cloud-bench';

describe('restores on the local cloud', function () {
  this.timeout(240_000);
  let bench: CloudBench;
  let glossaryId: string;
  let termId: string;

  /** Runs the restore's state machine of a Region, as a client does; gives its output, or its error. */
  async function restore(region: string, input: unknown) {
    const { endpoint, credentials, outputs } = bench.cloud;
    const { restoreStateMachineArn, standbyRestoreStateMachineArn } = outputs;
    const client = new SFNClient({ endpoint, credentials, region });
    const { executionArn } = await client.send(
      new StartExecutionCommand({
        stateMachineArn: String(
          region === outputs.region ? restoreStateMachineArn : standbyRestoreStateMachineArn,
        ),
        input: JSON.stringify(input),
      }),
    );
    const { status, error, cause, output } = await untilEnded(client, executionArn ?? '');
    client.destroy();
    return status === 'SUCCEEDED' ? JSON.parse(output ?? '{}') : { error, cause };
  }

  before(async () => {
    bench = await CloudBench.start({ flavour: 'datazone', config: { rateShare: 100 } }, 2);
    const owningProjectIdentifier = bench.projects[0]?.projectId ?? '';
    const glossary = { owningProjectIdentifier, name: 'Fish', status: 'ENABLED' } as const;
    glossaryId = callIn(domain(), 'CreateGlossary', glossary).id;
    const term = { glossaryIdentifier: glossaryId, name: 'Pike' };
    termId = callIn(domain(), 'CreateGlossaryTerm', term).id;
    assert.equal((await bench.run()).result.status, 'COMPLETE');
    for (const region of regions()) {
      await bench.cloud.dynamodb.drainReplication();
      assert.match((await bench.cloud.runProof(region)).payload, /"proven"/);
    }
  });
  after(() => bench?.stop());

  function regions(): [primary: string, secondary: string] {
    const { region, secondaryRegion } = bench.cloud.outputs;
    return [region, secondaryRegion];
  }

  /** The protected domain, as its administrator calls it. */
  function domain() {
    const { datazone: service, administrator: caller, outputs } = bench.cloud;
    return { service, caller, domainId: outputs.domainId };
  }

  it('refuse what they cannot do, with the reason as the cause', async () => {
    const [region] = regions();
    const targetDomainId = bench.cloud.outputs.domainId;
    const refused: [input: object, error: string, cause: RegExp][] = [
      [{}, 'InvalidInputError', /action is none of plan, apply, verify$/],
      [{ action: 'create', name: 'New' }, 'InvalidInputError', /action is none of plan, apply, verify$/],
      [{ action: 'apply', plan: 'misspelt' }, 'InvalidInputError', /Unrecognized key: "plan"/],
      [{ action: 'apply', planId: 'none' }, 'NoSuchRestoreError', /there is no restore none/],
      [
        { action: 'plan', targetDomainId, selection: { ids: ['none'] } },
        'NothingSelectedError',
        /nothing answers to/,
      ],
    ];
    for (const [input, error, cause] of refused) {
      const answer = await restore(region, input);
      assert.equal(answer.error, error, answer.cause);
      assert.match(answer.cause, cause);
    }
  });

  it('bring a glossary and its term back into the domain that lost them', async () => {
    const [region] = regions();
    const targetDomainId = bench.cloud.outputs.domainId;
    callIn(domain(), 'DeleteGlossaryTerm', { identifier: termId });
    callIn(domain(), 'UpdateGlossary', { identifier: glossaryId, status: 'DISABLED' });
    callIn(domain(), 'DeleteGlossary', { identifier: glossaryId });
    const selection = { kinds: ['glossary', 'glossaryTerm'] };

    const { planId, instant, totals } = await restore(region, { action: 'plan', targetDomainId, selection });
    const verify = { action: 'verify', targetDomainId, instant, selection };
    const before = await restore(region, verify);
    const applied = await restore(region, { action: 'apply', planId });
    const after = await restore(region, verify);
    const again = await restore(region, { action: 'plan', targetDomainId, selection });

    assert.equal(totals.create, 2);
    assert.deepEqual(before.differences, [
      `glossary ${glossaryId} is missing`,
      `glossaryTerm ${termId} is missing`,
    ]);
    assert.deepEqual([applied.status, applied.outcomes.DONE, applied.more], ['COMPLETE', 2, false]);
    assert.deepEqual([after.equal, after.differences], [true, []]);
    assert.deepEqual(Object.keys(again.totals), ['skip']);
  });

  it('make a new domain in the secondary Region, equal to the one that is lost with the primary', async () => {
    const { cloud } = bench;
    const [primary, secondary] = regions();
    const giveBack = cloud.faults.regionOff(primary);
    cloud.dynamodb.pauseReplication();

    const { targetDomainId } = await restore(secondary, { action: 'create', name: 'Standby' });
    // A new domain differs by its description and the name of its root unit.
    const plan = { action: 'plan', targetDomainId, conflicts: 'update' };
    const planned = await restore(secondary, plan);
    const applied = await restore(secondary, { action: 'apply', planId: planned.planId });
    const verdict = await restore(secondary, { action: 'verify', targetDomainId, instant: planned.instant });

    assert.equal(planned.targetRegion, secondary);
    assert.deepEqual(planned.notProven, {});
    assert.equal(applied.status, 'COMPLETE', JSON.stringify(applied));
    assert.deepEqual(
      { equal: verdict.equal, differences: verdict.differences, others: verdict.extras.byOthers },
      { equal: true, differences: [], others: [] },
    );
    giveBack();
    cloud.dynamodb.resumeReplication();
  });
});
