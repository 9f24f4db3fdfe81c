import * as z from 'zod';
import { domainReaderEnvironment } from './domain-reader.env';

/** Environment of the `captureChange` callback. */
export const captureChangeEnvironment = domainReaderEnvironment.extend({
  /** How many of these workers may run at once: each takes its share of the API's rates. */
  WORKERS: z.coerce.number().int().positive(),
  /** Which part of the domain is backed up: a JSON object, the same that `begin` gets. */
  SELECTION: z.string().min(2),
  /** Where events come from: a message is hidden there for as long as it is worked on. */
  QUEUE_URL: z.url(),
  /** Where a message goes that failed as often as it may, with the reason. */
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** After so many receives a message is given up. One less than the queue's own redrive, which is for crashes. */
  MAX_RECEIVES: z.coerce.number().int().positive(),
});
