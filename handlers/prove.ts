import * as z from 'zod';
import { prove } from '../core/vault/proof';
import { Table } from '../core/vault/table';
import { Vault } from '../core/vault/vault';
import { proveEnvironment } from './prove.env';
import { recordProof } from './shared/metrics';
import { environment, logger, task } from './shared/task';

const settings = environment('prove', proveEnvironment);

/** Computes the newest COMPLETE snapshot again from the table of its own Region, and needs nothing of the other. */
export const handler = task('prove', z.looseObject({}), async (_event, { timeIsUp }) => {
  const vault = new Vault(new Table(settings.TABLE_NAME, settings.AWS_REGION), settings.DOMAIN_ID);
  const proof = await prove(vault, timeIsUp);
  if (proof === undefined) return { status: 'no-snapshot' };
  const { region, startedAt, status, unproven } = proof;
  recordProof(settings.DOMAIN_ID, status);
  if (status === 'different') {
    const text = `${region} does not hold snapshot ${startedAt} as it was signed: ${unproven.join(', ')}`;
    logger.error(text, { unproven, kinds: proof.kinds });
  }
  return { region, startedAt, status, unproven };
});
