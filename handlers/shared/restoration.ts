import * as z from 'zod';
import { dataZoneClient } from '../../core/catalog/client';
import { readerProfileId } from '../../core/catalog/membership';
import { Pace } from '../../core/catalog/pace';
import { kinds } from '../../core/catalog/registry';
import { restoreRates } from '../../core/restore/rates';
import type { RestoreArgs } from '../../core/restore/restore';
import { DataZoneTarget } from '../../core/restore/target';
import { Table } from '../../core/vault/table';
import { Vault } from '../../core/vault/vault';
import type { restoreEnvironment } from '../restore.env';

/** A domain to restore into; without a Region, one of the Region in which this runs. */
export const targetFields = {
  targetDomainId: z.string().min(1),
  targetRegion: z
    .string()
    .regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, 'is not an AWS Region')
    .optional(),
};

/** A point in time, as the vault writes it: ISO 8601 in UTC, with milliseconds. */
export const instantField = z.iso
  .datetime({ offset: true })
  .transform((instant) => new Date(instant).toISOString());

type Settings = z.infer<typeof restoreEnvironment>;

export function vaultOf({ TABLE_NAME, AWS_REGION, DOMAIN_ID }: Settings): Vault {
  return new Vault(new Table(TABLE_NAME, AWS_REGION), DOMAIN_ID);
}

interface TargetOf {
  readonly domainId: string;
  readonly region?: string | undefined;
}

/** A domain that is restored into, paced; without a Region, one of the Region in which this runs. */
export function targetOf(
  settings: Settings,
  { domainId, region = settings.AWS_REGION }: TargetOf,
): DataZoneTarget {
  return new DataZoneTarget({
    reading: dataZoneClient({ region }),
    writing: dataZoneClient({ region, maxAttempts: 1 }),
    domainId,
    pace: new Pace({
      callers: () => 1,
      share: settings.RATE_SHARE,
      requests: settings.REQUEST_RATES,
      published: restoreRates,
    }),
  });
}

/** A restore from the vault of this Region into a domain of any. */
export async function restoreArgs(settings: Settings, vault: Vault, into: TargetOf): Promise<RestoreArgs> {
  const target = targetOf(settings, into);
  const restorer = await readerProfileId(target, settings.RESTORE_ROLE_ARN);
  return { vault, target, kinds, now: () => Date.now(), restorer };
}
