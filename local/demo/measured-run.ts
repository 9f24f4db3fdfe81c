import { z } from 'zod';
import { kindTallySchema } from '../../core/vault/manifest';
import type { LocalCloud } from '../local-cloud';
import { difference, totalUnits } from '../metering';

const resultSchema = z.object({
  status: z.enum(['COMPLETE', 'PARTIAL', 'HELD']),
  startedAt: z.string(),
  cutAt: z.string(),
  kinds: z.record(z.string(), kindTallySchema),
  unreadable: z.object({ first: z.array(z.string()) }),
  unresolved: z.object({ first: z.array(z.string()) }),
});
export type Snapshot = z.infer<typeof resultSchema>;

/** What one backup did, and what it would have cost. */
export interface MeasuredRun {
  readonly status: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly changed: number;
  readonly deleted: number;
  /** Calls of the backup's roles to DataZone, by operation. */
  readonly apiCalls: Readonly<Record<string, number>>;
  /** DynamoDB write request units, those of replication included. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly seconds: number;
  /** Largest resident set of any callback's process so far, in MiB. */
  readonly peakRssMb: number;
}

/** The backup did not end with a snapshot. */
export class BackupFailedError extends Error {
  override readonly name = 'BackupFailedError';
}

/** Fires the schedule and measures the backup that it starts. Throws BackupFailedError. */
export async function measuredRun(cloud: LocalCloud): Promise<{ snapshot: Snapshot; run: MeasuredRun }> {
  const before = cloud.metering.read();
  const started = performance.now();
  const { result } = await cloud.runSchedule();
  const seconds = (performance.now() - started) / 1000;
  const parsed = resultSchema.safeParse(JSON.parse(result.output ?? 'null'));
  if (!parsed.success) {
    throw new BackupFailedError(
      `The backup ended ${result.status}: ${result.error ?? ''} ${result.cause ?? ''}`,
    );
  }
  const snapshot = parsed.data;
  await cloud.dynamodb.drainReplication();
  const spent = difference(before, cloud.metering.read());
  const { readUnits, writeUnits } = totalUnits(spent);
  const tallies = Object.values(snapshot.kinds);
  const apiCalls: Record<string, number> = {};
  for (const { service, operation, calls, principalArn } of spent.calls) {
    if (service !== 'datazone' || principalArn !== cloud.outputs.captureRoleArn) continue;
    apiCalls[operation] = (apiCalls[operation] ?? 0) + calls;
  }
  return {
    snapshot,
    run: {
      status: snapshot.status,
      resources: Object.fromEntries(Object.entries(snapshot.kinds).map(([kind, { count }]) => [kind, count])),
      changed: tallies.reduce((sum, { changed }) => sum + changed, 0),
      deleted: tallies.reduce((sum, { deleted }) => sum + deleted, 0),
      apiCalls,
      writeUnits: Math.round(writeUnits),
      readUnits: Math.round(readUnits),
      seconds: Math.round(seconds * 10) / 10,
      peakRssMb: Math.round(cloud.lambda.peakRssMegabytes),
    },
  };
}
