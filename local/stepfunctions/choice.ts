import { hasPath, type Json } from './json-path';
import { resolvePath } from './payload-template';
import { StateError } from './state-error';

type Rule = Readonly<Record<string, Json>>;

/** The `Next` of the first rule that holds for the input, or undefined. */
export function choose(rules: readonly Rule[], input: Json, context: Json): string | undefined {
  const next = rules.find((rule) => holds(rule, input, context))?.Next;
  return typeof next === 'string' ? next : undefined;
}

function holds(rule: Rule, input: Json, context: Json): boolean {
  const all = (nested: Json | undefined) => (Array.isArray(nested) ? nested : [nested]) as Rule[];
  if ('And' in rule) return all(rule.And).every((nested) => holds(nested, input, context));
  if ('Or' in rule) return all(rule.Or).some((nested) => holds(nested, input, context));
  if ('Not' in rule) return !all(rule.Not).every((nested) => holds(nested, input, context));

  const { Variable: variable, Next: _, Comment: __, ...test } = rule;
  const [operator, operand] = Object.entries(test)[0] ?? [];
  if (typeof variable !== 'string' || operator === undefined || operand === undefined) {
    throw StateError.runtime(`A choice rule without a comparison: ${JSON.stringify(rule)}`);
  }
  if (operator === 'IsPresent') return isPresent(variable, input, context) === operand;
  const value = resolvePath(variable, input, context);
  if (!operator.endsWith('Path')) return compare(operator, value, operand);
  return compare(operator.slice(0, -'Path'.length), value, resolvePath(String(operand), input, context));
}

function isPresent(variable: string, input: Json, context: Json): boolean {
  return variable.startsWith('$$') ? hasPath(variable.slice(1), context) : hasPath(variable, input);
}

function compare(operator: string, value: Json, operand: Json): boolean {
  const test = TYPE_TESTS[operator];
  if (test) return test(value) === operand;
  if (operator === 'StringMatches') {
    return typeof value === 'string' && typeof operand === 'string' && wildcard(operand).test(value);
  }
  const match = /^(String|Numeric|Boolean|Timestamp)(\w+)$/.exec(operator);
  const read = match?.[1] && COMPARED_AS[match[1]];
  const decide = match?.[2] && ORDERINGS[match[2]];
  if (!read || !decide) throw StateError.runtime(`Unknown comparison ${operator}`);
  const [left, right] = [read(value), read(operand)];
  return left !== undefined && right !== undefined && decide(left, right);
}

type Comparable = string | number | boolean;

/** What a comparison of a type makes of a value; undefined if the value is of another type: then nothing is equal. */
const COMPARED_AS: Readonly<Record<string, (value: Json) => Comparable | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  Timestamp: (value) => (isTimestamp(value) ? Date.parse(String(value)) : undefined),
};

const ORDERINGS: Readonly<Record<string, (left: Comparable, right: Comparable) => boolean>> = {
  Equals: (left, right) => left === right,
  LessThan: (left, right) => left < right,
  GreaterThan: (left, right) => left > right,
  LessThanEquals: (left, right) => left <= right,
  GreaterThanEquals: (left, right) => left >= right,
};

const TYPE_TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: isTimestamp,
};

function isTimestamp(value: Json): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
}

/** `log-*.txt` as a regular expression; `\*` and `\\` are themselves. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\([*\\])|\*|[.+?^${}()|[\]\\/]/g, (match, escaped: string | undefined) =>
    escaped !== undefined ? `\\${escaped}` : match === '*' ? '[^]*' : `\\${match}`,
  );
  return new RegExp(`^${source}$`);
}
