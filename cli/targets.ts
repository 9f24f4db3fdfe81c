import { dataZoneClient } from '../core/catalog/client';
import { domainFacts } from '../core/catalog/domain-facts';
import { text } from '../core/catalog/json';
import type { JsonObject } from '../core/catalog/kind';
import { readerProfileId } from '../core/catalog/membership';
import { Pace } from '../core/catalog/pace';
import { kinds } from '../core/catalog/registry';
import type { RestoreTarget } from '../core/catalog/restoration';
import { ResourceAbsentError, ResourceDeniedError } from '../core/catalog/source';
import { restoreRates } from '../core/restore/rates';
import { SourceView } from '../core/restore/source-view';
import { DataZoneTarget } from '../core/restore/target';
import type { Vault } from '../core/vault/vault';
import { UsageError } from './answer';

/** Where a domain is that is restored, and how fast it may be called. */
export interface TargetPlace {
  readonly domainId: string;
  readonly region: string;
  /** Per cent of the published rates. */
  readonly rateShare: number;
}

export type OpenTarget = (place: TargetPlace) => RestoreTarget;

/** By the SDK's own means: its credentials, its endpoint. */
export const openTarget: OpenTarget = ({ domainId, region, rateShare }) =>
  new DataZoneTarget({
    reading: dataZoneClient({ region }),
    writing: dataZoneClient({ region, maxAttempts: 1 }),
    domainId,
    pace: new Pace({ callers: () => 1, share: rateShare, published: restoreRates }),
  });

/** Opens a domain, and sees that it is there. Throws UsageError. */
export async function targetAt(place: TargetPlace, open: OpenTarget): Promise<RestoreTarget> {
  const target = open(place);
  try {
    await domainFacts(target);
    return target;
  } catch (error) {
    if (!(error instanceof ResourceAbsentError || error instanceof ResourceDeniedError)) throw error;
    throw new UsageError(
      `The domain ${place.domainId} can not be read in ${place.region}: ${error.message}. Give --target and --target-region of a domain that is there, or credentials that may read it.`,
    );
  }
}

/** Profile of the IAM role that `--restorer` names. Throws UsageError if the domain has none. */
export async function restorerIn(
  target: RestoreTarget,
  arn: string | undefined,
): Promise<string | undefined> {
  if (arn === undefined) return undefined;
  const profile = await readerProfileId(target, arn);
  if (profile !== undefined) return profile;
  throw new UsageError(
    `--restorer ${arn} is no user of ${target.domainId}. Give the ARN of the role that restores, not that of a session.`,
  );
}

/**
 * The Region of a target that is not told: the source's own Region, by its ARN, for the source itself; for another
 * domain the Region whose copy of the vault is read.
 */
export async function regionOf(vault: Vault, domainId: string, at: string): Promise<string> {
  if (domainId !== vault.domainId) return vault.table.region;
  const view = new SourceView(vault, at, kinds);
  const domain = await view.find('domain', domainId);
  const record = domain && ((await view.content(domain)).record as JsonObject);
  const arn = record && text(record, 'arn');
  return arn?.split(':')[3] ?? vault.table.region;
}
