import * as z from 'zod';
import { fail } from '../core/backup/fail';
import { Table } from '../core/vault/table';
import { Vault } from '../core/vault/vault';
import { failEnvironment } from './fail.env';
import { recordRun } from './shared/metrics';
import { environment, task } from './shared/task';

const settings = environment('fail', failEnvironment);

const eventSchema = z.object({
  execution: z.string().min(1),
  failure: z.object({ Error: z.string(), Cause: z.string() }),
});

/** Ends a run that cannot go on: its manifest says why, unless it had ended before, and the lease is free. */
export const handler = task('fail', eventSchema, async ({ execution, failure }) => {
  const vault = new Vault(new Table(settings.TABLE_NAME, settings.AWS_REGION), settings.DOMAIN_ID);
  const result = await fail(vault, execution, failure, () => Date.now());
  if (result.status === 'FAILED') recordRun(settings.DOMAIN_ID, 'FAILED', {});
  return result;
});
