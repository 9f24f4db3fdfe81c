import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Action } from '../../../core/restore/action';
import { DeflatedList } from '../../../core/restore/deflated-list';
import { type Draft, Drafts } from '../../../core/restore/drafts';
import { Bits, PackedKeys, PackedMap, PackedTexts, Recent } from '../../../core/restore/packed';
import { type Present, Presents } from '../../../core/restore/presents';
import { hashOf } from '../../../core/vault/canonical';

// Few of them, so that they come again; of other scripts, so that bytes are not characters.
const name = fc.oneof(fc.constantFrom('a', 'b', 'ab', ''), fc.string({ unit: 'binary', maxLength: 12 }));
const numRuns = 60;

describe('What a restore keeps packed', () => {
  it('are keys, each numbered when it comes first', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 300 }), (names) => {
        const keys = new PackedKeys();
        const model = new Map<string, number>();
        for (const one of names) {
          assert.equal(keys.has(one), model.has(one));
          if (!model.has(one)) model.set(one, model.size);
          assert.equal(keys.add(one), model.get(one));
        }
        for (const [one, position] of model) assert.equal(keys.positionOf(one), position);
        assert.equal(keys.size, model.size);
        assert.equal(keys.positionOf('never added'), -1);
      }),
      { numRuns },
    );
  });

  it('are texts, by number', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 300 }), (names) => {
        const texts = new PackedTexts();
        assert.deepEqual(
          names.map((one) => texts.add(one)),
          names.map((_, n) => n),
        );
        for (const [n, one] of names.entries()) assert.equal(texts.get(n), Buffer.from(one).toString());
      }),
      { numRuns },
    );
  });

  it('are texts by texts, of which the last one that was set counts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 300 }), (entries) => {
        const map = new PackedMap();
        const model = new Map<string, string>();
        for (const [key, value] of entries) {
          map.set(key, value);
          model.set(key, value);
          assert.equal(map.size, model.size);
        }
        for (const [key, value] of model) {
          assert.deepEqual([map.has(key), map.get(key)], [true, Buffer.from(value).toString()]);
        }
        assert.deepEqual([map.has('never set'), map.get('never set')], [false, undefined]);
      }),
      { numRuns },
    );
  });

  it('are bits, none of which is another', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500)), (numbers) => {
        const bits = new Bits(500);
        for (const number of numbers) bits.add(number);
        const found = Array.from({ length: 501 }, (_, n) => n).filter((n) => bits.has(n));
        assert.deepEqual(
          found,
          [...numbers].sort((a, b) => a - b),
        );
      }),
      { numRuns },
    );
  });

  it('are the answers that were asked for last', () => {
    const recent = new Recent<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    assert.equal(recent.get('a'), 1);
    recent.set('c', 3);
    assert.deepEqual([recent.get('a'), recent.get('b'), recent.get('c')], [1, undefined, 3]);
    recent.delete('c');
    assert.equal(recent.get('c'), undefined);
  });

  it('is what the target has, as it was read last, by id and by key in its place', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const presents = new Presents();
        const model = new PresentsModel();
        for (const one of steps) {
          model.take(one);
          switch (one.does) {
            case 'add':
              presents.add(one.present, one.place, one.key);
              break;
            case 'settle':
              presents.settle(one.present);
              break;
            case 'drop':
              presents.drop(one.present.id);
              break;
            case 'dropPlace':
              presents.dropPlace(one.place);
          }
          assert.deepEqual(presents.get(one.present.id), model.rows.get(one.present.id)?.present);
          const answering = presents.answering(one.place, one.key ?? '');
          assert.deepEqual(
            answering.map(({ id }) => id).sort(),
            [...model.idsOf(one.place, one.key ?? '')].sort(),
          );
        }
        assert.deepEqual(
          [...presents.all()].sort((a, b) => (a.id < b.id ? -1 : 1)),
          [...model.rows.values()].map(({ present }) => present).sort((a, b) => (a.id < b.id ? -1 : 1)),
        );
      }),
      { numRuns },
    );
  });
});

describe('The actions of a plan, deflated', () => {
  it('come out as they went in, however often they are read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900 }), fc.array(name, { minLength: 1 }), (count, names) => {
        const list = new DeflatedList<Action>();
        const model = Array.from({ length: count }, (_, n) => actionOf(n, names[n % names.length] ?? ''));
        for (const [n, action] of model.entries()) {
          assert.equal(list.length, n);
          list.push(action);
        }
        assert.equal(list.length, count);
        for (const _ of ['once', 'twice']) assert.deepEqual([...list], model);
      }),
      { numRuns: 10 },
    );
  });

  it('lack what is not defined, and can be read in part', () => {
    const list = new DeflatedList<Action>();
    for (let n = 0; n < 450; n++) list.push({ ...actionOf(n, 'x'), targetId: undefined });
    const [first] = list;
    assert.deepEqual(first, actionOf(0, 'x'));
    assert.ok(first !== undefined && !('targetId' in first));
  });

  it('stand in the order of their levels, ids and kinds, whatever the order in which they came', () => {
    // More than are ready to be read at once.
    const count = 4_500;
    const inOrder = Array.from({ length: count }, (_, n) => ({
      level: 1 + Math.floor(n / 2_100),
      draft: draftOf(['asset', 'form'][n % 2] ?? '', `id${String(n >> 1).padStart(5, '0')}`),
    }));
    fc.assert(
      fc.property(fc.shuffledSubarray([...inOrder.keys()], { minLength: count - 3 }), (positions) => {
        const drafts = new Drafts();
        const levels = new Map<string, number>();
        for (const position of positions) {
          const one = inOrder[position];
          if (one === undefined) continue;
          levels.set(`${one.draft.kind} ${one.draft.id}`, one.level);
          drafts.add(one.draft);
        }
        const expected = [...positions].sort((a, b) => a - b).map((position) => inOrder[position]);
        assert.deepEqual(
          [...drafts.inOrder(({ kind, id }) => levels.get(`${kind} ${id}`) ?? 0)],
          expected.map((one) => [one?.draft, one?.level]),
        );
      }),
      { numRuns: 3 },
    );
  });
});

interface Step {
  readonly does: 'add' | 'settle' | 'drop' | 'dropPlace';
  readonly present: Present;
  readonly place: number;
  readonly key: string | undefined;
}

const step: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom('add', 'add', 'add', 'settle', 'drop', 'dropPlace'),
  present: fc.record(
    {
      id: fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.string({ minLength: 1, maxLength: 3 })),
      hash: fc.string().map((text) => hashOf(text)),
      madeByService: fc.boolean(),
      revision: fc.option(fc.nat(9), { nil: undefined }),
      createdBy: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
    },
    { noNullPrototype: true },
  ),
  place: fc.nat(2),
  key: fc.option(fc.constantFrom('k', 'l'), { nil: undefined }),
});

/** What `Presents` promises, of plain maps. */
class PresentsModel {
  readonly rows = new Map<string, { readonly present: Present; readonly place: number | undefined }>();
  private readonly ids = new Map<string, Set<string>>();

  take({ does, present, place, key }: Step): void {
    const { id } = present;
    if (does === 'settle') this.rows.set(id, { present, place: undefined });
    if (does === 'drop') this.rows.delete(id);
    if (does === 'dropPlace') {
      for (const [other, row] of this.rows) if (row.place === place) this.rows.delete(other);
    }
    if (does !== 'add') return;
    if (!this.rows.has(id)) this.rows.set(id, { present, place });
    if (key === undefined) return;
    const name = `${place} ${key}`;
    this.ids.set(name, (this.ids.get(name) ?? new Set()).add(id));
  }

  /** Of those that are there. */
  idsOf(place: number, key: string): string[] {
    return [...(this.ids.get(`${place} ${key}`) ?? [])].filter((id) => this.rows.has(id));
  }
}

function draftOf(kind: string, id: string): Draft {
  return { action: 'create', kind, scopeId: 'project', id, name: id, version: '1', reason: 'x' };
}

function actionOf(n: number, called: string): Action {
  return { ...draftOf('asset', `id${n}`), seq: n + 1, wave: 1, name: called, leftOut: [called] };
}
