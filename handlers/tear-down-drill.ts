import * as z from 'zod';
import { dataZoneClient } from '../core/catalog/client';
import { tearDown } from '../core/restore/tear-down';
import { Table } from '../core/vault/table';
import { Vault } from '../core/vault/vault';
import { environment, task } from './shared/task';
import { tearDownDrillEnvironment } from './tear-down-drill.env';

const settings = environment('tearDownDrill', tearDownDrillEnvironment);
const client = dataZoneClient();

const eventSchema = z.strictObject({ startedAt: z.iso.datetime() });

/** Deletes the scratch domain that a drill has noted, and what it left in the vault; it is told no domain. */
export const handler = task('tearDownDrill', eventSchema, ({ startedAt }, { timeIsUp }) => {
  const { TABLE_NAME, AWS_REGION, DOMAIN_ID } = settings;
  const vault = new Vault(new Table(TABLE_NAME, AWS_REGION), DOMAIN_ID);
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  return tearDown({ vault, client, now: vault.now, sleep }, startedAt, timeIsUp);
});
