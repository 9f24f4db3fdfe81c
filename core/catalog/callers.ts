import type { Kind } from './kind';
import { membershipActions } from './membership';

/**
 * What a worker calls whatever kinds it reads: to enter a project, to see whether one is gone, and for the models of
 * the form types that it meets.
 */
const ofEveryWorker: readonly string[] = [
  ...membershipActions,
  'datazone:CreateProjectMembership',
  'datazone:GetProject',
  'datazone:GetFormType',
];

/**
 * How many of `workers` may call an operation at once: all of them what the kinds of projects need, since those are
 * dealt out over all; of the domain's kinds, one worker has one.
 */
export function callersOf(kinds: readonly Kind[], workers: number): (operation: string) => number {
  const callers = new Map<string, number>();
  for (const { scope, actions } of kinds) {
    for (const action of new Set(actions)) {
      callers.set(action, scope === 'project' ? workers : Math.min(workers, (callers.get(action) ?? 0) + 1));
    }
  }
  for (const action of ofEveryWorker) callers.set(action, workers);
  return (operation) => callers.get(`datazone:${operation}`) ?? 1;
}
