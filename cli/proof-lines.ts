import type { RestoreInstant } from '../core/restore/instant';
import { counted } from './table';

/** What people must know of a time before they restore it; nothing where all of it is proven. */
export function proofLines({ kinds, missing }: RestoreInstant): string[] {
  const byLabel = new Map<string, string[]>();
  for (const [kind, label] of Object.entries(kinds)) {
    if (label !== 'proven') byLabel.set(label, [...(byLabel.get(label) ?? []), kind]);
  }
  return [
    ...[...byLabel].map(([label, names]) => `${label}: ${names.join(', ')}`),
    ...missing.map(
      ({ kind, snapshot, signed, missing: lost }) =>
        `${kind}: ${lost} of ${counted(signed, 'resource')} that snapshot ${snapshot} signed not here`,
    ),
  ];
}
