import assert from 'node:assert/strict';
import { publishedRates } from '../../../core/catalog/pace';
import { restoreOperations } from '../../../core/restore/operations';
import { restoreRates } from '../../../core/restore/rates';

describe('the rates of a restore', () => {
  it('are there for every operation that it may send, and for no other', () => {
    assert.deepEqual(Object.keys(restoreRates).sort(), Object.keys(restoreOperations).sort());
    for (const [operation, rate] of Object.entries(restoreRates)) {
      assert.ok(Number.isInteger(rate) && rate >= 3 && rate <= 20, `${operation}: ${rate}`);
    }
  });

  it('are those of a backup for what reads', () => {
    for (const [operation, rate] of Object.entries(publishedRates)) {
      assert.equal(restoreRates[operation], rate, operation);
    }
  });

  it('are those that AWS publishes for what writes, and the highest where it publishes none', () => {
    const of = (rate: number) =>
      Object.keys(restoreRates).filter(
        (operation) => !/^(Get|List|Search|BatchGet)/.test(operation) && restoreRates[operation] === rate,
      );

    assert.equal(restoreRates.CreateAsset, 20);
    assert.equal(restoreRates.CreateGlossaryTerm, 20);
    assert.deepEqual(of(5), ['CreateGlossary']);
    assert.deepEqual(of(8).sort(), ['CreateEnvironmentProfile', 'UpdateDomain']);
    assert.deepEqual(of(10), ['PutEnvironmentBlueprintConfiguration']);
    assert.deepEqual(of(3).sort(), [
      ...['AcceptSubscriptionRequest', 'CancelSubscription', 'CreateEnvironment', 'CreateProject'],
      ...['CreateProjectMembership', 'CreateProjectProfile', 'CreateSubscriptionGrant'],
      ...['CreateSubscriptionRequest', 'DeleteProjectMembership', 'RejectSubscriptionRequest'],
      ...['RevokeSubscription', 'UpdateEnvironment', 'UpdateProject', 'UpdateProjectProfile'],
      ...['UpdateSubscriptionRequest', 'UpdateSubscriptionTarget'],
    ]);
  });
});
