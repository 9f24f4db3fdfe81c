import * as z from 'zod';

/** What every callback of the backup needs: the domain that is protected and the table that holds its vault. */
export const vaultEnvironment = z.object({
  DOMAIN_ID: z.string().min(1),
  TABLE_NAME: z.string().min(1),
  /** Set by Lambda itself; the vault's active Region. */
  AWS_REGION: z.string().min(1),
});
