import * as z from 'zod';
import { vaultEnvironment } from './vault.env';

/** Environment of the `collect` callback. */
export const collectEnvironment = vaultEnvironment.extend({
  /** Days of which every instant can be read. */
  RETENTION_DAYS: z.coerce.number().int().positive(),
  /** COMPLETE snapshots that can be read, whatever their age. */
  KEEP_SNAPSHOTS: z.coerce.number().int().positive(),
});
