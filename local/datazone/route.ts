import { invalid } from './faults';
import { type Operation, operations } from './schema';

interface Node {
  readonly literals: Map<string, Node>;
  label?: Node;
  operation?: Operation;
}

/** An operation and the decoded labels of its path, in the order of the template. */
export interface Route {
  readonly operation: Operation;
  readonly labels: readonly string[];
}

// One trie for each method: `GET …/listings/search` is a listing called "search", `POST` is SearchListings.
const tries = new Map<string, Node>();
for (const operation of operations.values()) insert(operation);

function insert(operation: Operation): void {
  let node: Node = tries.get(operation.method) ?? { literals: new Map() };
  tries.set(operation.method, node);
  for (const segment of operation.path.split('/').slice(1)) {
    const isLabel = segment.startsWith('{');
    const next: Node = (isLabel ? node.label : node.literals.get(segment)) ?? { literals: new Map() };
    if (isLabel) node.label = next;
    else node.literals.set(segment, next);
    node = next;
  }
  node.operation = operation;
}

/**
 * The operation of a request, or undefined if there is none such.
 *
 * @param rawPath path without query, percent-encoding untouched: labels may contain `%2F`.
 * @throws Fault `ValidationException` for an empty label or a broken percent-encoding.
 */
export function route(method: string, rawPath: string): Route | undefined {
  let node = tries.get(method);
  const labels: string[] = [];
  for (const segment of rawPath.split('/').slice(1)) {
    const literal = node?.literals.get(segment);
    if (!literal && node?.label) labels.push(segment);
    node = literal ?? node?.label;
  }
  if (!node?.operation) return undefined;
  return { operation: node.operation, labels: labels.map(decoded) };
}

function decoded(label: string): string {
  if (label === '') throw invalid('1 validation error detected: A path label must not be empty');
  try {
    return decodeURIComponent(label);
  } catch {
    throw invalid(`1 validation error detected: '${label}' is not a valid percent-encoding`);
  }
}
