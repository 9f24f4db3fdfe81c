import * as z from 'zod';
import { createDomainEnvironment } from './create-domain.env';
import { restoreEnvironment } from './restore.env';

/** Environment of the `drill` callback. */
export const drillEnvironment = restoreEnvironment.extend(createDomainEnvironment.shape).extend({
  /** Role that it works in: what that makes on the way is no difference. */
  RESTORE_ROLE_ARN: z.string().min(1),
});
