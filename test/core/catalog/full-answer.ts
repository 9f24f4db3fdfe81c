import assert from 'node:assert/strict';
import type { Json, JsonObject } from '../../../core/catalog/kind';
import { type Member, operations, type Shape, type Union } from '../../../local/datazone/schema';

/** A value in an answer that holds no others. */
export interface Leaf {
  /** Names of the members that lead to it; lists and maps add none. */
  readonly path: readonly string[];
  /** Texts by which it is known again: a time may come out in another form. */
  readonly marks: readonly string[];
}

export interface FullAnswer {
  readonly answer: JsonObject;
  readonly leaves: readonly Leaf[];
}

/**
 * An answer with every member that the SDK's schema has, and a value of its own in each. A union has one member at a
 * time: in a list there is an item for each, and elsewhere `variant` says which one. Searches answer what `kind` is.
 */
export function fullAnswer(operation: string, kind: string, variant: number): FullAnswer {
  return new Filling(kind).of(operation, variant);
}

/** How many variants show all members of the unions in an operation's answer. */
export function variantsOf(operation: string): number {
  return casesOf(outputOf(operation), []);
}

/** Values that the catalog goes by, by kind and member. */
const givens: Readonly<Record<string, string>> = {
  'domainConnection scope': 'DOMAIN',
};

/** Texts in a format that the catalog looks into, by member; the mark stands inside. */
const formats: Readonly<Record<string, (mark: string) => string>> = {
  arn: (mark) => `arn:aws:datazone:eu-west-1:111122223333:domain/${mark}`,
  content: (mark) => JSON.stringify({ columns: [{ columnName: mark }] }),
};

class Filling {
  private static count = 0;
  private readonly leaves: Leaf[] = [];

  constructor(private readonly kind: string) {}

  of(operation: string, variant: number): FullAnswer {
    const answer = this.filled(outputOf(operation), [], variant, []) as JsonObject;
    return { answer, leaves: this.leaves };
  }

  private filled(shape: Shape, path: readonly string[], variant: number, inside: readonly Shape[]): Json {
    switch (shape.kind) {
      case 'structure':
        return this.members(shape.members, path, variant, [...inside, shape]);
      case 'union': {
        const { member, variant: ofMember } = this.chosen(shape, variant, inside);
        return this.members([member], path, ofMember, [...inside, shape]);
      }
      case 'list':
        return this.cases(shape.of, inside).map((item) => this.filled(shape.of, path, item, inside));
      case 'map':
        return Object.fromEntries(
          this.cases(shape.of, inside).map((item) => [
            `key${item}`,
            this.filled(shape.of, path, item, inside),
          ]),
        );
      default:
        return this.leaf(shape.kind === 'timestamp' ? shape.format : shape.kind, path);
    }
  }

  private members(
    members: readonly Member[],
    path: readonly string[],
    variant: number,
    inside: readonly Shape[],
  ): JsonObject {
    return Object.fromEntries(
      members
        .filter(({ shape, name }) => !isRecursive(shape, inside) && name !== 'nextToken')
        .map(({ name, shape }) => [name, this.filled(shape, [...path, name], variant, inside)]),
    );
  }

  private chosen(union: Union, variant: number, inside: readonly Shape[]) {
    const searched = union.members.find(({ name }) => name === `${this.kind}Item`);
    if (searched !== undefined) return { member: searched, variant };
    const cases = casesOfMembers(union, [...inside, union]);
    return cases[variant % cases.length] ?? assert.fail(`${union.name} has no members`);
  }

  private cases(of: Shape, inside: readonly Shape[]): number[] {
    return isRecursive(of, inside) ? [] : [...Array(casesOf(of, inside)).keys()];
  }

  private leaf(kind: string, path: readonly string[]): Json {
    const given = givens[`${this.kind} ${path.at(-1)}`];
    if (given !== undefined) {
      this.leaves.push({ path, marks: [given] });
      return given;
    }
    const number = ++Filling.count;
    if (kind === 'epoch' || kind === 'iso') {
      const seconds = 1_700_000_000 + number;
      const iso = new Date(seconds * 1000).toISOString();
      this.leaves.push({ path, marks: [String(seconds), iso] });
      return kind === 'iso' ? iso : seconds;
    }
    if (kind === 'number') {
      this.leaves.push({ path, marks: [String(8_000_000_000 + number)] });
      return 8_000_000_000 + number;
    }
    // Booleans too: what is only kept is not looked at.
    const mark = `m${number}m`;
    this.leaves.push({ path, marks: [mark] });
    return formats[path.at(-1) ?? '']?.(mark) ?? mark;
  }
}

function outputOf(operation: string): Shape {
  return operations.get(operation)?.output ?? assert.fail(`there is no operation ${operation}`);
}

/** Row filters hold row filters. */
function isRecursive(shape: Shape, inside: readonly Shape[]): boolean {
  const inner = shape.kind === 'list' || shape.kind === 'map' ? shape.of : shape;
  return inside.includes(inner);
}

function casesOf(shape: Shape, inside: readonly Shape[]): number {
  if (isRecursive(shape, inside)) return 1;
  if (shape.kind === 'union') return casesOfMembers(shape, [...inside, shape]).length;
  if (shape.kind !== 'structure') return 1;
  return Math.max(1, ...shape.members.map((member) => casesOf(member.shape, [...inside, shape])));
}

function casesOfMembers(union: Union, inside: readonly Shape[]) {
  return union.members
    .filter(({ shape }) => !isRecursive(shape, inside))
    .flatMap((member) =>
      [...Array(casesOf(member.shape, inside)).keys()].map((variant) => ({ member, variant })),
    );
}
