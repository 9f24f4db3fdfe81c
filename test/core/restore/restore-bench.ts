import type { ConflictPolicy } from '../../../core/restore/plan';
import {
  applyRestore,
  keepPlan,
  planRestore,
  type RestoreArgs,
  verifyRestored,
} from '../../../core/restore/restore';
import type { RestoreRun } from '../../../core/restore/restore-run';
import type { SelectionSettings } from '../../../core/restore/selection';
import { DataZoneTarget } from '../../../core/restore/target';
import type { ValueMappingRules } from '../../../core/restore/value-mapping';
import { walkDomain } from '../../../local/compare/walk';
import { Walker } from '../../../local/compare/walker';
import { Fault } from '../../../local/datazone/service';
import type { BackupBench } from '../../support/in-process-backup';
import { type Between, inProcessDataZone } from '../../support/in-process-clients';
import { accountId, callerOf } from '../../support/wire-server';

/** Who restores, in these tests: an administrator of the account. */
export const restorer = 'admin';

/** A domain of the bench's service with nothing in it but what the service puts there. */
export function emptyDomain(
  bench: Pick<BackupBench, 'service'>,
  version: 'V1' | 'V2',
  name = 'restored',
): string {
  stopExports(bench);
  const role = (of: string) => `arn:aws:iam::${accountId}:role/${of}`;
  const input = { name, domainVersion: version, domainExecutionRole: role('execution') };
  return bench.service.call(
    'CreateDomain',
    version === 'V2' ? { ...input, serviceRole: role('service') } : input,
    callerOf(restorer),
  ).id;
}

/** An account exports one domain of a Region; those that stand for what is lost do not hold it up. */
function stopExports({ service }: Pick<BackupBench, 'service'>): void {
  const domains: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = service.call(
      'ListDomains',
      nextToken === undefined ? {} : { nextToken },
      callerOf(restorer),
    );
    domains.push(...page.items.map(({ id }) => id));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  for (const domainIdentifier of domains) {
    try {
      service.call('DeleteDataExportConfiguration', { domainIdentifier }, callerOf(restorer));
    } catch (error) {
      if (!(error instanceof Fault) || error.name !== 'ResourceNotFoundException') throw error;
    }
  }
}

/** `between` stands between the restore and both services; `service` is where the target is. */
export function restoreArgs(
  bench: BackupBench,
  domainId: string,
  between?: Between,
  service = bench.service,
): RestoreArgs & { readonly target: DataZoneTarget } {
  const options = between === undefined ? {} : { between };
  const reading = inProcessDataZone(service, restorer, { ...options, attempts: 10 });
  const writing = inProcessDataZone(service, restorer, { ...options, attempts: 1 });
  const target = new DataZoneTarget({ reading, writing, domainId, sleep: async () => undefined });
  return { vault: bench.vault(between), target, kinds: bench.kinds, now: () => bench.clock.now() };
}

export interface Restoring {
  readonly instant: string;
  readonly selection?: SelectionSettings;
  readonly conflicts?: ConflictPolicy;
  readonly mapping?: ValueMappingRules;
  readonly relink?: boolean | undefined;
}

/** Plans, applies and verifies. */
export async function restored(
  args: RestoreArgs,
  { instant, selection = {}, conflicts = 'update', mapping, relink }: Restoring,
) {
  const settings = { instant, selection, conflicts, mapping, relink };
  const planned = await planRestore(args, settings);
  const run = await keepPlan(args, settings, planned);
  await applyRestore(args, run);
  return { planned, run, ...(await resultOf(args, settings, run)) };
}

/** What became of each action, and whether the target is equal. */
export async function resultOf(
  args: RestoreArgs,
  settings: Parameters<typeof verifyRestored>[1],
  run: RestoreRun,
) {
  const outcomes = [...(await run.outcomes()).values()];
  const verdict = await verifyRestored(args, settings, await profileOf(args));
  const failed = outcomes
    .filter(({ outcome }) => outcome === 'FAILED' || outcome === 'CONFLICT')
    .map(({ kind, sourceId, outcome, reason }) => `${kind} ${sourceId} ${outcome}: ${reason}`)
    .filter((line) => !line.includes('which failed'));
  return { outcomes, verdict, failed };
}

export async function profileOf({ target, restorer: known }: RestoreArgs): Promise<string | undefined> {
  if (known !== undefined) return known;
  const userIdentifier = callerOf(restorer).principalArn;
  try {
    const { id } = await target.call('GetUserProfile', { userIdentifier });
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Every resource of the domain (of version V1) as the plain SDK shows it, to the byte. */
export async function everything(
  bench: BackupBench,
  projectIds: readonly string[] = bench.projectIds,
): Promise<Map<string, string>> {
  const walker = new Walker(bench.adminClient(), bench.domainId, projectIds);
  const kinds = bench.kinds.filter(({ versions }) => versions.includes('V1'));
  const found = new Map<string, string>();
  for (const [kind, resources] of await walkDomain(walker, kinds)) {
    for (const [id, { record }] of resources) found.set(`${kind} ${id}`, JSON.stringify(record));
  }
  return found;
}
