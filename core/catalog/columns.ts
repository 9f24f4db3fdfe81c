import { text } from './json';
import type { JsonObject } from './kind';

/** Columns without those that have no value. */
export function columnsOf(
  columns: Readonly<Record<string, string | number | undefined>>,
): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(columns).filter((entry): entry is [string, string | number] => (entry[1] ?? '') !== ''),
  );
}

/** Columns that are members of the record under their own names in PascalCase: `owningProjectId` is `OwningProjectId`. */
export function namedColumns(
  record: JsonObject,
  ...members: readonly string[]
): Record<string, string | number> {
  return columnsOf(
    Object.fromEntries(
      members.map((name) => [name.charAt(0).toUpperCase() + name.slice(1), text(record, name)]),
    ),
  );
}
