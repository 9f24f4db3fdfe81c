import type { AssetRevision } from '../domain';

/** Members by which the forms of tables and views name a column. */
const columnMembers = ['columnName', 'columnIdentifier'] as const;

/** The columns that an asset's forms name, in their order; none where its forms say nothing of columns. */
export function columnsOf({ formsOutput }: Pick<AssetRevision, 'formsOutput'>): string[] {
  const lists = formsOutput.flatMap(({ content }) => Object.values(JSON.parse(content ?? '{}') as object));
  return [...new Set(lists.filter(Array.isArray).flatMap((list: unknown[]) => list.flatMap(columnName)))];
}

function columnName(item: unknown): string[] {
  if (typeof item !== 'object' || item === null) return [];
  return columnMembers.flatMap((member) => {
    const name: unknown = Reflect.get(item, member);
    return typeof name === 'string' ? [name] : [];
  });
}
