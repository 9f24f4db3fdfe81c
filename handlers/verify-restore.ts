import * as z from 'zod';
import { instantOf } from '../core/restore/instant';
import { verifyRestored } from '../core/restore/restore';
import { selectionSchema } from '../core/restore/selection';
import { valueMappingSchema } from '../core/restore/value-mapping';
import { instantField, restoreArgs, targetFields, vaultOf } from './shared/restoration';
import { environment, task } from './shared/task';
import { verifyRestoreEnvironment } from './verify-restore.env';

const settings = environment('verifyRestore', verifyRestoreEnvironment);

const eventSchema = z.strictObject({
  action: z.literal('verify'),
  ...targetFields,
  instant: instantField,
  selection: selectionSchema.strict().default({}),
  acceptIncomplete: z.boolean().default(false),
  mapping: valueMappingSchema.optional(),
});

/** Compares a domain with what the vault says of an instant. */
export const handler = task('verifyRestore', eventSchema, async ({ selection, mapping, ...event }) => {
  const { targetDomainId: domainId, targetRegion: region } = event;
  const vault = vaultOf(settings);
  const args = await restoreArgs(settings, vault, { domainId, region });
  const { instant } = await instantOf(vault, { ...event, at: event.instant, selection });
  return verifyRestored(args, { instant, selection, mapping }, args.restorer);
});
