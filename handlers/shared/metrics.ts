import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Written to the log in CloudWatch's embedded metric format: no call, and no permission, of their own. */
const metrics = new Metrics();

/** How a run ended, and what it found, per domain. */
export function recordRun(
  domainId: string,
  status: 'COMPLETE' | 'PARTIAL' | 'FAILED',
  counts: Readonly<Record<string, number>>,
): void {
  metrics.addDimension('Domain', domainId);
  // Each status on every run, so that an alarm on one of them has data when it is another.
  for (const each of ['COMPLETE', 'PARTIAL', 'FAILED'] as const) {
    const name = `Snapshot${each[0]}${each.slice(1).toLowerCase()}`;
    metrics.addMetric(name, MetricUnit.Count, each === status ? 1 : 0);
  }
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}
