import type { Kind } from '../catalog/kind';
import { type Action, makes } from './action';

/** How many requests each operation takes, by a plan. */
export function requestsOf(actions: Iterable<Action>, kinds: readonly Kind[]): Record<string, number> {
  const requests: Record<string, number> = {};
  for (const action of actions) countRequests(requests, action, kinds);
  return requests;
}

/** Adds those that an action takes. */
export function countRequests(
  requests: Record<string, number>,
  { action, kind: name }: Action,
  kinds: readonly Kind[],
): void {
  const operations = kinds.find((kind) => kind.name === name)?.restore?.operations;
  const changes = action === 'update' || action === 'relink';
  const sent = makes(action) ? operations?.create : changes ? operations?.update : undefined;
  for (const operation of sent ?? []) requests[operation] = (requests[operation] ?? 0) + 1;
}
