import { applyEdits, type Edit, findNodeAtLocation, type JSONPath, parseTree } from 'jsonc-parser';
import { partsOf } from '../catalog/composite-id';
import { isList, isObject } from '../catalog/json';
import type { Json, JsonObject, Reference } from '../catalog/kind';
import { glossaryAnnotations } from '../catalog/smithy-annotations';

/** The id that takes a reference's place; undefined where nothing does. */
export type Resolve = (reference: Reference) => string | undefined;

export interface Remapped {
  readonly record: JsonObject;
  /** References whose target has no place in the target domain: they were left out, in texts as they were. */
  readonly unresolved: readonly Reference[];
}

type Mutable = { [member: string]: Json } | Json[];

const leftOut = Symbol('left out');

/** Replaces ids where references say that they stand, and nothing else: texts keep every other byte. */
export function remap(record: JsonObject, references: readonly Reference[], resolve: Resolve): Remapped {
  const copy = structuredClone(record) as Record<string, Json>;
  const unresolved: Reference[] = [];
  const emptied = new Set<Json[]>();
  const edits = new Map<Mutable, Map<string | number, TextEdit[]>>();
  for (const reference of references) {
    const id = resolve(reference);
    if (id === undefined) unresolved.push(reference);
    if (id === reference.id) continue;
    const place = placeOf(copy, reference.path);
    if (place === undefined) continue;
    const { holder, key, inText } = place;
    const value = Reflect.get(holder, key) as Json;
    if (inText !== undefined) {
      const ofHolder = edits.get(holder) ?? new Map<string | number, TextEdit[]>();
      edits.set(holder, ofHolder);
      ofHolder.set(key, [...(ofHolder.get(key) ?? []), { inText, from: reference.id, to: id }]);
    } else if (id !== undefined) {
      if (typeof value === 'string') Reflect.set(holder, key, replaced(value, reference.id, id));
    } else if (isList(holder as Json)) {
      Reflect.set(holder, key, leftOut);
      emptied.add(holder as Json[]);
    } else Reflect.deleteProperty(holder, key);
  }
  for (const list of emptied)
    list.splice(0, list.length, ...list.filter((item) => (item as unknown) !== leftOut));
  for (const [holder, texts] of edits) {
    for (const [key, changes] of texts) {
      const text = Reflect.get(holder, key) as Json;
      if (typeof text === 'string') Reflect.set(holder, key, edited(text, changes));
    }
  }
  return { record: copy, unresolved };
}

/** Where a reference stands: a member or an item, or a place inside the text that it holds. */
interface Place {
  readonly holder: Mutable;
  readonly key: string | number;
  /** Path inside the text, from the `{` on. */
  readonly inText?: string;
}

interface TextEdit {
  readonly inText: string;
  readonly from: string;
  readonly to: string | undefined;
}

function placeOf(record: JsonObject, path: string): Place | undefined {
  let holder: Mutable = record as Record<string, Json>;
  let rest = path;
  for (;;) {
    const step = stepInto(holder, rest);
    if (step === undefined) return undefined;
    const { key, after } = step;
    if (after === '') return { holder, key };
    if (after.startsWith('{')) return { holder, key, inText: after };
    const next = Reflect.get(holder, key) as Json;
    if (!isObject(next) && !isList(next)) return undefined;
    holder = next as Mutable;
    rest = after.startsWith('.') ? after.slice(1) : after;
  }
}

/** Names of members may hold what separates them: the longest that is there is meant. */
function stepInto(
  holder: Json | Mutable,
  path: string,
): { readonly key: string | number; readonly after: string } | undefined {
  if (Array.isArray(holder)) {
    const index = /^\[(\d+)\]/.exec(path);
    return index === null ? undefined : { key: Number(index[1]), after: path.slice(index[0].length) };
  }
  const key = Object.keys(holder as object)
    .filter((name) => path.startsWith(name) && /^($|[.[{])/.test(path.slice(name.length)))
    .sort((one, other) => other.length - one.length)[0];
  return key === undefined ? undefined : { key, after: path.slice(key.length) };
}

/**
 * The id alone, or where it stands by itself in something longer: an ARN, `<account>:<id>`. Of a composite id the last
 * part may stand alone, its parents being named beside it.
 */
function replaced(value: string, from: string, to: string): string {
  if (value === from) return to;
  if (from.endsWith(`/${encodeURIComponent(value)}`)) return partsOf(to).at(-1) ?? to;
  const alone = new RegExp(
    `(?<![A-Za-z0-9_-])${from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9_-])`,
    'g',
  );
  return value.replace(alone, () => to);
}

function edited(text: string, changes: readonly TextEdit[]): string {
  const tree = changes.some(({ inText }) => jsonStep.test(inText)) ? parseTree(text) : undefined;
  const content = tree === undefined ? undefined : (JSON.parse(text) as Json);
  const edits = new Map<number, Edit>();
  for (const { inText, from, to } of changes) {
    if (to === undefined) continue;
    const span =
      tree !== undefined && content !== undefined && jsonStep.test(inText)
        ? spanInJson(tree, jsonPath(content, inText.replace(jsonStep, '')))
        : glossaryAnnotations(text)[Number(/\[(\d+)\]$/.exec(inText)?.[1])];
    if (span === undefined) continue;
    const { offset, length } = span;
    const before = edits.get(offset)?.content ?? text.slice(offset, offset + length);
    edits.set(offset, { offset, length, content: replaced(before, from, to) });
  }
  return applyEdits(text, [...edits.values()]);
}

const jsonStep = /^\{(form|json)\}\.?/;

/** The inside of a string in a JSON text. */
function spanInJson(tree: NonNullable<ReturnType<typeof parseTree>>, path: JSONPath) {
  const node = findNodeAtLocation(tree, path);
  return node === undefined ? undefined : { offset: node.offset + 1, length: node.length - 2 };
}

function jsonPath(content: Json, path: string): JSONPath {
  const steps: JSONPath = [];
  let value: Json | undefined = content;
  for (let rest = path; rest !== ''; ) {
    if (!isObject(value) && !isList(value)) break;
    const step = stepInto(value, rest);
    if (step === undefined) break;
    steps.push(step.key);
    value = Reflect.get(value, step.key) as Json;
    rest = step.after.startsWith('.') ? step.after.slice(1) : step.after;
  }
  return steps;
}
