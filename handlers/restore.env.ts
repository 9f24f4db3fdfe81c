import * as z from 'zod';
import { rates } from './rates.env';
import { vaultEnvironment } from './vault.env';

/** What a callback that restores needs on top of the vault; AWS_REGION is where it reads the vault. */
export const restoreEnvironment = vaultEnvironment.extend({
  ...rates,
  /** Role that restores: its own rights stay as they are, and what it makes on the way is no difference. */
  RESTORE_ROLE_ARN: z.string().min(1),
});
