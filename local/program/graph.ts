/** One resource as the Pulumi program registered it, with resolved inputs. */
export interface CapturedResource {
  readonly urn: string;
  /** Type token: `aws:dynamodb/table:Table`, `datazone-resilience:backup:BackupStateMachine`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** False for component resources. */
  readonly custom: boolean;
  /** Inputs with secrets unwrapped; code assets stay Pulumi asset objects. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What the provider answered: id and outputs. */
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
  readonly parent: string | undefined;
  /** URNs: every explicit dependsOn and every resource that an input was computed from. */
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** URN of the explicit provider, if there is one. */
  readonly provider: string | undefined;
  readonly ignoreChanges: readonly string[];
}

/** What a run of the program left behind. */
export interface ResourceGraph {
  readonly project: string;
  readonly stack: string;
  readonly resources: readonly CapturedResource[];
  /** Stack outputs, resolved; absent values are undefined. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A registration, as a provider sees it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Stands where AWS stands under the real CLI: creates resources and answers lookups. */
export interface ProgramProvider {
  /** Returns id and outputs (inputs are merged in by the caller). */
  create(registration: Registration): Promise<{ id: string; state: Record<string, unknown> }>;
  /** Answers a data source call such as `aws:index/getCallerIdentity:getCallerIdentity`. */
  invoke(token: string, args: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
}
