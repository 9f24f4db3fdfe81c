import { z } from 'zod';
import type { RequestedAction } from '../wire';
import type { ConditionContext } from './conditions';
import { type Decision, evaluate, trusts } from './evaluate';
import { matchesArn } from './patterns';
import { type PolicyDocument, parsePolicyDocument } from './policy-document';

/** An IAM resource of the program: inputs as registered, outputs as the provider gave them. */
export interface IamResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly state: Readonly<Record<string, unknown>>;
}

/** A policy was attached that the store has never seen: what it allows cannot be told. */
export class UnknownPolicyError extends Error {
  override readonly name = 'UnknownPolicyError';
}

const roleShape = z.object({ arn: z.string(), name: z.string() });
const roleInputs = z.object({
  assumeRolePolicy: z.unknown(),
  inlinePolicies: z.array(z.object({ name: z.string().optional(), policy: z.unknown() })).optional(),
  managedPolicyArns: z.array(z.string()).optional(),
});
const rolePolicyInputs = z.object({ role: z.string(), policy: z.unknown() });
const attachmentInputs = z.object({ role: z.string(), policyArn: z.string() });

interface Role {
  readonly arn: string;
  readonly trustPolicy: PolicyDocument;
}

interface Withdrawal {
  readonly action: string;
  /** ARN, or a pattern of ARNs. */
  readonly resource: string;
}

const MOST_DECISIONS = 10_000;

/** The account's roles and policies, fed with the program's IAM resources, and judged by AWS's rules. */
export class PolicyStore {
  private readonly roles = new Map<string, Role>();
  private readonly inline = new Map<string, PolicyDocument[]>();
  private readonly attached = new Map<string, string[]>();
  private readonly managed = new Map<string, PolicyDocument>();
  private readonly withdrawn = new Map<string, Set<Withdrawal>>();
  /** By question; forgotten when a policy comes. */
  private readonly decisions = new Map<string, Decision>();
  /** Resources by principal and action. */
  private readonly used = new Map<string, Map<string, Set<string>>>();

  /**
   * Takes a `Role`, `RolePolicy`, `RolePolicyAttachment` or `Policy` of `aws:iam`; false for any other type.
   * Order does not matter.
   * @throws InvalidPolicyError for a document that cannot be judged.
   */
  register(resource: IamResource): boolean {
    this.decisions.clear();
    switch (resource.type) {
      case 'aws:iam/role:Role':
        this.addRole(resource);
        return true;
      case 'aws:iam/rolePolicy:RolePolicy': {
        const { role, policy } = rolePolicyInputs.parse(resource.inputs);
        append(this.inline, roleName(role), parsePolicyDocument(policy, resource.name));
        return true;
      }
      case 'aws:iam/rolePolicyAttachment:RolePolicyAttachment': {
        const { role, policyArn } = attachmentInputs.parse(resource.inputs);
        append(this.attached, roleName(role), policyArn);
        return true;
      }
      case 'aws:iam/policy:Policy':
        this.addManagedPolicy(z.string().parse(resource.state.arn), resource.inputs.policy);
        return true;
      default:
        return false;
    }
  }

  /** A managed policy by its ARN: also for those of AWS's own that a program attaches. */
  addManagedPolicy(arn: string, document: unknown): void {
    this.decisions.clear();
    this.managed.set(arn, parsePolicyDocument(document, arn));
  }

  /**
   * Every document that stands for a role; none for a principal that is not a role of the program.
   * @throws UnknownPolicyError if a managed policy is attached whose document is not known.
   */
  policiesOf(principalArn: string): readonly PolicyDocument[] {
    const name = roleName(principalArn);
    if (!this.roles.has(name)) return [];
    const attached = (this.attached.get(name) ?? []).map((arn) => {
      const document = this.managed.get(arn);
      if (!document)
        throw new UnknownPolicyError(`${principalArn} has ${arn} attached, whose document is not known here`);
      return document;
    });
    return [...(this.inline.get(name) ?? []), ...attached];
  }

  decide(principalArn: string, requested: RequestedAction, callContext: ConditionContext = {}): Decision {
    if (this.isWithdrawn(principalArn, requested)) return 'implicitDeny';
    const context = { 'aws:PrincipalArn': principalArn, ...callContext, ...requested.context };
    const question = JSON.stringify([principalArn, requested.action, requested.resource, context]);
    const decision =
      this.decisions.get(question) ?? evaluate(this.policiesOf(principalArn), { ...requested, context });
    this.decided(question, decision);
    if (decision === 'allowed') this.remember(principalArn, requested);
    return decision;
  }

  /** Whether the role's trust policy lets an AWS service assume it; false for an unknown role. */
  mayBeAssumedBy(servicePrincipal: string, roleArn: string, context: ConditionContext = {}): boolean {
    const role = this.roles.get(roleName(roleArn));
    return role !== undefined && trusts(role.trustPolicy, servicePrincipal, context);
  }

  /**
   * Takes one action away from a principal, on every resource or on those whose ARN is like `resource`, as if no
   * policy had granted it; the returned function gives it back.
   */
  withoutAction(principalArn: string, action: string, resource = '*'): () => void {
    const withdrawal = { action, resource };
    const withdrawals = this.withdrawn.get(principalArn) ?? new Set();
    this.withdrawn.set(principalArn, withdrawals.add(withdrawal));
    return () => {
      withdrawals.delete(withdrawal);
    };
  }

  /** Actions that a principal was allowed to do so far: what is granted and not in here was not used. */
  usedActions(principalArn: string): ReadonlySet<string> {
    return new Set(this.used.get(principalArn)?.keys());
  }

  /** Resources on which a principal was allowed to do an action so far. */
  usedResources(principalArn: string, action: string): ReadonlySet<string> {
    return this.used.get(principalArn)?.get(action) ?? new Set();
  }

  /** ARNs of the program's roles. */
  roleArns(): readonly string[] {
    return [...this.roles.values()].map((role) => role.arn);
  }

  /** A run asks the same questions thousands of times over, the key's among them. */
  private decided(question: string, decision: Decision): void {
    if (this.decisions.size >= MOST_DECISIONS) this.decisions.clear();
    this.decisions.set(question, decision);
  }

  private isWithdrawn(principalArn: string, { action, resource }: RequestedAction): boolean {
    return [...(this.withdrawn.get(principalArn) ?? [])].some(
      (withdrawal) => withdrawal.action === action && matchesArn(withdrawal.resource, resource),
    );
  }

  private remember(principalArn: string, { action, resource }: RequestedAction): void {
    const actions = this.used.get(principalArn) ?? new Map<string, Set<string>>();
    this.used.set(principalArn, actions.set(action, (actions.get(action) ?? new Set()).add(resource)));
  }

  private addRole(resource: IamResource): void {
    const { arn, name } = roleShape.parse(resource.state);
    const { assumeRolePolicy, inlinePolicies, managedPolicyArns } = roleInputs.parse(resource.inputs);
    this.roles.set(name, { arn, trustPolicy: parsePolicyDocument(assumeRolePolicy, arn) });
    for (const { policy } of inlinePolicies ?? [])
      append(this.inline, name, parsePolicyDocument(policy, arn));
    for (const policyArn of managedPolicyArns ?? []) append(this.attached, name, policyArn);
  }
}

/** Roles go by name, but programs also pass their ARN. */
function roleName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}
