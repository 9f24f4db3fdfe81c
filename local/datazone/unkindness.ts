import type { Random } from '../random';

/**
 * Where DataZone promises little, it may be unkind. Each switch is something that the service does, or that its
 * documentation leaves open; a client must cope with all of them.
 */
export interface Unkindness {
  /** Longest time until a write shows in Search, SearchListings and SearchTypes; every write draws its own. */
  readonly indexLagMilliseconds: number;
  /** How long the totalMatchCount of a query is answered again after it was counted. */
  readonly countLagMilliseconds: number;
  /** Cursors are offsets and a rewritten entry moves to the end: writes make pages skip and repeat entries. */
  readonly offsetCursors: boolean;
  /** Age at which a nextToken is refused. */
  readonly cursorLifetimeMilliseconds: number;
  /** What a Search in the inventory of a project answers to someone who is no member. */
  readonly strangerSearch: 'empty' | 'denied';
  /** What a call on something deleted answers. */
  readonly deleted: 'notFound' | 'denied';
}

export const calm: Unkindness = {
  indexLagMilliseconds: 0,
  countLagMilliseconds: 0,
  offsetCursors: false,
  cursorLifetimeMilliseconds: Number.POSITIVE_INFINITY,
  strangerSearch: 'empty',
  deleted: 'notFound',
};

export const harsh: Unkindness = {
  indexLagMilliseconds: 20_000,
  countLagMilliseconds: 30_000,
  offsetCursors: true,
  cursorLifetimeMilliseconds: 10 * 60_000,
  strangerSearch: 'denied',
  deleted: 'denied',
};

/** The lag of one write, in milliseconds. */
export function drawIndexLag(unkindness: Unkindness, random: Random): number {
  return unkindness.indexLagMilliseconds === 0 ? 0 : random.below(unkindness.indexLagMilliseconds + 1);
}
