import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hashOf, type Json } from '../../../core/vault/canonical';
import { Digest } from '../../../core/vault/digest';
import { segment } from '../../../core/vault/keys';

describe('hashes of the vault', () => {
  // Golden vectors: these hashes stand in users' vaults. They may never change.
  const golden: readonly [string, Json, string][] = [
    ['null', null, '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b'],
    ['an empty object', {}, '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'],
    [
      'members in any order, numbers and text of every script',
      { b: [1, 1e21, 0.1, -0], a: 'grün\u20ac\ud83d\ude00\u0007"\\', c: { z: null, y: true } },
      'b6344e27eb41dd0fb5fe577e0545d9b05fe2710ca3b75e4a2307e16c6ada2c57',
    ],
  ];

  for (const [name, value, hash] of golden) {
    it(`never changes for ${name}`, () => assert.equal(hashOf(value), hash));
  }

  it('is the same for members in any order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        assert.equal(hashOf(object as Json), hashOf(reversed as Json));
      }),
    );
  });
});

describe('digest of a set of resources', () => {
  const member = fc.tuple(fc.string(), fc.string(), fc.string(), fc.string());

  it('does not depend on order, and partial digests add up', () => {
    fc.assert(
      fc.property(fc.array(member), fc.nat(), (members, cut) => {
        const at = members.length === 0 ? 0 : cut % members.length;
        const parts = [members.slice(at), members.slice(0, at)].map((part) => digestOf(part.reverse()));
        assert.equal(Digest.sumOf(parts[0] ?? '', parts[1] ?? ''), digestOf(members));
      }),
    );
  });

  it('tells apart sets that differ in one id, scope, kind or hash', () => {
    fc.assert(
      fc.property(fc.array(member), member, member, (rest, one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        assert.notEqual(digestOf([...rest, one]), digestOf([...rest, other]));
      }),
    );
  });

  function digestOf(members: readonly (readonly [string, string, string, string])[]): string {
    const digest = new Digest();
    for (const [kind, scope, id, hash] of members) digest.add(kind, scope, id, hash);
    return digest.toString();
  }
});

describe('keys of the vault', () => {
  it('keep two ids apart whatever characters they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        fc.pre(one !== other);
        assert.notEqual(segment(one), segment(other));
      }),
    );
  });

  it('hold no separator of the key format', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (id) => {
        assert.doesNotMatch(segment(id), /[/@#]/);
      }),
    );
  });

  it('stay short for an id of any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 3000 }), (id) => {
        assert.ok(Buffer.byteLength(segment(id)) <= 512);
      }),
    );
  });
});
