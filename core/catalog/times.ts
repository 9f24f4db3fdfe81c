import type { JsonObject } from './kind';

/**
 * A timestamp in ms since the epoch. DataZone's wire has two encodings: epoch seconds in the asset family,
 * ISO-8601 strings in the project family.
 */
export function time(record: JsonObject, ...members: readonly string[]): number | undefined {
  for (const member of members) {
    const stamp = record[member];
    const ms =
      typeof stamp === 'number'
        ? Math.round(stamp * 1000)
        : typeof stamp === 'string'
          ? Date.parse(stamp)
          : NaN;
    if (!Number.isNaN(ms)) return ms;
  }
  return undefined;
}

/** A timestamp as an ISO-8601 string with milliseconds, for people. */
export function isoTime(record: JsonObject, member: string): string | undefined {
  const ms = time(record, member);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
