import { isList, isObject } from '../catalog/json';
import type { Json, JsonObject, Kind } from '../catalog/kind';
import { assignedEverywhere } from '../catalog/restoration';
import { canonical } from '../catalog/shape';

/** A record without what the service assigns: what two domains can have alike. */
export function portable(kind: Kind, record: JsonObject): JsonObject {
  const paths = [...assignedEverywhere, ...(kind.restore?.assigned ?? [])];
  const stripped = paths.reduce<Json>(
    (rest, path) => withoutPath(rest, path),
    kind.restore?.portable?.(record) ?? record,
  );
  // What holds nothing any more is absent, as in every record; an empty text too, by which an update takes one away.
  const kept = canonical(isObject(stripped) ? stripped : {}, kind.shape);
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== ''));
}

/** `items[].revision`: a member of each item; `forms{}.status`: of each value of a map. */
function withoutPath(value: Json, path: string): Json {
  const step = /^([^.[{]+)(\[\]|\{\})?\.?(.*)$/.exec(path);
  if (step === null || !isObject(value)) return value;
  const [, member = '', each, rest = ''] = step;
  const inner = value[member];
  if (inner === undefined) return value;
  if (rest === '') {
    const { [member]: _, ...others } = value;
    return others;
  }
  return { ...value, [member]: each === undefined ? withoutPath(inner, rest) : withoutInEach(inner, rest) };
}

function withoutInEach(value: Json, path: string): Json {
  if (isList(value)) return value.map((item) => withoutPath(item, path));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutPath(item, path)]));
}
