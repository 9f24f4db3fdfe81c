import * as z from 'zod';
import { vaultEnvironment } from './vault.env';

/** What a callback that reads the domain needs on top of the vault. */
export const domainReaderEnvironment = vaultEnvironment.extend({
  /** Role under which DataZone knows this callback: its project memberships are what it may read. */
  READER_ROLE_ARN: z.string().min(1),
  /** Per cent of the published request rates that a backup takes. */
  RATE_SHARE: z.coerce.number().int().min(1).max(100),
  /** Requests per second of a backup, by operation, in place of that share: a JSON object. */
  REQUEST_RATES: z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), z.number().positive())),
});
