import assert from 'node:assert/strict';
import { isList, isObject } from '../../../core/catalog/json';
import type { Json, JsonObject, Kind, Parent } from '../../../core/catalog/kind';
import { kinds } from '../../../core/catalog/registry';
import { operationsOf, parentsOf } from './every-channel';
import { ScriptedSource } from './fixture';
import { fullAnswer } from './full-answer';

/** Ids that the service gives once in a domain, whatever the resource hangs on. */
const givenOnce = new Set([
  'connection',
  'dataSource',
  'environment',
  'notebook',
  'rule',
  'asset',
  'dataProduct',
]);

describe('ids', () => {
  for (const kind of kinds.filter(
    ({ name, scope, parentage }) => !givenOnce.has(name) && (parentage ?? scope === 'project'),
  )) {
    it(`of ${kind.name} differ where what they hang on has the same below it`, async () => {
      const [one, other] = [await idsUnder(kind, 'one'), await idsUnder(kind, 'other')];

      assert.ok(one.length > 0);
      assert.equal(one.length, other.length);
      assert.deepEqual(
        one.filter((id) => other.includes(id)),
        [],
      );
    });
  }
});

/** Ids of everything under a parent, or in a project, where every list is the same but for that. */
async function idsUnder(kind: Kind, above: string): Promise<string[]> {
  const answers = new Map(
    operationsOf(kind).map((name) => [name, sameFor(fullAnswer(name, kind.name, 0).answer)]),
  );
  const source = new ScriptedSource(
    Object.fromEntries(
      [...answers].map(([name, answer]) => [name, (input) => withParent(answer, input) as JsonObject]),
    ),
  );
  const ids = new Set<string>();
  for (const parent of await parentsOf(kind, 0)) {
    let cursor: string | undefined;
    do {
      const page = await kind.enumerate(source, above, cursor, parent && parentOf(parent, above));
      for (const { id } of [...page.readings, ...(page.listed ?? [])]) ids.add(id);
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  return [...ids].sort();
}

/** What is above, in a revision that has others before it. */
function parentOf(parent: Parent, id: string): Parent {
  const content = async () => {
    const { record, facets } = await parent.content();
    return { record: { ...record, revision: '2' }, facets };
  };
  return { ...parent, id, content };
}

/** The values of an answer must not tell the lists apart. Each list has an older item too, as revisions have. */
function sameFor(answer: JsonObject): JsonObject {
  const same = JSON.parse(JSON.stringify(answer).replaceAll(/m\d+m/g, 'same')) as JsonObject;
  const { items } = same;
  return isList(items)
    ? {
        ...same,
        items: items.flatMap((item) => [
          item,
          isObject(item) ? { ...item, revision: '1', createdAt: 1 } : item,
        ]),
      }
    : same;
}

/** An answer that says what it was asked for: `environmentIdentifier` comes back as `environmentId`. */
function withParent(value: Json, input: Readonly<Record<string, unknown>>): Json {
  if (isList(value)) return value.map((item) => withParent(item, input));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => {
      const asked = input[member.replace(/Id$/, 'Identifier')];
      return [
        member,
        typeof inner === 'string' && typeof asked === 'string' ? asked : withParent(inner, input),
      ];
    }),
  );
}
