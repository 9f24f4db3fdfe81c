import { type Input, jsonStringify, type Output } from '@pulumi/pulumi';

/**
 * Why an action is granted. `called`: our code calls it, and a run fails without it. `implied`: AWS makes the
 * call on our code's behalf, and a run fails without it. `bestEffort`: a run is COMPLETE without it.
 */
export type GrantClass = 'called' | 'implied' | 'bestEffort';

/** Actions on one resource, and what they are needed for. */
export interface Grant {
  readonly class: GrantClass;
  /** What it is about, in PascalCase and once per policy: with the class it names the policy's statement. */
  readonly subject: string;
  readonly reason: string;
  readonly actions: readonly string[];
  /** ARN, or `*` for actions without a resource type. */
  readonly resource: Input<string>;
  /** Conditions by operator and key, as in a policy. */
  readonly condition?: Conditions;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly Input<string>[]>>>>;

const sidOf = { called: 'Called', implied: 'Implied', bestEffort: 'BestEffort' } as const;

/** The IAM policy of some grants: a statement for each, in order, whose Sid is class and subject. */
export function policyOf(grants: readonly Grant[]): Output<string> {
  return jsonStringify({
    Version: '2012-10-17',
    Statement: grants.map((grant) => ({
      Sid: `${sidOf[grant.class]}${grant.subject}`,
      Effect: 'Allow',
      Action: [...grant.actions].sort(),
      Resource: grant.resource,
      ...(grant.condition === undefined ? {} : { Condition: grant.condition }),
    })),
  });
}

/** Restricts a key to what a service does in a Region on the caller's behalf. */
export function viaService(service: string, region: string): Conditions {
  return { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } };
}
