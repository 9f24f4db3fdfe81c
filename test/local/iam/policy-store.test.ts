import assert from 'node:assert/strict';
import { PolicyStore, UnknownPolicyError } from '../../../local/iam/policy-store';

const ROLE = 'arn:aws:iam::123456789012:role/service/capture';
const MANAGED = 'arn:aws:iam::123456789012:policy/reader';
const document = (...actions: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

function storeWithRole(inputs: object = {}): PolicyStore {
  const store = new PolicyStore();
  store.register({
    type: 'aws:iam/role:Role',
    name: 'capture',
    inputs: { assumeRolePolicy: trust, ...inputs },
    state: { arn: ROLE, name: 'capture' },
  });
  return store;
}

describe('PolicyStore', () => {
  const asked = { action: 'datazone:Search', resource: '*' };

  it('takes inline policies of the role, role policies, and attached managed policies', () => {
    const inline = storeWithRole({
      inlinePolicies: [{ name: 'a', policy: JSON.stringify(document('datazone:Search')) }],
    });
    assert.equal(inline.decide(ROLE, asked), 'allowed');

    const rolePolicy = storeWithRole();
    const type = 'aws:iam/rolePolicy:RolePolicy';
    rolePolicy.register({
      type,
      name: 'a',
      inputs: { role: 'capture', policy: document('datazone:Search') },
      state: {},
    });
    assert.equal(rolePolicy.decide(ROLE, asked), 'allowed');

    const attached = storeWithRole();
    attached.register({
      type: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
      name: 'a',
      inputs: { role: 'capture', policyArn: MANAGED },
      state: {},
    });
    const policy = document('datazone:Search');
    attached.register({
      type: 'aws:iam/policy:Policy',
      name: 'reader',
      inputs: { policy },
      state: { arn: MANAGED },
    });
    assert.equal(attached.decide(ROLE, asked), 'allowed');
  });

  it('leaves other resource types to others', () => {
    assert.equal(
      new PolicyStore().register({ type: 'aws:sqs/queue:Queue', name: 'q', inputs: {}, state: {} }),
      false,
    );
  });

  it('denies a principal that is no role of the program', () => {
    assert.equal(storeWithRole().decide('arn:aws:iam::123456789012:role/other', asked), 'implicitDeny');
  });

  it('does not guess what a managed policy allows whose document it has not got', () => {
    const store = storeWithRole({ managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] });
    assert.throws(() => store.decide(ROLE, asked), UnknownPolicyError);
  });

  it('takes one action away from one principal, and gives it back', () => {
    const store = storeWithRole({ inlinePolicies: [{ policy: document('datazone:*') }] });
    const giveBack = store.withoutAction(ROLE, 'datazone:Search');
    assert.equal(store.decide(ROLE, asked), 'implicitDeny');
    assert.equal(store.decide(ROLE, { ...asked, action: 'datazone:GetAsset' }), 'allowed');
    giveBack();
    assert.equal(store.decide(ROLE, asked), 'allowed');
  });

  it('takes an action away on some resources only', () => {
    const store = storeWithRole({ inlinePolicies: [{ policy: document('dynamodb:GetItem') }] });
    const inRegion = (region: string) => ({
      action: 'dynamodb:GetItem',
      resource: `arn:aws:dynamodb:${region}:123456789012:table/vault`,
    });
    store.withoutAction(ROLE, 'dynamodb:GetItem', 'arn:aws:dynamodb:eu-west-1:123456789012:table/*');

    assert.equal(store.decide(ROLE, inRegion('eu-west-1')), 'implicitDeny');
    assert.equal(store.decide(ROLE, inRegion('eu-central-1')), 'allowed');
    assert.deepEqual([...store.usedResources(ROLE, 'dynamodb:GetItem')], [inRegion('eu-central-1').resource]);
  });

  it('remembers which granted actions were used', () => {
    const store = storeWithRole({
      inlinePolicies: [{ policy: document('datazone:Search', 'datazone:GetAsset') }],
    });
    store.decide(ROLE, asked);
    store.decide(ROLE, { ...asked, action: 'datazone:ListProjects' });
    assert.deepEqual([...store.usedActions(ROLE)], ['datazone:Search']);
  });

  it('tells which service may assume a role', () => {
    assert.equal(storeWithRole().mayBeAssumedBy('lambda.amazonaws.com', ROLE), true);
    assert.equal(storeWithRole().mayBeAssumedBy('states.amazonaws.com', ROLE), false);
    assert.equal(
      storeWithRole().mayBeAssumedBy('lambda.amazonaws.com', 'arn:aws:iam::123456789012:role/other'),
      false,
    );
  });
});
