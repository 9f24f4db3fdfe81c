import { invalid } from './faults';
import type { Given } from './operations';
import type { Sort } from './pages';

type Filters = Given<'Search'>['filters'];
type Filter = NonNullable<NonNullable<Filters>['filter']>;

/** A value that an index has for an attribute. Dates are compared as epoch seconds. */
export type Attribute = string | number | Date | readonly string[] | undefined;

/** Reads attributes of the entries of one scope. */
export type Attributes<R> = (row: R, attribute: string) => Attribute;

/** Members that the three searches have in common. */
export interface SearchInput {
  readonly searchText?: string | undefined;
  readonly searchIn?: readonly { readonly attribute: string }[] | undefined;
  readonly filters?: Filters;
  readonly sort?: Given<'Search'>['sort'];
}

/** Attributes that a search text is looked for in where the caller names none. */
const textAttributes = ['name', 'description', 'shortDescription', 'longDescription', 'externalIdentifier'];

/** Whether an entry fits text and filters of a search; undefined if there is nothing to fit. */
export function matcher<R>(input: SearchInput, attributes: Attributes<R>): ((row: R) => boolean) | undefined {
  const { filters, searchText } = input;
  if (!filters && searchText === undefined) return undefined;
  const searched = input.searchIn?.map((item) => item.attribute) ?? textAttributes;
  // Quotes ask for a lexical search, which is all that this index knows.
  const words = (searchText ?? '').replaceAll('"', '').toLowerCase().split(/\s+/).filter(Boolean);
  const hasText = (row: R): boolean =>
    words.every((word) => searched.some((name) => contains(attributes(row, name), word)));
  const fits = filters ? filterOf(filters, attributes) : () => true;
  return (row) => fits(row) && hasText(row);
}

/** The order that a search asks for. */
export function sortOf<R>(input: SearchInput, attributes: Attributes<R>): Sort<R> | undefined {
  const { sort } = input;
  return (
    sort && {
      descending: sort.order === 'DESCENDING',
      key: (row) => keyOf(attributes(row, sort.attribute)),
    }
  );
}

function filterOf<R>(clause: NonNullable<Filters>, attributes: Attributes<R>): (row: R) => boolean {
  if (clause.and) {
    const all = clause.and.map((it) => filterOf(it, attributes));
    return (row) => all.every((fits) => fits(row));
  }
  if (clause.or) {
    const any = clause.or.map((it) => filterOf(it, attributes));
    return (row) => any.some((fits) => fits(row));
  }
  const { filter } = clause;
  if (!filter) throw invalid('A filter clause must have one of [filter, and, or]');
  if (filter.value === undefined && filter.intValue === undefined) {
    throw invalid(`The filter on ${filter.attribute} needs a value or an intValue`);
  }
  return (row) => fitsFilter(attributes(row, filter.attribute), filter);
}

function fitsFilter(attribute: Attribute, filter: Filter): boolean {
  if (attribute === undefined) return false;
  if (Array.isArray(attribute)) return attribute.some((one: string) => fitsFilter(one, filter));
  const operator = filter.operator ?? 'EQ';
  if (operator === 'TEXT_SEARCH') return contains(attribute, (filter.value ?? '').toLowerCase());
  const key = keyOf(attribute);
  const wanted = wantedKey(attribute, filter);
  switch (operator) {
    case 'EQ':
      return key === wanted;
    case 'LT':
      return key < wanted;
    case 'LE':
      return key <= wanted;
    case 'GT':
      return key > wanted;
    case 'GE':
      return key >= wanted;
  }
}

/** Whether a value is the one that a list was asked for, if it was asked for one. */
export function fits(wanted: string | undefined, value: string | undefined): boolean {
  return wanted === undefined || wanted === value;
}

/** The value to compare with: times may come as epoch seconds or as ISO 8601 text. */
function wantedKey(attribute: Attribute, { value, intValue }: Filter): string | number {
  if (intValue !== undefined) return intValue;
  const text = value ?? '';
  if (attribute instanceof Date) return Number.isNaN(Number(text)) ? Date.parse(text) / 1000 : Number(text);
  return typeof attribute === 'number' ? Number(text) : text;
}

function keyOf(attribute: Attribute): string | number {
  if (attribute instanceof Date) return attribute.getTime() / 1000;
  return typeof attribute === 'string' || typeof attribute === 'number'
    ? attribute
    : (attribute?.join(' ') ?? '');
}

function contains(attribute: Attribute, word: string): boolean {
  return attribute !== undefined && String(keyOf(attribute)).toLowerCase().includes(word);
}
