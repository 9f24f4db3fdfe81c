import * as z from 'zod';
import { rates } from './rates.env';
import { vaultEnvironment } from './vault.env';

/** What a callback that reads the domain needs on top of the vault. */
export const domainReaderEnvironment = vaultEnvironment.extend({
  /** Role under which DataZone knows this callback: its project memberships are what it may read. */
  READER_ROLE_ARN: z.string().min(1),
  ...rates,
});
