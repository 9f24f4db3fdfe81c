import type { Between } from '../support/in-process-clients';

/** DynamoDB's request units of a vault that is kept in memory, of one Region. */
export class RequestUnits {
  writes = 0;
  reads = 0;

  /** Counts a call by the sizes of its items; other calls pass. */
  readonly between: Between = async (call) => {
    const answer = await call.answer();
    if (call.service !== 'dynamodb') return answer;
    if (call.operation === 'PutItem') this.writes += units(sizeOf(call.item), 1024);
    else if (call.operation === 'UpdateItem' || call.operation === 'DeleteItem') this.writes += 1;
    else if (call.operation === 'BatchGetItem' && Array.isArray(answer)) {
      for (const item of answer) this.reads += units(sizeOf(item), 4096);
    } else this.reads += units(sizeOf(answer), 4096);
    return answer;
  };
}

function units(bytes: number, each: number): number {
  return Math.max(1, Math.ceil(bytes / each));
}

/** Bytes of an item as DynamoDB counts them: names and values, numbers by their digits. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (Array.isArray(value)) return value.reduce((total: number, item) => total + sizeOf(item) + 1, 3);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce(
    (total, [name, inner]) => total + Buffer.byteLength(name) + sizeOf(inner),
    0,
  );
}
