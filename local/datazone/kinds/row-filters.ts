import type { Given } from '../operations';

type Configuration = Given<'CreateAssetFilter'>['configuration'];
type RowFilter = NonNullable<Configuration['rowConfiguration']>['rowFilter'];
type Expression = NonNullable<RowFilter['expression']>;

const comparisons = {
  equalTo: '=',
  notEqualTo: '<>',
  greaterThan: '>',
  lessThan: '<',
  greaterThanOrEqualTo: '>=',
  lessThanOrEqualTo: '<=',
  like: 'LIKE',
  notLike: 'NOT LIKE',
} as const;

/** A row filter as the condition of a query: what a filter's `effectiveRowFilter` says. */
export function rowCondition(filter: RowFilter): string {
  if (filter.and) return `(${filter.and.map(rowCondition).join(' AND ')})`;
  if (filter.or) return `(${filter.or.map(rowCondition).join(' OR ')})`;
  return filter.expression ? condition(filter.expression) : '';
}

/** The columns that a row filter looks at. */
export function rowColumns(filter: RowFilter): string[] {
  const inner = filter.and ?? filter.or;
  if (inner) return inner.flatMap(rowColumns);
  return Object.values(filter.expression ?? {}).map(({ columnName }) => columnName);
}

function condition(expression: Expression): string {
  for (const [name, sign] of Object.entries(comparisons)) {
    const comparison = expression[name as keyof typeof comparisons];
    if (comparison) return `${quoted(comparison.columnName)} ${sign} ${literal(comparison.value)}`;
  }
  if (expression.in) return `${quoted(expression.in.columnName)} IN (${literals(expression.in.values)})`;
  if (expression.notIn) {
    return `${quoted(expression.notIn.columnName)} NOT IN (${literals(expression.notIn.values)})`;
  }
  if (expression.isNull) return `${quoted(expression.isNull.columnName)} IS NULL`;
  return expression.isNotNull ? `${quoted(expression.isNotNull.columnName)} IS NOT NULL` : '';
}

const quoted = (column: string): string => `"${column}"`;
const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const literals = (values: readonly string[]): string => values.map(literal).join(', ');
