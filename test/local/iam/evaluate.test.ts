import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConditionContext } from '../../../local/iam/conditions';
import { type Decision, evaluate, trusts } from '../../../local/iam/evaluate';
import { unknownActions } from '../../../local/iam/known-actions';
import { InvalidPolicyError, parsePolicyDocument } from '../../../local/iam/policy-document';

const TABLE = 'arn:aws:dynamodb:eu-west-1:123456789012:table/vault';

function judge(
  statements: readonly object[],
  {
    action = 'dynamodb:PutItem',
    resource = TABLE,
    context = {},
  }: { action?: string; resource?: string; context?: ConditionContext } = {},
): Decision {
  const document = parsePolicyDocument({ Version: '2012-10-17', Statement: statements }, 'test');
  return evaluate([document], { action, resource, context });
}

const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Action: 'dynamodb:PutItem',
  Resource: TABLE,
  ...more,
});

/** Decision of an Allow under one condition. */
const under = (operator: string, key: string, value: unknown, context: ConditionContext) =>
  judge([allow({ Condition: { [operator]: { [key]: value } } })], { context });

describe('IAM evaluation', () => {
  it('denies what nothing allows, allows what something allows, and lets a deny win', () => {
    assert.equal(judge([]), 'implicitDeny');
    assert.equal(judge([allow()]), 'allowed');
    assert.equal(judge([allow(), allow({ Effect: 'Deny', Action: '*' })]), 'explicitDeny');
  });

  it('matches actions without regard to case, with wildcards, and by NotAction', () => {
    assert.equal(judge([allow({ Action: 'DynamoDB:put*' })]), 'allowed');
    assert.equal(judge([allow({ Action: ['dynamodb:Get*', 'dynamodb:Pu?Item'] })]), 'allowed');
    assert.equal(judge([allow({ Action: 'dynamodb:Put' })]), 'implicitDeny');
    assert.equal(judge([{ Effect: 'Allow', NotAction: 'dynamodb:Put*', Resource: '*' }]), 'implicitDeny');
    assert.equal(judge([{ Effect: 'Allow', NotAction: 'dynamodb:Get*', Resource: '*' }]), 'allowed');
  });

  it('matches resources with wildcards inside their parts, and by NotResource', () => {
    assert.equal(judge([allow({ Resource: TABLE.replace('vault', 'v*') })]), 'allowed');
    assert.equal(judge([allow({ Resource: 'arn:aws:dynamodb:*:*:table/vault' })]), 'allowed');
    assert.equal(judge([allow({ Resource: 'arn:aws:dynamodb:*:table/vault' })]), 'implicitDeny');
    assert.equal(judge([allow({ Resource: TABLE })], { resource: `${TABLE}/index/i` }), 'implicitDeny');
    assert.equal(judge([{ Effect: 'Allow', Action: '*', NotResource: TABLE }]), 'implicitDeny');
  });

  it('lets only Resource "*" allow an action that has no resource type', () => {
    const asked = { action: 'datazone:Search', resource: '*' };
    const domain = 'arn:aws:datazone:eu-west-1:123456789012:domain/dzd_1';
    assert.equal(
      judge([{ Effect: 'Allow', Action: 'datazone:Search', Resource: domain }], asked),
      'implicitDeny',
    );
    assert.equal(judge([{ Effect: 'Allow', Action: 'datazone:Search', Resource: '*' }], asked), 'allowed');
  });

  const cases: readonly [
    operator: string,
    value: unknown,
    given: string | string[] | undefined,
    holds: boolean,
  ][] = [
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', 'a', undefined, true],
    ['StringLike', 'dynamodb.*.amazonaws.com', 'dynamodb.eu-west-1.amazonaws.com', true],
    ['StringNotLike', 'dyn*', 'dynamodb', false],
    ['ArnEquals', 'arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/x', true],
    ['ArnLike', 'arn:aws:*:role/x', 'arn:aws:iam::1:role/x', false],
    ['ArnNotLike', 'arn:aws:iam::1:role/*', 'arn:aws:iam::1:user/x', true],
    ['Bool', true, 'true', true],
    ['Bool', 'false', 'true', false],
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'a', false],
    ['Null', 'false', 'a', true],
    ['NumericLessThan', 10, '9', true],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['NumericEquals', '10', 'ten', false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', 'a', undefined, true],
    ['ForAnyValue:StringLike', ['a*'], ['b', 'ax'], true],
    ['ForAnyValue:StringEquals', 'a', undefined, false],
  ];
  for (const [operator, value, given, holds] of cases) {
    it(`${operator} of ${JSON.stringify(value)} ${holds ? 'holds' : 'does not hold'} for ${JSON.stringify(given)}`, () => {
      const context = given === undefined ? {} : { 'aws:Key': given };
      assert.equal(under(operator, 'AWS:key', value, context), holds ? 'allowed' : 'implicitDeny');
    });
  }

  it('needs all operators and all keys of a condition to hold', () => {
    const Condition = { StringEquals: { a: '1', b: '2' }, Bool: { c: 'true' } };
    assert.equal(judge([allow({ Condition })], { context: { a: '1', b: '2', c: 'true' } }), 'allowed');
    assert.equal(judge([allow({ Condition })], { context: { a: '1', b: '3', c: 'true' } }), 'implicitDeny');
    assert.equal(judge([allow({ Condition })], { context: { a: '1', b: '2', c: 'false' } }), 'implicitDeny');
  });

  it('fails closed on an operator that it does not know: no allow holds by it, every deny does', () => {
    const known = ['StringLike', 'ArnLike', 'Null', 'Bool'];
    const operators = fc.oneof(
      fc.constantFrom(
        'DateLessThan',
        'IpAddress',
        'BinaryEquals',
        'ForAnyValue:DateEquals',
        'IpAddressIfExists',
      ),
      fc.stringMatching(/^[A-Z][a-z]{3,12}$/).filter((name) => !known.includes(name)),
    );
    fc.assert(
      fc.property(operators, fc.boolean(), (operator, given) => {
        const Condition = { [operator]: { 'aws:Key': 'x' } };
        const context: ConditionContext = given ? { 'aws:Key': 'x' } : {};
        assert.equal(judge([allow({ Condition })], { context }), 'implicitDeny');
        assert.equal(judge([allow(), allow({ Effect: 'Deny', Condition })], { context }), 'explicitDeny');
      }),
    );
  });

  it('fails closed on a policy variable without a value, and puts a known one in its place', () => {
    const variable = { Resource: `${TABLE}-\${aws:PrincipalTag/team}` };
    assert.equal(judge([allow(variable)], { resource: `${TABLE}-x` }), 'implicitDeny');
    assert.equal(judge([allow({ Resource: '*' }), allow({ Effect: 'Deny', ...variable })]), 'explicitDeny');
    const context = { 'aws:principaltag/Team': 'x' };
    assert.equal(judge([allow(variable)], { resource: `${TABLE}-x`, context }), 'allowed');
  });

  it('refuses a document with an element that it does not know', () => {
    const named = { name: 'InvalidPolicyError', message: /Policy of role x/ };
    assert.throws(() => parsePolicyDocument('{', 'role x'), named);
    assert.throws(
      () => parsePolicyDocument({ Statement: [{ ...allow(), NotPrincipal: '*' }] }, 'role x'),
      named,
    );
    assert.throws(
      () => parsePolicyDocument({ Statement: { Effect: 'Allow', Resource: '*' } }, 'role x'),
      InvalidPolicyError,
    );
  });

  it('lets a trust policy name who may assume the role, under its conditions', () => {
    const trust = parsePolicyDocument(
      {
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
        },
      },
      'test',
    );
    assert.equal(trusts(trust, 'lambda.amazonaws.com', { 'aws:SourceAccount': '123456789012' }), true);
    assert.equal(trusts(trust, 'lambda.amazonaws.com', { 'aws:SourceAccount': '210987654321' }), false);
    assert.equal(trusts(trust, 'states.amazonaws.com', { 'aws:SourceAccount': '123456789012' }), false);
  });
});

describe('unknownActions', () => {
  it('names the actions that AWS does not have', async () => {
    const Action = [
      'dynamodb:PutItem',
      'dynamodb:PutItems',
      'datazone:Search*',
      'datazone:Serach*',
      'dynamo:GetItem',
    ];
    const policy = parsePolicyDocument({ Statement: { Effect: 'Allow', Action, Resource: '*' } }, 'test');
    assert.deepEqual(await unknownActions(policy), [
      'dynamodb:PutItems',
      'datazone:Serach*',
      'dynamo:GetItem',
    ]);
  });
});
