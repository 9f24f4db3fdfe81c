import { type Sort, sortedBy } from '../pages';

interface Dated {
  readonly createdAt?: Date | undefined;
  readonly updatedAt?: Date | undefined;
}

/** The order by CREATED_AT or UPDATED_AT that a list asks for, if it asks for one. */
export function sortedByTime<R extends Dated>(input: Parameters<typeof sortedBy>[0]): Sort<R> | undefined {
  const member = input.sortBy === 'UPDATED_AT' ? 'updatedAt' : 'createdAt';
  return sortedBy(input, (row: R) => row[member]?.getTime() ?? 0);
}
