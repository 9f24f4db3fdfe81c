import * as z from 'zod';
import { applyRestore } from '../core/restore/restore';
import { RestoreRun } from '../core/restore/restore-run';
import { applyRestoreEnvironment } from './apply-restore.env';
import { restoreArgs, vaultOf } from './shared/restoration';
import { environment, task } from './shared/task';

const settings = environment('applyRestore', applyRestoreEnvironment);

const eventSchema = z.strictObject({ action: z.literal('apply'), planId: z.string().min(1) });

/** Does what a plan says until its time is nearly spent. */
export const handler = task('applyRestore', eventSchema, async ({ planId }, { timeIsUp }) => {
  const vault = vaultOf(settings);
  const run = await RestoreRun.open(vault, planId);
  const { targetDomainId: domainId, targetRegion: region } = run.header;
  const args = await restoreArgs(settings, vault, { domainId, region });
  const { more } = await applyRestore(args, run, { timeIsUp });
  return { planId, status: run.header.status, more, outcomes: await run.tally() };
});
