import type { Kind } from '../catalog/kind';

/** Kinds in the order in which they are restored: as registered, each after those that it says it comes after. */
export function kindsInOrder(kinds: readonly Kind[]): readonly Kind[] {
  const ordered: Kind[] = [];
  const seen = new Set<string>();
  const visit = (kind: Kind): void => {
    if (seen.has(kind.name)) return;
    seen.add(kind.name);
    for (const before of kinds) if (kind.restore?.after?.includes(before.name) === true) visit(before);
    ordered.push(kind);
  };
  for (const kind of kinds) visit(kind);
  return ordered;
}

/** A resource that is to be made, and the resources of its kind that it names. */
export interface Node {
  readonly id: string;
  readonly needs: readonly string[];
  /** Made one after the other in this order, where the kind has one. */
  readonly rank: number | undefined;
}

/**
 * Levels of a kind's resources: what a resource names stands on a level before it. Those of a circle stand on the
 * last level: what they name of each other is `late`, or cannot be. Where none names another, none is told: all stand
 * on the first.
 */
export function levels(nodes: readonly Node[]): ReadonlyMap<string, number> {
  if (nodes.every(({ needs }) => needs.length === 0)) return new Map();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const level = new Map<string, number>();
  const open = new Set<string>();
  const levelOf = (id: string): number => {
    const node = byId.get(id);
    const known = level.get(id);
    if (node === undefined || open.has(id)) return 0;
    if (known !== undefined) return known;
    open.add(id);
    const found = 1 + Math.max(0, ...node.needs.filter((need) => need !== id).map(levelOf));
    open.delete(id);
    level.set(id, found);
    return found;
  };
  for (const { id } of nodes) levelOf(id);
  return level;
}

/** Levels by rank: equal ranks share one. */
export function ranked(nodes: readonly Node[]): ReadonlyMap<string, number> {
  const ranks = [...new Set(nodes.map(({ rank }) => rank ?? 0))].sort((one, other) => one - other);
  const position = new Map(ranks.map((rank, n) => [rank, n + 1]));
  return new Map(nodes.map(({ id, rank }) => [id, position.get(rank ?? 0) ?? 0]));
}
