import { denialMessage } from './gateway';
import type { PolicyStore } from './iam/policy-store';

/**
 * Asks IAM whether a call that AWS makes inside itself is allowed; returns if so, else throws an error whose
 * message is IAM's own ("User: ... is not authorized to perform: ... on resource: ...").
 *
 * `principal` is the ARN of an IAM role; or, with the action `sts:AssumeRole`, a service principal such as
 * `scheduler.amazonaws.com`: then the trust policy of the role that is the resource decides. `context` holds
 * condition keys, for example `aws:SourceArn`.
 */
export type Authorize = (
  principal: string,
  action: string,
  resource: string,
  context?: Readonly<Record<string, string>>,
) => void;

/** Asks whether `service` may assume `roleArn` on behalf of the resource `sourceArn`; throws if not. */
export function authorizeService(
  authorize: Authorize,
  service: string,
  roleArn: string,
  sourceArn: string,
): void {
  authorize(service, 'sts:AssumeRole', roleArn, {
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': sourceArn.split(':')[4] ?? '',
  });
}

/** IAM does not allow a call that one AWS service makes to another. */
export class NotAuthorizedError extends Error {
  override readonly name = 'NotAuthorizedError';
}

/** Judges by the captured policies; throws `NotAuthorizedError`. */
export function authorizeBy(policies: PolicyStore): Authorize {
  return (principal, action, resource, context = {}) => {
    const requested = { action, resource, context };
    const decision =
      action === 'sts:AssumeRole'
        ? policies.mayBeAssumedBy(principal, resource, context)
          ? 'allowed'
          : 'implicitDeny'
        : policies.decide(principal, requested);
    if (decision !== 'allowed') throw new NotAuthorizedError(denialMessage(principal, requested, decision));
  };
}
