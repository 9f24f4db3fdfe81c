import * as z from 'zod';
import { vaultEnvironment } from './vault.env';

/** Environment of the `commit` callback. */
export const commitEnvironment = vaultEnvironment.extend({
  /** Per cent of a kind, or of a kind in a scope, that may be gone before a snapshot is HELD. */
  HELD_SHARE: z.coerce.number().int().min(1).max(100),
  /** Fewer than this many gone are never too many, unless all are. */
  HELD_LEAST: z.coerce.number().int().positive(),
  /** Names of the kinds whose changes are captured as they happen: a JSON list. */
  CHANGE_KINDS: z.string().min(2),
  /** For so long what tells of a change may be under way. */
  CHANGE_GRACE_SECONDS: z.coerce.number().int().positive(),
});
