/** A pattern that EventBridge would refuse, or with an operator that the local cloud does not know. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
}

/** An event pattern: the event's shape, with a list of what may stand there at each leaf. */
export interface EventPattern {
  readonly [member: string]: EventPattern | readonly unknown[];
}

type Test = (value: unknown) => boolean;

/**
 * Compiles an event pattern: members that are not named do not matter, one of a leaf's conditions must hold, and of
 * a list in the event one element is enough. Throws `InvalidEventPatternError`.
 * See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function compilePattern(pattern: EventPattern): (event: unknown) => boolean {
  const members = Object.entries(pattern).map(([member, nested]) => {
    if (member === '$or' && Array.isArray(nested)) return anyOf(nested);
    const test = Array.isArray(nested) ? leaf(nested) : compilePattern(asPattern(member, nested));
    return (event: unknown) => test(isObject(event) ? event[member] : undefined);
  });
  if (members.length === 0) throw new InvalidEventPatternError('A pattern names at least one member');
  return (event) => members.every((matches) => matches(event));
}

/** One of these patterns, of the same part of the event. */
function anyOf(patterns: readonly unknown[]): Test {
  if (patterns.length < 2) throw new InvalidEventPatternError('$or takes a list of patterns, two at least');
  const tests = patterns.map((pattern) => compilePattern(asPattern('$or', pattern)));
  return (event) => tests.some((matches) => matches(event));
}

function leaf(conditions: readonly unknown[]): Test {
  if (conditions.length === 0) throw new InvalidEventPatternError('A leaf names at least one condition');
  const tests = conditions.map((condition) => {
    if (isObject(condition) && 'exists' in condition) {
      return (value: unknown) => (value !== undefined) === condition.exists;
    }
    const test = conditionOn(condition);
    return (value: unknown) => elementsOf(value).some(test);
  });
  return (value) => tests.some((test) => test(value));
}

/** A test of one value that is there. */
function conditionOn(condition: unknown): Test {
  if (!isObject(condition)) return (value) => value === condition;
  const [[operator, operand] = [], ...others] = Object.entries(condition);
  if (operator === undefined || others.length > 0) {
    throw new InvalidEventPatternError(`Not one operator: ${JSON.stringify(condition)}`);
  }
  switch (operator) {
    case 'prefix':
      return text(operator, operand, (value, part) => value.startsWith(part));
    case 'suffix':
      return text(operator, operand, (value, part) => value.endsWith(part));
    case 'equals-ignore-case':
      return text(operator, operand, (value, part) => value.toLowerCase() === part.toLowerCase());
    case 'anything-but': {
      const excluded = (Array.isArray(operand) ? operand : [operand]).map(conditionOn);
      return (value) => !excluded.some((test) => test(value));
    }
    default:
      throw new InvalidEventPatternError(`Unrecognized match type ${operator}`);
  }
}

function text(operator: string, operand: unknown, holds: (value: string, operand: string) => boolean): Test {
  if (typeof operand !== 'string') throw new InvalidEventPatternError(`${operator} takes a string`);
  return (value) => typeof value === 'string' && holds(value, operand);
}

function elementsOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function asPattern(member: string, nested: unknown): EventPattern {
  if (isObject(nested)) return nested as EventPattern;
  throw new InvalidEventPatternError(`${member} must be an object or a list`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
