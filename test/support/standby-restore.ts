import assert from 'node:assert/strict';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type CallCount, difference } from '../../local/metering';
import { type CloudBench, untilEnded } from './cloud-bench';

/** What the restore's state machine answers: which of it is there depends on the action, and on whether it failed. */
interface Answer {
  readonly error: string;
  readonly cause: string;
  readonly targetDomainId: string;
  readonly targetRegion: string;
  readonly planId: string;
  readonly instant: string;
  readonly notProven: object;
  readonly totals: Readonly<Record<string, number>>;
  readonly status: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly more: boolean;
  readonly equal: boolean;
  readonly differences: readonly string[];
  readonly extras: { readonly byOthers: readonly string[] };
}

/** Runs the restore's state machine of a Region, as a client does; gives its output, or its error. */
export async function restore({ cloud }: CloudBench, region: string, input: unknown): Promise<Answer> {
  const { endpoint, credentials, outputs } = cloud;
  const { restoreStateMachineArn, standbyRestoreStateMachineArn } = outputs;
  const client = new SFNClient({ endpoint, credentials, region });
  const { executionArn } = await client.send(
    new StartExecutionCommand({
      stateMachineArn: String(
        region === outputs.region ? restoreStateMachineArn : standbyRestoreStateMachineArn,
      ),
      input: JSON.stringify(input),
    }),
  );
  const { status, error, cause, output } = await untilEnded(client, executionArn ?? '');
  client.destroy();
  return status === 'SUCCEEDED' ? JSON.parse(output ?? '{}') : ({ error, cause } as Answer);
}

/** Takes a backup that both Regions have proven. */
export async function proveInBothRegions(bench: CloudBench): Promise<void> {
  const { cloud } = bench;
  assert.equal((await bench.run()).result.status, 'COMPLETE');
  for (const region of [cloud.outputs.region, cloud.outputs.secondaryRegion]) {
    await cloud.dynamodb.drainReplication();
    assert.match((await cloud.runProof(region)).payload, /"proven"/);
  }
}

/**
 * Loses the primary Region, makes a new domain in the secondary, restores into it by the state machine there, compares,
 * and brings the Region back. `tried`: calls to the lost Region, or to IAM, that were so much as tried meanwhile.
 */
export async function restoreInStandby(bench: CloudBench) {
  const { cloud } = bench;
  const { region: primary, secondaryRegion: secondary } = cloud.outputs;
  const before = cloud.metering.read();
  const bringBack = cloud.loseRegion(primary);

  const created = await restore(bench, secondary, { action: 'create', name: 'Standby' });
  const { targetDomainId } = created;
  const mapping = { [primary]: secondary };
  // A new domain differs by its description and the name of its root unit.
  const planned = await restore(bench, secondary, {
    action: 'plan',
    targetDomainId,
    conflicts: 'update',
    mapping,
  });
  const applied = await restore(bench, secondary, { action: 'apply', planId: planned.planId });
  const { instant } = planned;
  const verdict = await restore(bench, secondary, { action: 'verify', targetDomainId, instant, mapping });

  const calls = difference(before, cloud.metering.read()).calls;
  bringBack();
  return { targetDomainId, planned, applied, verdict, tried: calls.filter(isOut(primary)) };
}

function isOut(lost: string) {
  return ({ region, service }: CallCount) => region === lost || service === 'iam';
}
