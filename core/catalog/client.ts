import { DataZoneClient, type DataZoneClientConfig } from '@aws-sdk/client-datazone';

/**
 * A DataZone client for a long unattended run. Adaptive retries slow down on throttling for all calls of this
 * client. A request that gets no answer ends: without `throwOnRequestTimeout`, `requestTimeout` only warns.
 * Region and credentials come from the environment unless given.
 */
export function dataZoneClient(overrides: DataZoneClientConfig = {}): DataZoneClient {
  return new DataZoneClient({
    retryMode: 'adaptive',
    maxAttempts: 6,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    ...overrides,
  });
}
