import { computedLookups } from './computed-lookups';
import { computedResources } from './computed-resources';
import type { ProgramProvider, Registration } from './graph';
import { PhysicalNames } from './physical-names';

export interface ComputedProviderOptions {
  /** @default 123456789012 */
  readonly accountId?: string;
  /** Region of what no `aws` provider resource and no `region` input places. @default us-east-1 */
  readonly region?: string;
  /** Domains that the lookup of an existing domain finds, with their version. @default every id, V2 */
  readonly domainVersion?: (domainId: string) => 'V1' | 'V2' | undefined;
}

/** What a rule for a resource type or a lookup may use. */
export interface ComputedContext {
  readonly accountId: string;
  /** The resource's own Region. */
  readonly region: string;
  /** The role that the `aws` provider assumes, or undefined. */
  readonly roleArn: string | undefined;
  readonly names: PhysicalNames;
  readonly domainVersion: (domainId: string) => 'V1' | 'V2' | undefined;
}

/** There is no rule for this type or lookup: it belongs into the table of its file. */
export class UnknownTokenError extends Error {
  override readonly name = 'UnknownTokenError';

  constructor(kind: string, token: string, table: string) {
    super(`no rule computes the ${kind} ${token}: add it to ${table}`);
  }
}

/**
 * Answers every registration with ids, ARNs and outputs in AWS's own formats, computed from type, name,
 * account and Region alone, so that the same program always yields the same graph.
 */
export class ComputedProvider implements ProgramProvider {
  private readonly accountId: string;
  private readonly domainVersion: (domainId: string) => 'V1' | 'V2' | undefined;
  private region: string;
  private roleArn: string | undefined;

  constructor(options: ComputedProviderOptions = {}) {
    this.accountId = options.accountId ?? '123456789012';
    this.region = options.region ?? 'us-east-1';
    this.domainVersion = options.domainVersion ?? (() => 'V2');
  }

  async create(registration: Registration): Promise<{ id: string; state: Record<string, unknown> }> {
    if (registration.type === 'pulumi:providers:aws') this.configure(registration.inputs);
    const rule = computedResources[registration.type];
    if (rule === undefined) {
      throw new UnknownTokenError('resource type', registration.type, 'local/program/computed-resources.ts');
    }
    return rule(registration, this.context(registration, registration.inputs));
  }

  async invoke(token: string, args: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const rule = computedLookups[token];
    if (rule === undefined) throw new UnknownTokenError('lookup', token, 'local/program/computed-lookups.ts');
    return rule(args, this.context({ type: token, name: token, inputs: args }, args));
  }

  /** The explicit provider says where and as whom the program works; its nested inputs are JSON text. */
  private configure(inputs: Readonly<Record<string, unknown>>): void {
    if (typeof inputs.region === 'string') this.region = inputs.region;
    const roles: unknown = typeof inputs.assumeRoles === 'string' ? JSON.parse(inputs.assumeRoles) : [];
    const [role] = Array.isArray(roles) ? roles : [];
    this.roleArn = typeof role?.roleArn === 'string' ? role.roleArn : undefined;
  }

  private context(registration: Registration, args: Readonly<Record<string, unknown>>): ComputedContext {
    const region = typeof args.region === 'string' ? args.region : this.region;
    return {
      accountId: this.accountId,
      region,
      roleArn: this.roleArn,
      domainVersion: this.domainVersion,
      names: new PhysicalNames(registration, this.accountId, region),
    };
  }
}
