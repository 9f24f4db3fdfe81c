import { randomUUID } from 'node:crypto';
import { DataZoneClient } from '@aws-sdk/client-datazone';
import { kinds } from '../../core/catalog/registry';
import { createDomain } from '../../core/restore/create-domain';
import { applyRestore, keepPlan, planRestore, verifyRestored } from '../../core/restore/restore';
import { DataZoneTarget } from '../../core/restore/target';
import type { LocalCloud } from '../local-cloud';
import { vaultIn } from './clients';
import type { Narrator } from './narrator';

export interface RestoreResult {
  /** Whether the new domain is what the snapshot says, but for what the service or the restore's role made. */
  readonly equal: boolean;
  readonly fromRegion: string;
  /** Actions of the plan. */
  readonly actions: Readonly<Partial<Record<string, number>>>;
  readonly seconds: number;
}

/** The domain and its Region are lost: the snapshot is restored into a new domain, from the other Region alone. */
export async function disaster(
  cloud: LocalCloud,
  instant: string,
  narrator: Narrator,
): Promise<RestoreResult> {
  const { outputs, datazone, administrator, dynamodb } = cloud;
  const { region, secondaryRegion, domainId } = outputs;
  narrator.step(`The domain is deleted, and ${region} is lost, with its keys and the changes of IAM`);
  datazone.call('DeleteDomain', { identifier: domainId, skipDeletionCheck: true }, administrator);
  await dynamodb.drainReplication();
  const regionBack = cloud.loseRegion(region);
  try {
    const started = performance.now();
    const id = await newDomain(cloud);
    narrator.step(`Restoring into the new domain ${id}, from ${secondaryRegion} alone`);
    const args = {
      vault: vaultIn(cloud, secondaryRegion),
      target: targetIn(cloud, id),
      kinds,
      now: Date.now,
    };
    const settings = { instant, selection: {}, conflicts: 'update' } as const;
    const planned = await narrator.during(planRestore(args, settings));
    narrator.tell(`plan: ${told(planned.totals)}`);
    const run = await keepPlan(args, settings, planned);
    let done = 0;
    const progress = () => narrator.progress(++done / planned.actions.length);
    await applyRestore(args, run, { progress });
    const outcomes = [...(await run.outcomes()).values()];
    const failed = outcomes.filter(({ outcome }) => outcome === 'FAILED' || outcome === 'CONFLICT');
    narrator.tell(`${outcomes.length} actions, ${failed.length} not done`);
    for (const { kind, sourceId, reason } of failed.slice(0, 20))
      narrator.tell(`  ${kind} ${sourceId}: ${reason}`);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    narrator.step('Comparing the new domain with the vault');
    const verdict = await narrator.during(
      verifyRestored(args, settings, await restorerOf(cloud, args.target)),
    );
    const equal = Object.values(verdict.kinds).reduce((sum, kind) => sum + kind.equal, 0);
    narrator.tell(verdict.equal ? `${equal} resources, all equal` : 'NOT equal:');
    for (const line of [...verdict.differences, ...verdict.extras.byOthers]) narrator.tell(`  ${line}`);
    return {
      equal: verdict.equal && failed.length === 0,
      fromRegion: secondaryRegion,
      actions: planned.totals,
      seconds,
    };
  } finally {
    regionBack();
  }
}

/** With the roles and the key that stand ready in the secondary Region. */
function newDomain({ endpoint, outputs, credentials }: LocalCloud): Promise<string> {
  const ready = (output: string) => String(outputs[output]);
  const serviceRoleArn = ready('standbyDomainServiceRoleArn');
  return createDomain(
    {
      version: outputs.domainVersion,
      executionRoleArn: ready('standbyDomainExecutionRoleArn'),
      ...(serviceRoleArn !== '' && { serviceRoleArn }),
      keyArn: ready('standbyDomainKeyArn'),
    },
    {
      client: new DataZoneClient({ endpoint, region: outputs.secondaryRegion, credentials }),
      name: 'restored',
      clientToken: randomUUID(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
  );
}

function targetIn({ endpoint, outputs, credentials }: LocalCloud, domainId: string): DataZoneTarget {
  const client = (maxAttempts: number) =>
    new DataZoneClient({ endpoint, region: outputs.secondaryRegion, credentials, maxAttempts });
  return new DataZoneTarget({ reading: client(3), writing: client(1), domainId });
}

/** The profile that the restoring role got in the new domain by what it did there. */
async function restorerOf(
  { administrator }: LocalCloud,
  target: DataZoneTarget,
): Promise<string | undefined> {
  const { id } = await target.call('GetUserProfile', { userIdentifier: administrator.principalArn });
  return typeof id === 'string' ? id : undefined;
}

function told(totals: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(totals)
    .map(([action, count]) => `${count} ${action}`)
    .join(', ');
}
