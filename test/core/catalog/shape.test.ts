import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../core/catalog/kind';
import {
  canonical,
  divide,
  list,
  mapOf,
  setBy,
  settings,
  strings,
  structure,
  union,
  value,
  values,
} from '../../../core/catalog/shape';

const known = structure({
  ...values('id', 'at'),
  terms: strings,
  forms: setBy('formName', structure(values('formName', 'content'))),
  relations: structure({ isA: strings }),
  tags: mapOf(value),
  steps: list(structure(values('code'))),
});

const json = fc.jsonValue() as fc.Arbitrary<Json>;
const optional = { requiredKeys: [] };
const records: fc.Arbitrary<JsonObject> = fc.record(
  {
    id: fc.string(),
    at: fc.oneof(fc.integer(), fc.string()),
    terms: fc.option(fc.array(fc.string())),
    forms: fc.array(fc.record({ formName: fc.string(), content: fc.string() })),
    relations: fc.option(fc.record({ isA: fc.array(fc.string()) }, optional)),
    tags: fc.dictionary(fc.string(), fc.string()),
    steps: fc.array(fc.record({ code: fc.string() })),
    // A value that is not what the API promised, and a member that nobody knows.
    unheardOf: json,
  },
  optional,
);

const shuffled = (found: JsonObject, seed: number): JsonObject => {
  const turn = <T>(items: readonly T[]): T[] =>
    items.length === 0 ? [] : [...items.slice(seed % items.length), ...items.slice(0, seed % items.length)];
  const inner = (items: Json | undefined): Json[] => turn((items ?? []) as Json[]).reverse();
  return Object.fromEntries(
    turn(Object.entries({ ...found, terms: inner(found.terms), forms: inner(found.forms) })),
  );
};

describe('the canonical record', () => {
  it('is the same in whatever order the API lists members, terms and forms', () => {
    fc.assert(
      fc.property(records, fc.nat(), (found, seed) => {
        const channel = { operation: 'Get' };

        const one = divide(found, known, channel);
        const other = divide(shuffled(found, seed), known, channel);

        assert.deepEqual(one, other);
        assert.equal(JSON.stringify(one.record.forms), JSON.stringify(other.record.forms));
      }),
    );
  });

  it('is its own canonical form', () => {
    fc.assert(
      fc.property(records, (found) => {
        const { record } = divide(found, known, { operation: 'Get' });

        assert.deepEqual(canonical(record, known), record);
      }),
    );
  });

  it('keeps the order of what is ordered, and repeated entries', () => {
    const { record } = divide({ steps: [{ code: 'b' }, { code: 'a' }], terms: ['y', 'x', 'x'] }, known, {
      operation: 'Get',
    });

    assert.deepEqual(record, { steps: [{ code: 'b' }, { code: 'a' }], terms: ['x', 'x', 'y'] });
  });

  it('takes null, empty lists and empty structures for absent, and keeps empty strings', () => {
    const { record } = divide({ id: '', at: null, terms: [], relations: { isA: [] }, tags: {} }, known, {
      operation: 'Get',
    });

    assert.deepEqual(record, { id: '' });
  });

  it('survives values of another form than the API promises', () => {
    const { record } = divide({ terms: 'all', forms: ['x', null], relations: 7 }, known, {
      operation: 'Get',
    });

    assert.deepEqual(record, { terms: 'all', forms: ['x', null], relations: 7 });
  });

  it('knows no member by accident of its name', () => {
    const found = JSON.parse('{"id":"a","constructor":1,"toString":{"x":2}}') as JsonObject;

    const { record, facets } = divide(found, known, { operation: 'Get' });

    assert.deepEqual(record, { id: 'a' });
    assert.deepEqual(facets, { 'Get.unknown': { constructor: 1, toString: { x: 2 } } });
  });

  it('keeps the chosen member of a union, even if it is empty', () => {
    const chosen = structure({ props: union({ s3: structure(values('uri')), lakehouse: structure({}) }) });

    const { record } = divide({ props: { lakehouse: {} } }, chosen, { operation: 'Get' });

    assert.deepEqual(record, { props: { lakehouse: {} } });
  });

  it('leaves out what people named as a secret among their settings, and keeps where one is kept', () => {
    const { record } = divide(
      {
        options: {
          JDBC_URL: 'jdbc:x',
          PASSWORD: 'p',
          'fs.s3a.secret.key': 'k',
          SECRET_ID: 'db',
          secretArn: 'a',
        },
      },
      structure({ options: settings }),
      { operation: 'Get' },
    );

    const hidden = 'left out: its name says that it is a secret';
    assert.deepEqual(record, {
      options: {
        JDBC_URL: 'jdbc:x',
        PASSWORD: hidden,
        'fs.s3a.secret.key': hidden,
        SECRET_ID: 'db',
        secretArn: 'a',
      },
    });
  });
});
