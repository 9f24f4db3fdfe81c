import type { Head } from './items';
import type { ScopeRef } from './keys';
import type { Attributes } from './table';
import type { Vault } from './vault';

/** How long changes took from the event that told of them into the vault, in ms. */
export interface ChangeLatency {
  /** Resources whose newest version within the window an event brought in. */
  readonly events: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** True where there were more: the figures are of the first ones. */
  readonly isCut: boolean;
}

export interface LatencyWindow {
  /** Of what was written from here on, ISO 8601. @default all */
  readonly from?: string;
  /** Up to here, ISO 8601. @default now */
  readonly to?: string;
  /** Versions that are read at most. @default 10,000 */
  readonly most?: number;
}

/** DynamoDB's BatchGetItem takes as many keys. */
const keysAtOnce = 100;
const told = ['source', 'eventAt', 'writtenAt'];

/**
 * From event to vault, by what the heads name that changed in a window: a resource that changed more often counts
 * once, by its newest change. Undefined where no event has brought in any.
 */
export async function changeLatency(
  vault: Vault,
  { from = '', to = '9999', most = 10_000 }: LatencyWindow = {},
): Promise<ChangeLatency | undefined> {
  const latencies: number[] = [];
  let read = 0;
  let isCut = false;
  for await (const batch of batches(vault, from, to)) {
    isCut = read + batch.length > most;
    const keys = batch
      .slice(0, most - read)
      .map(({ scope, head }) => vault.keys.version(scope.kind, head.id, head.version));
    read += keys.length;
    for (const version of await vault.table.getMany(keys, told)) {
      const latency = latencyOf(version);
      if (latency !== undefined) latencies.push(latency);
    }
    if (isCut) break;
  }
  return distribution(latencies, isCut);
}

function latencyOf({ source, eventAt, writtenAt }: Attributes): number | undefined {
  if (source !== 'event' || typeof eventAt !== 'string' || typeof writtenAt !== 'string') return undefined;
  return Math.max(0, Date.parse(writtenAt) - Date.parse(eventAt));
}

function distribution(latencies: readonly number[], isCut: boolean): ChangeLatency | undefined {
  const sorted = [...latencies].sort((a, b) => a - b);
  // The nearest rank: a figure that was measured.
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  if (sorted.length === 0) return undefined;
  return { events: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1), isCut };
}

async function* batches(vault: Vault, from: string, to: string) {
  let batch: { readonly scope: ScopeRef; readonly head: Head }[] = [];
  for (const scope of await vault.scopes()) {
    for await (const head of vault.heads(scope)) {
      if (head.validFrom < from || head.validFrom > to) continue;
      batch.push({ scope, head });
      if (batch.length < keysAtOnce) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
