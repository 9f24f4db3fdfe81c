import assert from 'node:assert/strict';
import { Digest } from '../../core/vault/digest';
import { heldAt } from '../../core/vault/point-in-time';
import { type Clock, systemClock } from '../../local/clock';
import { vaultIn } from '../../local/demo/clients';
import { CloudBench, type Ended } from '../support/cloud-bench';

/** The system's clock, which can be put forward. */
class ShiftedClock implements Clock {
  private shift = 0;
  readonly sleep = systemClock.sleep;

  now(): number {
    return systemClock.now() + this.shift;
  }

  forward(milliseconds: number): void {
    this.shift += milliseconds;
  }
}

describe("a backup on one of AWS's bad days", () => {
  const clock = new ShiftedClock();
  let bench: CloudBench;

  before(async () => {
    bench = await CloudBench.start({ flavour: 'datazone', unkind: true, clock, seed: 3 }, 60);
  });

  after(() => bench?.stop());

  /** What a snapshot says of itself, computed again from the replica. */
  async function assertTrueInTheOtherRegion({ result }: Ended): Promise<void> {
    const vault = vaultIn(bench.cloud, bench.cloud.outputs.secondaryRegion);
    const computed = new Map<string, Digest>();
    for (const scope of await vault.scopes()) {
      const digest = computed.get(scope.kind) ?? new Digest();
      computed.set(scope.kind, digest);
      for await (const { live, id, hash } of heldAt(vault, scope, result.cutAt)) {
        if (live) digest.add(scope.kind, scope.scopeId, id, hash);
      }
    }
    for (const [kind, { count, digest }] of Object.entries(result.kinds ?? {})) {
      assert.deepEqual(
        { kind, count: computed.get(kind)?.count, digest: computed.get(kind)?.toString() },
        { kind, count, digest },
      );
    }
  }

  it('is true to itself while indexes still lag behind what was just filled in', async () => {
    const run = await bench.run();

    assert.equal(run.status, 'SUCCEEDED');
    assert.ok(['COMPLETE', 'PARTIAL'].includes(String(run.result.status)));
    await bench.cloud.dynamodb.drainReplication();
    await assertTrueInTheOtherRegion(run);
  });

  it('has everything once the indexes have caught up', async () => {
    bench.workInTheDomain();
    clock.forward(60_000);
    const run = await bench.run();

    assert.equal(run.result.status, 'COMPLETE');
    assert.deepEqual(await bench.differences(run.result.cutAt), []);
    await assertTrueInTheOtherRegion(run);
  });

  it('starts a search again whose cursor has expired', async () => {
    // Sixth: of both projects' two pages and the two searches beside them, the last is a second page.
    const crash = () => clock.forward(11 * 60_000);
    const effect = { kind: 'crashAt', call: 6, crash } as const;
    const before = clock.now();
    bench.cloud.faults.add({ service: 'datazone', operation: 'Search', times: 1, effect });
    const run = await bench.run();

    assert.ok(clock.now() - before > 11 * 60_000, 'no cursor has expired');
    assert.equal(run.result.status, 'COMPLETE');
    assert.deepEqual(await bench.differences(run.result.cutAt), []);
  });

  it('counts a deletion once, though searches still show what Gets refuse', async () => {
    bench.workInTheDomain();
    const during = await bench.run();
    clock.forward(60_000);
    const after = await bench.run();

    const deleted = [during, after].map(({ result }) => result.kinds?.asset?.deleted ?? 0);
    assert.equal(after.result.status, 'COMPLETE');
    assert.deepEqual(deleted.sort(), [0, 1]);
    assert.deepEqual(await bench.differences(after.result.cutAt), []);
    await assertTrueInTheOtherRegion(during);
    await assertTrueInTheOtherRegion(after);
  });
});

describe('a backup whose calls fail', () => {
  let bench: CloudBench;

  before(async () => {
    bench = await CloudBench.start({ flavour: 'smus', seed: 5 }, 4);
  });

  afterEach(() => bench.cloud.faults.clear());

  after(() => bench?.stop());

  for (const service of ['datazone', 'dynamodb']) {
    for (const effect of ['throttle', 'serverError', 'lostResponse'] as const) {
      it(`is COMPLETE and equal with a ${effect} at 3 of 10 calls of ${service}`, async () => {
        bench.workInTheDomain();
        // Ten meet every kind of call; backing off from more takes its time.
        bench.cloud.faults.add({ service, effect: { kind: effect }, probability: 0.3, times: 10 });
        const run = await bench.run();
        bench.cloud.faults.clear();

        assert.equal(run.status, 'SUCCEEDED', run.cause);
        assert.equal(run.result.status, 'COMPLETE', JSON.stringify(run.result));
        assert.equal((await bench.manifestOf(run.executionArn))?.status, 'COMPLETE');
        assert.deepEqual(await bench.differences(run.result.cutAt), []);
      });
    }
  }
});
