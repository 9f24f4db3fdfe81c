import * as z from 'zod';
import { collect } from '../core/backup/collect';
import { runSchema } from '../core/backup/run';
import { Table } from '../core/vault/table';
import { Vault } from '../core/vault/vault';
import { collectEnvironment } from './collect.env';
import { environment, task } from './shared/task';

const settings = environment('collect', collectEnvironment);

const eventSchema = z.object({ run: runSchema });

/** After a COMPLETE snapshot: gives up what is older than the retention, and releases the lease. */
export const handler = task('collect', eventSchema, ({ run }, { timeIsUp }) => {
  const vault = new Vault(new Table(settings.TABLE_NAME, settings.AWS_REGION), settings.DOMAIN_ID);
  const { RETENTION_DAYS: retentionDays, KEEP_SNAPSHOTS: keepSnapshots } = settings;
  return collect({ vault, now: () => Date.now(), timeIsUp }, run, { retentionDays, keepSnapshots });
});
