import assert from 'node:assert/strict';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { CloudBench } from '../support/cloud-bench';

describe('a backup whose workers die', () => {
  let bench: CloudBench;

  before(async () => {
    bench = await CloudBench.start({ flavour: 'datazone' }, 6);
  });

  afterEach(() => bench.cloud.faults.clear());

  after(() => bench?.stop());

  /** Kills what is at work at the n-th of these calls, and counts the dead. */
  function killAt(call: number, calls: { operation: string; principalArn?: string }, times: number) {
    const { faults, lambda } = bench.cloud;
    const victims = { count: 0 };
    const crash = () => {
      victims.count += lambda.killRunning();
    };
    faults.add({ service: 'dynamodb', ...calls, times, effect: { kind: 'crashAt', call, crash } });
    return victims;
  }

  for (const { where, operation, call } of [
    { where: 'it begins', operation: 'PutItem', call: 2 },
    { where: 'it writes', operation: 'PutItem', call: 30 },
    { where: 'it reads what was there', operation: 'Query', call: 12 },
    { where: 'it closes references', operation: 'BatchGetItem', call: 1 },
  ]) {
    it(`is whole if that happens while ${where}: Step Functions tries again`, async () => {
      bench.workInTheDomain();
      const victims = killAt(call, { operation }, 1);

      const { status, result } = await bench.run();

      assert.ok(victims.count > 0, 'nothing was at work');
      assert.equal(status, 'SUCCEEDED');
      assert.equal(result.status, 'COMPLETE');
      assert.deepEqual(await bench.differences(result.cutAt), []);
    });
  }

  it('is FAILED and says why if they die at every try, and the next one is whole', async () => {
    const role = bench.cloud.graph.resources.find(
      ({ type, name }) => type === 'aws:iam/role:Role' && name.includes('commit'),
    );
    killAt(1, { operation: 'Query', principalArn: String(role?.state.arn) }, Number.POSITIVE_INFINITY);
    const failed = await bench.run();
    bench.cloud.faults.clear();
    const next = await bench.run();

    assert.equal(failed.status, 'FAILED');
    assert.equal(failed.error, 'BackupFailed');
    const manifest = await bench.manifestOf(failed.executionArn);
    assert.equal(manifest?.status, 'FAILED');
    assert.match(manifest.reason ?? '', /Runtime.ExitError/);
    assert.equal(next.result.status, 'COMPLETE');
    assert.deepEqual(await bench.differences(next.result.cutAt), []);
  });

  for (const call of [10, 40]) {
    it(`hands its lease on when it was stopped at call ${call}, with its worker still at work`, async () => {
      bench.workInTheDomain();
      const reached = new Promise<void>((resolve) => {
        bench.cloud.faults.add({
          principalArn: bench.cloud.outputs.captureRoleArn,
          times: 1,
          effect: { kind: 'crashAt', call, crash: () => resolve() },
        });
      });
      const executionArn = await bench.startExecution();
      await reached;
      await bench.states.send(new StopExecutionCommand({ executionArn }));
      const abandoned = await bench.manifestOf(executionArn);

      const next = await bench.run();

      assert.equal(abandoned?.status, 'RUNNING');
      assert.equal(next.result.status, 'COMPLETE');
      const manifest = await bench.manifestOf(executionArn);
      assert.equal(manifest?.status, 'FAILED');
      assert.ok(manifest.reason?.includes(next.executionArn ?? 'none'));
      assert.deepEqual(await bench.differences(next.result.cutAt), []);
    });
  }
});
