import type { Kind } from '../catalog/kind';
import { type Compared, isUnder } from './comparison';
import type { Difference } from './difference';

/** Why a resource cannot be made what it is to be. */
export function refusalOf(
  kind: Kind,
  { record }: Pick<Compared, 'record'>,
  found: readonly Difference[],
): string | undefined {
  const { restore } = kind;
  const itself = restore?.madeByService?.(record);
  if (itself !== undefined && restore?.updatesMadeByService !== true)
    return `it is not ours to change: ${itself}`;
  if (restore?.update === undefined) return `no operation changes it: ${kind.restoredBy}`;
  const fixed = found.find(({ path }) => restore.fixed?.some((member) => isUnder(path, member)));
  return fixed === undefined ? undefined : `${fixed.path} can not be changed`;
}
