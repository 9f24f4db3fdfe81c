import type { Random } from '../random';
import { enumValuesOf, type Limit, limitOf } from './constraints';
import type { Member, Shape, Structure, Union } from './schema';

/** Which optional members a random value has. */
export type Fullness = 'required' | 'full' | 'random';

const deepest = 9;
const strings = [
  '',
  'plain',
  'with "quotes" and \\ backslash',
  'line\nbreak\ttab \u0001',
  'é漢字 🙂 \u2028',
  '/ : + % & ? # space',
];

/**
 * Random values that a schema allows: for tests against the service and for fuzzing of what reads it.
 * Limits and enumerations of inputs are kept, too. The same seed gives the same values.
 */
export class Generator {
  /** `Union.member` of every union member made so far; members not made yet are preferred. */
  private readonly made = new Set<string>();

  constructor(
    private readonly random: Random,
    private readonly fullness: Fullness = 'random',
  ) {}

  structure(shape: Structure, depth = 0): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const member of shape.members) {
      if (member.required || member.place === 'payload' || this.wants(depth))
        result[member.name] = this.member(shape, member, depth);
    }
    return result;
  }

  private wants(depth: number): boolean {
    if (this.fullness === 'required' || depth > deepest) return false;
    return this.fullness === 'full' ? depth < 4 : this.random.chance(0.5);
  }

  private member(structure: Structure | Union, member: Member, depth: number): unknown {
    const limit = limitOf(structure.name, member.name);
    const values = enumValuesOf(structure.name, member.name);
    const single = (): unknown => {
      if (values) return this.random.pick(values);
      if (member.place === 'header' && member.shape.kind === 'string') return 'plain-header';
      if (member.place === 'header' && member.shape.kind === 'timestamp')
        return new Date(this.seconds() * 1000);
      if (member.place === 'query' && member.shape.kind === 'string' && !limit?.example)
        return 'a query/text?';
      if (member.place === 'label' && !limit) return this.random.pick(['a', 'a/b', 'x:y+z', '% é']);
      return undefined;
    };
    if (member.shape.kind !== 'list') return single() ?? this.value(member.shape, limit, depth);
    const { of } = member.shape;
    // An empty list in a query cannot be seen on the wire.
    const least = limit?.min ?? (member.place === 'query' ? 1 : 0);
    const length = depth > deepest ? least : Math.min(limit?.max ?? 3, Math.max(least, this.random.below(3)));
    return Array.from({ length }, () => single() ?? this.value(of, limit?.each, depth + 1));
  }

  private value(shape: Shape, limit: Limit | undefined, depth: number): unknown {
    switch (shape.kind) {
      case 'string':
        return this.text(limit);
      case 'number':
        return this.number(limit);
      case 'boolean':
        return this.random.chance(0.5);
      case 'blob':
        return Buffer.from(JSON.stringify({ run: this.random.text(8) }));
      case 'timestamp':
        return new Date(this.seconds() * 1000 + this.random.below(1000));
      case 'list':
        return Array.from({ length: this.random.below(3) }, () => this.value(shape.of, undefined, depth + 1));
      case 'map':
        return { 'a key': this.value(shape.of, undefined, depth + 1) };
      case 'structure':
        return this.structure(shape, depth + 1);
      case 'union':
        return this.union(shape, depth + 1);
    }
  }

  private union(shape: Union, depth: number): Record<string, unknown> {
    const ending = depth > deepest ? shape.members.filter((member) => !recursive(shape, member)) : [];
    const candidates = ending.length > 0 ? ending : shape.members;
    const fresh = candidates.filter((member) => !this.made.has(`${shape.name}.${member.name}`));
    const member = this.random.pick(fresh.length > 0 ? fresh : candidates);
    this.made.add(`${shape.name}.${member.name}`);
    return { [member.name]: this.member(shape, member, depth) };
  }

  private text(limit: Limit | undefined): string {
    if (limit?.example !== undefined) return limit.example;
    const text = this.random.pick(strings).slice(0, limit?.max ?? 512);
    return text.padEnd(limit?.min ?? 0, 'x');
  }

  private number(limit: Limit | undefined): number {
    const least = limit?.min ?? 0;
    const number = least + this.random.below((limit?.max ?? 1_000_000) - least + 1);
    return limit?.integer ? number : number + this.random.pick([0, 0.5]);
  }

  private seconds(): number {
    return 1_600_000_000 + this.random.below(200_000_000);
  }
}

function recursive(union: Union, member: Member): boolean {
  const { shape } = member;
  return shape === union || ((shape.kind === 'list' || shape.kind === 'map') && shape.of === union);
}
