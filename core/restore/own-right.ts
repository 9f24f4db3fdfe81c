import type { JsonObject, Kind } from '../catalog/kind';

/** Why whoever restores leaves a resource as it is: it is a right of its own. `id`: of what the target has of it. */
export function ownRight(
  kind: Kind,
  wanted: JsonObject,
  id: string | undefined,
  restorer: string | undefined,
): string | undefined {
  if (restorer === undefined || kind.restore?.rightOf?.(wanted, id) !== restorer) return undefined;
  return 'it is a right of whoever restores, who could not go on without it: change it by hand afterwards';
}
