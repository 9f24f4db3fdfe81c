import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Written to the log in CloudWatch's embedded metric format: no call, and no permission, of their own. */
const metrics = new Metrics();

const statuses = ['COMPLETE', 'PARTIAL', 'HELD', 'FAILED'] as const;

/** How a run ended, and what it found, per domain. */
export function recordRun(
  domainId: string,
  status: (typeof statuses)[number],
  counts: Readonly<Record<string, number>>,
): void {
  metrics.addDimension('Domain', domainId);
  // Each status on every run, so that an alarm on one of them has data when it is another.
  for (const each of statuses) {
    const name = `Snapshot${each[0]}${each.slice(1).toLowerCase()}`;
    metrics.addMetric(name, MetricUnit.Count, each === status ? 1 : 0);
  }
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}

/** What a Region's own computation of the newest snapshot came to: each outcome every time, for alarms. */
export function recordProof(domainId: string, status: 'proven' | 'different' | 'not-yet'): void {
  metrics.addDimension('Domain', domainId);
  metrics.addMetric('ProofProven', MetricUnit.Count, status === 'proven' ? 1 : 0);
  metrics.addMetric('ProofDifferent', MetricUnit.Count, status === 'different' ? 1 : 0);
  metrics.addMetric('ProofNotYet', MetricUnit.Count, status === 'not-yet' ? 1 : 0);
  metrics.publishStoredMetrics();
}

/** How a drill ended, each outcome every time, for alarms; and how long the restore took, where it came to its end. */
export function recordDrill(
  domainId: string,
  outcome: 'equal' | 'not-equal' | 'failed',
  seconds: number | undefined,
): void {
  metrics.addDimension('Domain', domainId);
  metrics.addMetric('DrillEqual', MetricUnit.Count, outcome === 'equal' ? 1 : 0);
  metrics.addMetric('DrillNotEqual', MetricUnit.Count, outcome === 'not-equal' ? 1 : 0);
  metrics.addMetric('DrillFailed', MetricUnit.Count, outcome === 'failed' ? 1 : 0);
  if (seconds !== undefined) metrics.addMetric('DrillSeconds', MetricUnit.Seconds, seconds);
  metrics.publishStoredMetrics();
}

/** What a batch of events came to; `latencies` in ms from each event to the end of its write. */
export function recordChanges(
  domainId: string,
  counts: Readonly<Record<string, number>>,
  latencies: readonly number[],
): void {
  metrics.addDimension('Domain', domainId);
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
  for (const latency of latencies) metrics.addMetric('ChangeLatency', MetricUnit.Milliseconds, latency);
  metrics.publishStoredMetrics();
}
