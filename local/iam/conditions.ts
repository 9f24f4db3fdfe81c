import { matchesArn, matchesPattern } from './patterns';
import type { PolicyConditions } from './policy-document';

/** Condition context of a request: what AWS calls request context keys. Keys are compared without case. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** `unknown`: it cannot be told here, so an Allow must not hold by it and a Deny must. */
export type Truth = true | false | 'unknown';

type Comparison = (wanted: string, given: string) => boolean;

const numeric =
  (compare: (given: number, wanted: number) => boolean): Comparison =>
  (wanted, given) =>
    compare(Number(given), Number(wanted));

const equals: Comparison = (wanted, given) => wanted === given;
const equalsIgnoringCase: Comparison = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();
const numericEquals = numeric((given, wanted) => given === wanted);

const POSITIVE: Readonly<Record<string, Comparison>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: matchesPattern,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: equalsIgnoringCase,
  NumericEquals: numericEquals,
  NumericLessThan: numeric((given, wanted) => given < wanted),
  NumericLessThanEquals: numeric((given, wanted) => given <= wanted),
  NumericGreaterThan: numeric((given, wanted) => given > wanted),
  NumericGreaterThanEquals: numeric((given, wanted) => given >= wanted),
};

const NEGATED: Readonly<Record<string, Comparison>> = {
  StringNotEquals: equals,
  StringNotEqualsIgnoreCase: equalsIgnoringCase,
  StringNotLike: matchesPattern,
  ArnNotEquals: matchesArn,
  ArnNotLike: matchesArn,
  NumericNotEquals: numericEquals,
};

/**
 * Whether all conditions hold. An operator that is not in the tables above is `unknown`, as is a policy variable
 * whose value is not in the context.
 */
export function conditionsHold(conditions: PolicyConditions, context: ConditionContext): Truth {
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  const truths = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) =>
      operatorHolds(operator, wanted, given.get(key.toLowerCase()), given),
    ),
  );
  return allOf(truths);
}

/** False beats unknown, unknown beats true. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes('unknown') ? 'unknown' : true;
}

/** Puts context values in place of `${key}`; undefined if one is not in the context. */
export function substituteVariables(
  text: string,
  context: ReadonlyMap<string, string | readonly string[]>,
): string | undefined {
  let complete = true;
  const result = text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = context.get(name.toLowerCase());
    if (typeof value !== 'string') complete = false;
    return typeof value === 'string' ? value : '';
  });
  return complete ? result : undefined;
}

function operatorHolds(
  operator: string,
  wantedTexts: readonly string[],
  given: string | readonly string[] | undefined,
  context: ReadonlyMap<string, string | readonly string[]>,
): Truth {
  const [, quantifier, base = '', ifExists] =
    /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const substituted = wantedTexts.map((text) => substituteVariables(text, context));
  const wanted = substituted.filter((text) => text !== undefined);
  if (wanted.length < substituted.length) return 'unknown';

  if (base === 'Null') return wanted.some((text) => text.toLowerCase() === String(given === undefined));

  const positive = POSITIVE[base];
  const negated = NEGATED[base];
  const compare = positive ?? negated;
  if (!compare) return 'unknown';
  const valueHolds = (value: string) =>
    wanted.some((text) => compare(text, value)) === (compare === positive);

  if (quantifier === 'ForAllValues:') return listOf(given).every(valueHolds);
  if (given === undefined && ifExists) return true;
  if (quantifier === 'ForAnyValue:') return listOf(given).some(valueHolds);
  if (given === undefined) return compare === negated;
  if (typeof given !== 'string') return 'unknown';
  return valueHolds(given);
}

function listOf(given: string | readonly string[] | undefined): readonly string[] {
  if (given === undefined) return [];
  return typeof given === 'string' ? [given] : given;
}
