import * as z from 'zod';
import { domainReaderEnvironment } from './domain-reader.env';

/** Environment of the `captureScopes` callback. */
export const captureScopesEnvironment = domainReaderEnvironment.extend({
  /** How long DataZone's search indexes may lag behind writes; a younger head is only changed after a Get. */
  INDEX_LAG_MINUTES: z.coerce.number().positive(),
  /** In so many runs each asset or data product is asked once for what is listed under it. */
  ROTATION_RUNS: z.coerce.number().int().positive(),
});
