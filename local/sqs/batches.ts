import { z } from 'zod';
import { ServiceFault } from '../aws-json';
import { QUERY_ERRORS } from './queue-fault';

const MOST_ENTRIES = 10;

/** The entries of a batch: each has an id of its own in the request. */
export function batch<S extends z.ZodRawShape>(entry: S) {
  return z.array(z.object({ ...entry, Id: z.string() }));
}

/**
 * Does each entry's work and says of each what became of it: one entry's failure is not another's. Throws
 * `ServiceFault` for a batch that is wrong as a whole.
 */
export function batchOf<E extends { readonly Id: string }>(
  entries: readonly E[],
  work: (entry: E) => Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  check(entries.map(({ Id }) => Id));
  const Successful: unknown[] = [];
  const Failed: unknown[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...work(entry) });
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      const Code = QUERY_ERRORS[error.name] ?? error.name;
      Failed.push({ Id: entry.Id, Code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}

function check(ids: readonly string[]): void {
  if (ids.length === 0) {
    throw new ServiceFault('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (ids.length > MOST_ENTRIES) {
    throw new ServiceFault(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${ids.length}.`,
    );
  }
  const wrong = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (wrong !== undefined) {
    throw new ServiceFault(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new ServiceFault('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
}
