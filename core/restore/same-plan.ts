import type { Json } from '../catalog/kind';
import { hashOf } from '../vault/canonical';
import type { Action } from './action';

/**
 * Are two plans the same, action for action? A plan whose target has moved since is not. The kept one is read as it
 * is compared.
 */
export async function isSamePlan(kept: AsyncIterable<Action>, planned: Iterable<Action>): Promise<boolean> {
  const others = planned[Symbol.iterator]();
  for await (const action of kept) {
    const other = others.next();
    if (other.done === true || hashOfAction(action) !== hashOfAction(other.value)) return false;
  }
  return others.next().done === true;
}

function hashOfAction(action: Action): string {
  return hashOf(JSON.parse(JSON.stringify(action)) as Json);
}
