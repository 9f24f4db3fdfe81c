import assert from 'node:assert/strict';
import { callIn } from '../../local/fixture/filling';
import { hurried } from '../../local/hurried';
import { CloudBench } from '../support/cloud-bench';
import { proveInBothRegions, restore, restoreInStandby } from '../support/standby-restore';

describe('restores on the local cloud', function () {
  this.timeout(240_000);
  let bench: CloudBench;
  let glossaryId: string;
  let termId: string;

  before(async () => {
    bench = await CloudBench.start({ flavour: 'datazone', config: { requestRates: hurried } }, 2);
    const owningProjectIdentifier = bench.projects[0]?.projectId ?? '';
    const glossary = { owningProjectIdentifier, name: 'Fish', status: 'ENABLED' } as const;
    glossaryId = callIn(domain(), 'CreateGlossary', glossary).id;
    const term = { glossaryIdentifier: glossaryId, name: 'Pike' };
    termId = callIn(domain(), 'CreateGlossaryTerm', term).id;
    bench.fillGovernance();
    await proveInBothRegions(bench);
  });
  after(() => bench?.stop());

  /** The protected domain, as its administrator calls it. */
  function domain() {
    const { datazone: service, administrator: caller, outputs } = bench.cloud;
    return { service, caller, domainId: outputs.domainId };
  }

  it('refuse what they cannot do, with the reason as the cause', async () => {
    const { region } = bench.cloud.outputs;
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
      const answer = await restore(bench, region, input);
      assert.equal(answer.error, error, answer.cause);
      assert.match(answer.cause, cause);
    }
  });

  it('bring a glossary and its term back into the domain that lost them', async () => {
    const { region } = bench.cloud.outputs;
    const targetDomainId = bench.cloud.outputs.domainId;
    callIn(domain(), 'DeleteGlossaryTerm', { identifier: termId });
    callIn(domain(), 'UpdateGlossary', { identifier: glossaryId, status: 'DISABLED' });
    callIn(domain(), 'DeleteGlossary', { identifier: glossaryId });
    const selection = { kinds: ['glossary', 'glossaryTerm'] };

    const { planId, instant, totals } = await restore(bench, region, {
      action: 'plan',
      targetDomainId,
      selection,
    });
    const verify = { action: 'verify', targetDomainId, instant, selection };
    const before = await restore(bench, region, verify);
    const applied = await restore(bench, region, { action: 'apply', planId });
    const after = await restore(bench, region, verify);
    const again = await restore(bench, region, { action: 'plan', targetDomainId, selection });

    assert.equal(totals.create, 2);
    assert.deepEqual(before.differences, [
      `glossary ${glossaryId} is missing`,
      `glossaryTerm ${termId} is missing`,
    ]);
    assert.deepEqual([applied.status, applied.outcomes.DONE, applied.more], ['COMPLETE', 2, false]);
    assert.deepEqual([after.equal, after.differences], [true, []]);
    assert.deepEqual(Object.keys(again.totals), ['skip']);
  });

  it('make a new domain in the secondary Region, equal to the one that is lost with the primary', () =>
    comesBackInStandby(bench));
});

describe('restores of a V2 domain on the local cloud', function () {
  this.timeout(240_000);
  let bench: CloudBench;

  before(async () => {
    bench = await CloudBench.start({ flavour: 'smus', config: { requestRates: hurried } }, 2);
    bench.fillGovernance();
    await proveInBothRegions(bench);
  });
  after(() => bench?.stop());

  it('make a new domain in the secondary Region, equal to the one that is lost with the primary', () =>
    comesBackInStandby(bench));
});

/** Every kind of the domain's version is restored, from the replica and by the secondary Region alone. */
async function comesBackInStandby(bench: CloudBench): Promise<void> {
  const { standbyDatazone, administrator, outputs } = bench.cloud;
  const { secondaryRegion, domainVersion } = outputs;

  const { targetDomainId, planned, applied, verdict, tried } = await restoreInStandby(bench);

  const caller = { ...administrator, region: secondaryRegion };
  const made = standbyDatazone.call('GetDomain', { identifier: targetDomainId }, caller);
  assert.equal(made.domainVersion, domainVersion);
  assert.equal(planned.targetRegion, secondaryRegion);
  assert.deepEqual(planned.notProven, {});
  assert.equal(applied.status, 'COMPLETE', JSON.stringify(applied));
  assert.deepEqual(
    { equal: verdict.equal, differences: verdict.differences, others: verdict.extras.byOthers },
    { equal: true, differences: [], others: [] },
  );
  assert.deepEqual(tried, []);
}
