import type { Json } from '../catalog/kind';
import { hashOf } from '../vault/canonical';
import type { Action } from './action';

/**
 * Are two plans the same, action for action? A plan whose target has moved since is not. The kept one is read as it
 * is compared.
 */
export async function isSamePlan(kept: AsyncIterable<Action>, planned: readonly Action[]): Promise<boolean> {
  let at = 0;
  for await (const action of kept) {
    const other = planned[at++];
    if (other === undefined || hashOfAction(action) !== hashOfAction(other)) return false;
  }
  return at === planned.length;
}

function hashOfAction(action: Action): string {
  return hashOf(JSON.parse(JSON.stringify(action)) as Json);
}
