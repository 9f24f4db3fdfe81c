import assert from 'node:assert/strict';
import { ComputedProvider } from '../../local/program/computed-provider';
import type { CapturedResource, ResourceGraph } from '../../local/program/graph';
import { record } from '../../local/program/run-program';

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: unknown;
}

/** A deployed graph, and the questions that a reviewer asks of it. */
export class Deployment {
  constructor(readonly graph: ResourceGraph) {}

  ofType(type: string): CapturedResource[] {
    return this.graph.resources.filter((resource) => resource.type === type);
  }

  one(type: string, name: string): CapturedResource {
    const found = this.ofType(type).filter((resource) => resource.name === name);
    assert.equal(found.length, 1, `${found.length} resources ${type} called ${name}`);
    return found[0] as CapturedResource;
  }

  /** Statements of all inline policies of a role, by its logical name. */
  grantsOf(role: string): Statement[] {
    const { id } = this.one('aws:iam/role:Role', role);
    return this.ofType('aws:iam/rolePolicy:RolePolicy')
      .filter(({ inputs }) => inputs.role === id)
      .flatMap(({ inputs }) => statementsOf(inputs.policy));
  }
}

/** Statements of a policy document, which is an object or its JSON text. */
export function statementsOf(document: unknown): Statement[] {
  const parsed = typeof document === 'string' ? JSON.parse(document) : document;
  return parsed.Statement;
}

/** Deploys what `program` makes, in account 123456789012 and us-east-1, to nowhere. */
export async function deploy(program: () => unknown): Promise<Deployment> {
  const settings = { project: 'datazone-resilience', stack: 'test', config: {} };
  const graph = await record({ settings, provider: new ComputedProvider(), preview: false }, async () =>
    program(),
  );
  return new Deployment(graph);
}
