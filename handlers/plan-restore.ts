import * as z from 'zod';
import { instantOf } from '../core/restore/instant';
import { keepPlan, planRestore } from '../core/restore/restore';
import { selectionSchema } from '../core/restore/selection';
import { valueMappingSchema } from '../core/restore/value-mapping';
import { planRestoreEnvironment } from './plan-restore.env';
import { instantField, restoreArgs, targetFields, vaultOf } from './shared/restoration';
import { environment, task } from './shared/task';

const settings = environment('planRestore', planRestoreEnvironment);

const eventSchema = z.strictObject({
  action: z.literal('plan'),
  ...targetFields,
  instant: instantField.optional(),
  selection: selectionSchema.strict().default({}),
  conflicts: z.enum(['skip', 'update', 'fail']).default('skip'),
  acceptIncomplete: z.boolean().default(false),
  relink: z.boolean().default(false),
  mapping: valueMappingSchema.optional(),
});

/** Says what a restore would do, and keeps that; the target is only read. */
export const handler = task('planRestore', eventSchema, async ({ targetDomainId, ...event }) => {
  const { targetRegion = settings.AWS_REGION } = event;
  const vault = vaultOf(settings);
  const { instant, kinds, missing } = await instantOf(vault, { ...event, at: event.instant });
  const args = await restoreArgs(settings, vault, { domainId: targetDomainId, region: targetRegion });
  const wanted = { ...event, instant, targetRegion };
  const { runId, header } = await keepPlan(args, wanted, await planRestore(args, wanted));
  const notProven = Object.fromEntries(Object.entries(kinds).filter(([, label]) => label !== 'proven'));
  return { planId: runId, instant, targetDomainId, targetRegion, totals: header.totals, notProven, missing };
});
