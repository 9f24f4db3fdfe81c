import * as z from 'zod';

/** How fast a callback may call DataZone. */
export const rates = {
  /** Per cent of the published request rates that it takes. */
  RATE_SHARE: z.coerce.number().int().min(1).max(100),
  /** Requests per second, by operation, in place of that share: a JSON object. */
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
};
