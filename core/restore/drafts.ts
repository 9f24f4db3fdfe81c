import type { Action } from './action';
import { DeflatedList } from './deflated-list';
import type { Node } from './waves';

/** An action that has no place in the plan yet. `isLast`: it may name what is made after its kind. */
export type Draft = Omit<Action, 'seq' | 'wave'> & { readonly node?: Node; readonly isLast?: true };

/** Without what gave it its place. */
type Placed = Omit<Draft, 'node' | 'isLast'>;

/** What the order of drafts takes. */
type Key = Pick<Draft, 'kind' | 'id' | 'node'>;

/** As many stand ready to be read, or a sixteenth of all where that is more. */
const leastReady = 2_000;

/** Drafts, in whatever order they come: deflated, but for what their order takes. */
export class Drafts {
  private readonly drafts = new DeflatedList<Placed>();
  private readonly keys: Key[] = [];

  add({ node, isLast: _, ...draft }: Draft): void {
    const { kind, id } = draft;
    this.drafts.push(draft);
    this.keys.push({ kind, id, ...(node && { node }) });
  }

  /** Of what is to be made. */
  get nodes(): Node[] {
    return this.keys.flatMap(({ node }) => (node === undefined ? [] : [node]));
  }

  /**
   * By level, id and kind, each with its level. All of them are inflated once for each part that is read, at most 16
   * times: that is less than to keep them inflated.
   */
  *inOrder(levelOf: (key: Key) => number): Generator<readonly [Placed, number]> {
    const { length } = this.keys;
    const levels = this.keys.map(levelOf);
    const order = Uint32Array.from(levels.keys()).sort((a, b) => this.compare(levels, a, b));
    const placeOf = new Uint32Array(length);
    order.forEach((position, place) => {
      placeOf[position] = place;
    });
    const atOnce = Math.max(leastReady, Math.ceil(length / 16));
    for (let from = 0; from < length; from += atOnce) {
      const ready: [Placed, number][] = [];
      let position = 0;
      for (const draft of this.drafts) {
        const place = (placeOf[position] ?? 0) - from;
        if (place >= 0 && place < atOnce) ready[place] = [draft, levels[position] ?? 1];
        position++;
      }
      yield* ready;
    }
  }

  private compare(levels: readonly number[], a: number, b: number): number {
    const [one, other] = [this.keys[a], this.keys[b]];
    if (one === undefined || other === undefined) return 0;
    return (levels[a] ?? 1) - (levels[b] ?? 1) || byText(one.id, other.id) || byText(one.kind, other.kind);
  }
}

function byText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
