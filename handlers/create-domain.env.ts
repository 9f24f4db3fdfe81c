import * as z from 'zod';

/** Environment of the `createDomain` callback. */
export const createDomainEnvironment = z.object({
  DOMAIN_VERSION: z.enum(['V1', 'V2']),
  DOMAIN_EXECUTION_ROLE_ARN: z.string().min(1),
  /** Empty for V1, which has none. */
  DOMAIN_SERVICE_ROLE_ARN: z.string(),
  DOMAIN_KEY_ARN: z.string().min(1),
});
