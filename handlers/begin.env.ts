import * as z from 'zod';
import { domainReaderEnvironment } from './domain-reader.env';

/** Environment of the `begin` callback. */
export const beginEnvironment = domainReaderEnvironment.extend({
  /** The vault's other Region: `begin` reads the writer item in both. */
  PEER_REGION: z.string().min(1),
});
