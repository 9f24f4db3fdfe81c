import * as z from 'zod';
import { restoreEnvironment } from './restore.env';

/** Environment of the `verifyRestore` callback. */
export const verifyRestoreEnvironment = restoreEnvironment.extend({
  /** Role that restored: what it made on the way is no difference. */
  RESTORE_ROLE_ARN: z.string().min(1),
});
