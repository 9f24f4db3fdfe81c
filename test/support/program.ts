import { ComputedProvider, type ComputedProviderOptions } from '../../local/program/computed-provider';
import type { CapturedResource, ResourceGraph } from '../../local/program/graph';
import { runProgram } from '../../local/program/run-program';

const deployed = new Map<string, Promise<ResourceGraph>>();

/** `pulumi up` of a stack with some keys set otherwise, with computed ids in the place of AWS; done once each. */
export function graphOf(
  stack: 'datazone' | 'smus',
  config: Readonly<Record<string, unknown>> = {},
): Promise<ResourceGraph> {
  const key = JSON.stringify([stack, config], (_, value) => value ?? 'absent');
  const graph = deployed.get(key) ?? deploy(stack, config);
  deployed.set(key, graph);
  return graph;
}

/** As {@link graphOf}, on an account of its own. */
export function deploy(
  stack: 'datazone' | 'smus',
  config: Readonly<Record<string, unknown>> = {},
  options: ComputedProviderOptions = {},
): Promise<ResourceGraph> {
  return runProgram({ stack, config, provider: new ComputedProvider(options) });
}

/** The one resource of a type with this logical name. */
export function find(graph: ResourceGraph, type: string, name: string): CapturedResource {
  const found = ofType(graph, type).filter((resource) => resource.name === name);
  const [resource] = found;
  if (resource === undefined || found.length > 1) {
    const names = ofType(graph, type).map((other) => other.name);
    throw new Error(`${found.length} ${type} called ${name}; there are ${names.join(', ') || 'none'}`);
  }
  return resource;
}

export function ofType(graph: ResourceGraph, type: string): CapturedResource[] {
  return graph.resources.filter((resource) => resource.type === type);
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The statements of a policy document, as an input holds it: text. */
export function statementsOf(document: unknown): readonly Statement[] {
  return (JSON.parse(String(document)) as { Statement: readonly Statement[] }).Statement;
}

/** What is one or a list, as a list. */
export function listed(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
