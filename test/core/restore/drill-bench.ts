import type { DomainNeeds } from '../../../core/restore/create-domain';
import type { DrillArgs } from '../../../core/restore/drill';
import { prove } from '../../../core/vault/proof';
import type { BackupBench } from '../../support/in-process-backup';
import { type Between, inProcessDataZone } from '../../support/in-process-clients';
import { accountId, callerOf } from '../../support/wire-server';
import { committed, randomBench } from '../backup/random-bench';
import { profileOf, restoreArgs, restorer } from './restore-bench';

/** A domain made at random whose backup is proven, and the domains of its account. */
export async function provenBench(version: 'V1' | 'V2', seed = 3) {
  const { bench, clock } = await randomBench({ seed, version });
  const { cutAt } = await committed(bench);
  await prove(bench.vault(), () => false);
  return { bench, clock, cutAt };
}

export function needsOf(version: 'V1' | 'V2'): DomainNeeds {
  const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
  const executionRoleArn = role('execution');
  return version === 'V1'
    ? { version, executionRoleArn }
    : { version, executionRoleArn, serviceRoleArn: role('service') };
}

/** `between` stands between the drill and both services. */
export function drillArgs(bench: BackupBench, between?: Between): DrillArgs {
  const options = between === undefined ? {} : { between };
  const vault = bench.vault(between);
  return {
    vault,
    client: inProcessDataZone(bench.service, restorer, { ...options, attempts: 10 }),
    openTarget: (domainId) => restoreArgs(bench, domainId, between).target,
    restorer: (target) => profileOf({ ...restoreArgs(bench, target.domainId), target } as never),
    kinds: bench.kinds,
    now: () => bench.clock.now(),
    sleep: async () => undefined,
  };
}

export function domainsOf({ service }: Pick<BackupBench, 'service'>): string[] {
  return service
    .call('ListDomains', {}, callerOf(restorer))
    .items.map(({ id }) => id)
    .sort();
}

/** Keys of the vault's items, sorted. */
export async function partitionsOf(bench: BackupBench): Promise<string[]> {
  const found = new Set<string>();
  for await (const { pk } of bench.vault().table.scan({ number: 1, of: 1 })) found.add(String(pk));
  return [...found].sort();
}
