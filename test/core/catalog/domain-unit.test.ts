import assert from 'node:assert/strict';
import { domainUnit } from '../../../core/catalog/domain-unit';
import type { JsonObject, Page } from '../../../core/catalog/kind';
import {
  CursorRefusedError,
  InvalidRequestError,
  ResourceAbsentError,
  ResourceDeniedError,
} from '../../../core/catalog/source';
import { domainId, ScriptedSource } from './fixture';

const arn = `arn:aws:datazone:eu-west-1:111122223333:domain/${domainId}`;
const refused = new ResourceDeniedError('User is not permitted to perform operation: GetDomainUnit');
const byIam = new ResourceDeniedError('User: x is not authorized to perform: datazone:GetDomainUnit');

/** Children by unit; a page of a list ends after two. */
type Tree = Readonly<Record<string, readonly string[]>>;

interface Trouble {
  readonly get?: Readonly<Record<string, Error>>;
  readonly list?: Readonly<Record<string, Error>>;
}

function treeSource(tree: Tree, { get = {}, list = {} }: Trouble = {}): ScriptedSource {
  return new ScriptedSource({
    GetDomain: () => ({ arn, rootDomainUnitId: 'root' }),
    GetDomainUnit: ({ identifier }) => {
      const error = get[String(identifier)];
      if (error !== undefined) throw error;
      return { id: String(identifier), domainId, name: `unit ${String(identifier)}`, owners: [] };
    },
    ListDomainUnitsForParent: ({ parentDomainUnitIdentifier, nextToken }) => {
      const parent = String(parentDomainUnitIdentifier);
      const error = list[parent];
      if (error !== undefined) throw error;
      const start = Number(nextToken ?? 0);
      const items = (tree[parent] ?? []).slice(start, start + 2).map((id) => ({ id, name: `unit ${id}` }));
      const hasMore = (tree[parent] ?? []).length > start + 2;
      return { items, nextToken: hasMore ? String(start + 2) : '' };
    },
  });
}

async function pages(source: ScriptedSource): Promise<Page[]> {
  const seen: Page[] = [];
  do seen.push(await domainUnit.enumerate(source, domainId, seen.at(-1)?.cursor));
  while (seen.at(-1)?.cursor !== undefined);
  return seen;
}

const ids = (seen: readonly Page[]): string[] => seen.flatMap((page) => page.readings.map(({ id }) => id));

describe('the tree of domain units', () => {
  const tree: Tree = { root: ['a', 'b', 'c'], a: ['a1'], c: ['c1', 'c2'], c2: ['deep'] };

  it('is walked level by level from the root, which no list names, over all pages of each list', async () => {
    const source = treeSource(tree);

    const seen = await pages(source);

    assert.deepEqual(ids(seen), ['root', 'a', 'b', 'c', 'a1', 'c1', 'c2', 'deep']);
    assert.ok(seen.every((page) => page.readings.every(({ scopeId }) => scopeId === domainId)));
    const lists = source.asked.filter(({ operation }) => operation === 'ListDomainUnitsForParent');
    assert.ok(lists.every(({ input }) => input.maxResults === 25));
    assert.equal(lists.length, 9);
  });

  it('is no longer asked for the children of a unit that was deleted since it was listed', async () => {
    for (const error of [new ResourceAbsentError('gone'), new InvalidRequestError('no such unit'), refused]) {
      let isThere = true;
      const vanishing: Tree = new Proxy(tree, {
        get: (units, unit: string) => (unit === 'root' && !isThere ? ['a', 'b'] : units[unit]),
      });
      const source = treeSource(vanishing, {
        list: {
          get c() {
            isThere = false;
            return error;
          },
        },
      });

      assert.deepEqual(ids(await pages(source)), ['root', 'a', 'b', 'c', 'a1'], error.name);
    }
  });

  it('passes over a unit whose Get says that it is gone', async () => {
    const get = { c: new ResourceAbsentError('gone') };

    assert.deepEqual(ids(await pages(treeSource(tree, { get }))), ['root', 'a', 'b', 'a1']);
  });

  for (const [what, trouble] of [
    ['whose Get is refused', { get: { c: refused } }],
    ['that IAM does not show', { get: { c: byIam } }],
    ['whose children are refused', { list: { c: refused } }],
    ['whose children are refused as invalid', { list: { c: new InvalidRequestError('odd') } }],
    ['whose cursor is refused', { list: { c: new CursorRefusedError('expired') } }],
  ] as const) {
    it(`does not pass over a unit that is listed still, and ${what}`, async () => {
      const [error] = Object.values({ ...('get' in trouble ? trouble.get : trouble.list) });
      await assert.rejects(pages(treeSource(tree, trouble)), error);
    });
  }

  it('holds a unit without its owners, who are a kind of their own', async () => {
    const answer: JsonObject = {
      id: 'a',
      domainId,
      name: 'Retail',
      parentDomainUnitId: 'root',
      owners: [{ user: { userId: 'someone' } }],
      createdAt: 1714000000,
      lastUpdatedAt: 1714000500.5,
    };
    const { owners: _, ...record } = answer;

    const unit = await domainUnit.read(new ScriptedSource({ GetDomainUnit: () => answer }), 'a');

    assert.deepEqual(unit.record, record);
    assert.equal(unit.changedAt, 1714000500500);
    assert.deepEqual(domainUnit.references(unit.record, { formModel: () => undefined }), [
      { kind: 'domainUnit', id: 'root', path: 'parentDomainUnitId' },
    ]);
  });
});
