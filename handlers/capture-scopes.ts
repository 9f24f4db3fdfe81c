import * as z from 'zod';
import { captureGroup } from '../core/backup/capture-group';
import { runSchema } from '../core/backup/run';
import { captureScopesEnvironment } from './capture-scopes.env';
import { backupContext } from './shared/domain-reader';
import { environment, task } from './shared/task';

const settings = environment('captureScopes', captureScopesEnvironment);

const eventSchema = z.object({
  run: runSchema,
  group: z.number().int().nonnegative(),
  /** How many of these workers may run at once: each takes its share of the API's rates. */
  workers: z.number().int().positive(),
});

/** One worker of a run: captures the scopes of one group until its time is nearly spent. */
export const handler = task('captureScopes', eventSchema, async ({ run, group, workers }, invocation) => ({
  group,
  more: await captureGroup(backupContext(settings, run, workers, invocation), group),
}));
