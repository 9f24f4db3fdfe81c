import type { BackendAnswer } from './backend';
import type { RequestInput } from './requests';
import { errorName } from './service-error';

/** A backend's answer, and the request units that the operation cost by table. */
export interface Metered {
  readonly answer: BackendAnswer;
  readonly units: ReadonlyMap<string, number>;
}

/** Puts the units of our own counting into the answer, where the client asks for them. */
export function withCapacity(input: RequestInput, { answer, units }: Metered): BackendAnswer {
  if (errorName(answer)) return answer;
  const { ConsumedCapacity: _, ...body } = answer.body;
  const wish = input.ReturnConsumedCapacity;
  if (wish !== 'TOTAL' && wish !== 'INDEXES') return { ...answer, body };
  const consumed = [...units].map(([name, cost]) => ({
    TableName: name,
    CapacityUnits: cost,
    ...(wish === 'INDEXES' && { Table: { CapacityUnits: cost } }),
  }));
  return { ...answer, body: { ...body, ConsumedCapacity: 'RequestItems' in input ? consumed : consumed[0] } };
}
