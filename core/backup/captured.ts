import * as z from 'zod';
import type { GroupState } from './work';

/** What the Map over the groups hands on: a group whose task failed beyond its retries carries why. */
export const capturedSchema = z.array(
  z.object({
    group: z.number().int(),
    failure: z.object({ Error: z.string(), Cause: z.string() }).optional(),
  }),
);
export type Captured = z.infer<typeof capturedSchema>;

/** Why scopes of a run could not be read, by `<kind>@<scope>`. */
export function unreadableScopes(
  groups: readonly (GroupState & { readonly number: number })[],
  captured: Captured,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const { number, scopes } of groups) {
    const failure = captured.find((entry) => entry.group === number)?.failure;
    for (const { kind, scopeId, status, reason } of scopes) {
      if (status === 'UNREADABLE') found.set(`${kind}@${scopeId}`, reason ?? 'unknown');
      if (status === 'PENDING' || status === 'SWEPT') found.set(`${kind}@${scopeId}`, failureText(failure));
    }
  }
  return found;
}

/** The error class and message behind a failed task; Lambda's cause is JSON with an `errorMessage`. */
export function failureText(failure: { Error: string; Cause: string } | undefined): string {
  if (failure === undefined) return 'the worker ended before it came to it';
  const parsed = z.object({ errorMessage: z.string() }).safeParse(parseJson(failure.Cause));
  return `${failure.Error}: ${parsed.success ? parsed.data.errorMessage : failure.Cause}`.slice(0, 500);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
