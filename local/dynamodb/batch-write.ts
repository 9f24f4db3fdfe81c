import type { z } from 'zod';
import type { ItemWrite } from './item-writer';
import type { batchWriteRequest } from './requests';
import type { TableDefinition } from './table-definition';

type RequestItems = z.infer<typeof batchWriteRequest>['RequestItems'];

/** A batch, parted into what is written and what comes back unprocessed. */
export interface PartedBatch {
  readonly processed: RequestItems;
  readonly unprocessed: RequestItems;
  readonly writes: readonly ItemWrite[];
}

/** Parts a batch; the first write is never held back, for AWS answers an error when it processes nothing. */
export function partBatch(
  requests: RequestItems,
  tableOf: (name: string) => TableDefinition,
  holdBack: () => boolean,
): PartedBatch {
  const processed: RequestItems = {};
  const unprocessed: RequestItems = {};
  const writes: ItemWrite[] = [];
  for (const [name, tableWrites] of Object.entries(requests)) {
    const table = tableOf(name);
    for (const write of tableWrites) {
      const target = writes.length > 0 && holdBack() ? unprocessed : processed;
      target[name] = [...(target[name] ?? []), write];
      if (target === unprocessed) continue;
      writes.push(
        'PutRequest' in write
          ? { table, operation: 'PutItem', item: write.PutRequest.Item }
          : { table, operation: 'DeleteItem', item: write.DeleteRequest.Key },
      );
    }
  }
  return { processed, unprocessed, writes };
}
