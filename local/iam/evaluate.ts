import { allOf, type ConditionContext, conditionsHold, substituteVariables, type Truth } from './conditions';
import { matchesAction, matchesArn } from './patterns';
import type { PolicyDocument, PolicyStatement } from './policy-document';

/** One authorization question. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

export type Decision = 'allowed' | 'implicitDeny' | 'explicitDeny';

/**
 * AWS's evaluation logic for identity policies within one account: an explicit Deny wins, else an Allow is
 * needed. Fails closed: what cannot be judged (an operator not known here, a policy variable without a value)
 * lets no Allow hold and makes every Deny hold.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(documents: readonly PolicyDocument[], request: AccessRequest): Decision {
  const statements = documents.flatMap((document) => document.Statement);
  const holds = (statement: PolicyStatement) => statementHolds(statement, request);
  if (statements.some((s) => s.Effect === 'Deny' && holds(s) !== false)) return 'explicitDeny';
  return statements.some((s) => s.Effect === 'Allow' && holds(s) === true) ? 'allowed' : 'implicitDeny';
}

/** Whether a role's trust policy lets an AWS service (`lambda.amazonaws.com`) assume it. */
export function trusts(
  trustPolicy: PolicyDocument,
  servicePrincipal: string,
  context: ConditionContext,
): boolean {
  const anywhere = trustPolicy.Statement.map((statement) => ({ ...statement, Resource: ['*'] }));
  const request = { action: 'sts:AssumeRole', resource: '*', context };
  return allowsService({ Statement: anywhere }, servicePrincipal, request);
}

/** Whether a resource's own policy (a queue's, a key's) lets an AWS service do something. */
export function allowsService(
  policy: PolicyDocument,
  servicePrincipal: string,
  request: AccessRequest,
): boolean {
  const applicable = policy.Statement.filter(({ Principal: principal }) =>
    principal === '*' ? true : (principal?.Service ?? []).includes(servicePrincipal),
  );
  return evaluate([{ Statement: applicable }], request) === 'allowed';
}

function statementHolds(statement: PolicyStatement, request: AccessRequest): Truth {
  return allOf([
    actionMatches(statement, request.action),
    resourceMatches(statement, request),
    conditionsHold(statement.Condition ?? {}, request.context),
  ]);
}

function actionMatches({ Action: wanted, NotAction: excluded }: PolicyStatement, action: string): boolean {
  if (wanted) return wanted.some((pattern) => matchesAction(pattern, action));
  return !(excluded ?? []).some((pattern) => matchesAction(pattern, action));
}

function resourceMatches(statement: PolicyStatement, { resource, context }: AccessRequest): Truth {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  const matches = (patterns: readonly string[]): Truth => {
    const truths = patterns.map((pattern) => {
      const resolved = substituteVariables(pattern, values);
      return resolved === undefined ? 'unknown' : matchesArn(resolved, resource);
    });
    if (truths.includes(true)) return true;
    return truths.includes('unknown') ? 'unknown' : false;
  };
  if (statement.Resource) return matches(statement.Resource);
  if (!statement.NotResource) return false;
  const excluded = matches(statement.NotResource);
  return excluded === 'unknown' ? 'unknown' : !excluded;
}
