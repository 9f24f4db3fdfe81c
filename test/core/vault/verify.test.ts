import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { verifyDeep } from '../../../core/vault/deep-verify';
import { checked } from '../../../core/vault/items';
import type { Key } from '../../../core/vault/keys';
import { type Manifest, readManifest } from '../../../core/vault/manifest';
import { NoSuchSnapshotError, verifyQuick } from '../../../core/vault/verify';
import { FilledVault } from '../../support/filled-vault';

const asset = { kind: 'asset', scopeId: 'project1' };
const glossary = { kind: 'glossary', scopeId: 'project1' };
/** Does not compress, so that it takes parts. */
const large = randomBytes(600_000).toString('base64');

describe('verify', () => {
  let filled: FilledVault;
  let manifest: Manifest;

  beforeEach(async () => {
    filled = new FilledVault();
    await filled.takeWriter();
    for (let number = 0; number < 8; number++)
      await filled.write(asset, `a${number}`, { name: `Asset ${number}` });
    await filled.write(asset, 'large', { name: 'Large', content: large });
    await filled.write(asset, 'a0', { name: 'Asset 0', description: 'revised' });
    await filled.write(asset, 'a1', undefined);
    await filled.write(glossary, 'g1', { name: 'Sales' });
    manifest = await filled.snapshot();
    filled.passDays(1);
  });

  const quick = () => verifyQuick(filled.vault);
  const deep = () => verifyDeep(filled.vault);

  function itemAt({ pk, sk }: Key) {
    const item = filled.items.get(pk)?.get(sk);
    assert.ok(item, `${pk} ${sk}`);
    return item;
  }

  function replace(key: Key, attributes: Record<string, unknown>): void {
    filled.items.get(key.pk)?.set(key.sk, { ...itemAt(key), ...attributes });
  }

  function drop({ pk, sk }: Key): void {
    assert.ok(filled.items.get(pk)?.delete(sk), `${pk} ${sk}`);
  }

  async function newest(id: string): Promise<Key> {
    const version = await filled.vault.newestVersion('asset', id);
    assert.ok(version);
    return { pk: version.pk, sk: version.sk };
  }

  const keys = () => filled.vault.keys;
  const head = (id: string) => keys().head(asset, id);

  it('finds a healthy vault sound, and says what it looked at', async () => {
    const [shallow, whole] = [await quick(), await deep()];

    assert.deepEqual([shallow.sound, shallow.counts, shallow.snapshot], [true, {}, manifest.startedAt]);
    assert.equal(shallow.looked, 9, 'a1 is deleted');
    const items = [...filled.items.values()].reduce((sum, partition) => sum + partition.size, 0);
    assert.deepEqual([whole.sound, whole.counts, whole.looked], [true, {}, items]);
  });

  it('finds a vault without a snapshot sound', async () => {
    const empty = new FilledVault();
    assert.deepEqual(await verifyQuick(empty.vault), {
      level: 'quick',
      looked: 0,
      sound: true,
      counts: {},
      first: [],
    });
  });

  it('refuses a snapshot that there is not', async () => {
    await assert.rejects(verifyQuick(filled.vault, '2025-01-01T00:00:00.000Z'), NoSuchSnapshotError);
  });

  it('looks back at an older snapshot, through what has changed since', async () => {
    await filled.write(asset, 'a2', { name: 'Asset 2', description: 'revised' }, 'run00002');
    await filled.write(asset, 'a3', undefined, 'run00002');
    await filled.snapshot();

    const then = await verifyQuick(filled.vault, manifest.startedAt);
    assert.deepEqual([then.sound, then.looked], [true, 9]);
  });

  const damages: Record<
    string,
    { harm: () => Promise<void>; quick: readonly string[]; deep: readonly string[] }
  > = {
    'a flipped byte in a payload': {
      harm: async () => {
        const key = await newest('a2');
        const payload = Uint8Array.from(itemAt(key).payload as Uint8Array);
        payload[payload.length - 2] = (payload[payload.length - 2] ?? 0) ^ 1;
        replace(key, { payload });
      },
      quick: [],
      deep: ['corrupt'],
    },
    'a payload that was replaced with its check made anew': {
      harm: async () => {
        const [mine, other] = [await newest('a2'), await newest('a3')];
        const { check: _check, ...rest } = itemAt(mine);
        replace(mine, checked({ ...rest, payload: itemAt(other).payload }));
      },
      quick: [],
      deep: ['payload'],
    },
    'a flipped byte in a part': {
      harm: async () => {
        const version = await newest('large');
        const key = keys().part('asset', 'large', version.sk, 2);
        const bytes = Uint8Array.from(itemAt(key).bytes as Uint8Array);
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        replace(key, { bytes });
      },
      quick: [],
      // The part itself, and the version that cannot be joined any more.
      deep: ['corrupt', 'payload'],
    },
    'a part that is gone': {
      harm: async () => drop(keys().part('asset', 'large', (await newest('large')).sk, 2)),
      quick: ['missing part'],
      deep: ['missing part'],
    },
    'the current version of a resource gone': {
      harm: async () => drop(await newest('a2')),
      quick: ['missing version'],
      deep: ['missing version'],
    },
    'an old version gone': {
      harm: async () => {
        const { previous } = (await filled.vault.newestVersion('asset', 'a0')) ?? {};
        drop(keys().version('asset', 'a0', previous ?? ''));
      },
      quick: [],
      deep: ['missing version'],
    },
    'a version with parts gone': {
      harm: async () => drop(await newest('large')),
      quick: ['missing version'],
      deep: ['missing version', 'stray part'],
    },
    'a head gone': {
      harm: async () => drop(head('a2')),
      quick: ['count differs'],
      deep: ['missing head'],
    },
    'a head that names nothing': {
      harm: async () => {
        const { check: _check, ...rest } = itemAt(head('a2'));
        replace(head('a2'), checked({ ...rest, version: '2026-01-01T00:00:00.000Z~run00009' }));
      },
      quick: ['missing version'],
      deep: ['missing version'],
    },
    'a head that says another content than its version': {
      harm: async () => {
        const { check: _check, ...rest } = itemAt(head('a2'));
        replace(head('a2'), checked({ ...rest, hash: '0'.repeat(64) }));
      },
      quick: ['digest differs', 'head differs'],
      deep: ['head differs'],
    },
    'a head changed without its check': {
      harm: async () => replace(head('a2'), { state: 'DELETED' }),
      quick: ['corrupt', 'count differs'],
      deep: ['corrupt'],
    },
    'a head under the key of another': {
      harm: async () => {
        const key = head('a2');
        const { check: _check, ...rest } = itemAt(head('a3'));
        filled.items.get(key.pk)?.set(key.sk, checked({ ...rest, ...key }));
      },
      quick: ['count differs', 'misplaced'],
      deep: ['misplaced'],
    },
    'a scope that is no longer registered': {
      harm: async () => drop(keys().scope(glossary)),
      quick: ['count differs'],
      deep: ['missing scope'],
    },
    'a forged manifest': {
      harm: async () => {
        const key = keys().manifest(manifest.startedAt);
        const there = await readManifest(filled.vault, manifest.startedAt);
        const { check: _check, kinds = {}, ...rest } = there ?? {};
        const forged = { ...kinds, asset: { ...kinds.asset, count: 7 } };
        replace(key, checked({ ...rest, kinds: forged }));
      },
      quick: ['count differs'],
      deep: [],
    },
    'a manifest changed without its check': {
      harm: async () => replace(keys().manifest(manifest.startedAt), { status: 'PARTIAL' }),
      quick: ['corrupt'],
      deep: ['corrupt'],
    },
  };

  for (const [name, { harm, quick: seenQuick, deep: seenDeep }] of Object.entries(damages)) {
    it(`names ${name}`, async () => {
      await harm();

      const [shallow, whole] = [await quick(), await deep()];
      assert.deepEqual(Object.keys(shallow.counts).sort(), seenQuick);
      assert.deepEqual(Object.keys(whole.counts).sort(), seenDeep);
      assert.deepEqual([shallow.sound, whole.sound], [seenQuick.length === 0, seenDeep.length === 0]);
      for (const { key, text } of [...shallow.first, ...whole.first]) {
        assert.ok(key.pk.startsWith('dzd_1/') && key.sk !== '' && text !== '', text);
      }
    });
  }

  it('looks at everything exactly once over all slices', async () => {
    drop(head('a2'));
    drop(await newest('a3'));
    const whole = await deep();

    const slices = await Promise.all(
      [1, 2, 3].map((number) => verifyDeep(filled.vault, { slice: { number, of: 3 } })),
    );
    const found = slices.flatMap(({ first }) => first);
    assert.equal(
      slices.reduce((sum, { looked }) => sum + looked, 0),
      whole.looked,
    );
    const keysOf = (findings: typeof found) => findings.map(({ key }) => `${key.pk} ${key.sk}`).sort();
    assert.deepEqual(keysOf(found), keysOf([...whole.first]));
  });

  it('passes over what a writer has half written, until it is an hour old', async () => {
    await filled.write(asset, 'new', { name: 'New' });
    drop(head('new'));
    assert.deepEqual((await deep()).counts, {});

    filled.passDays(1);
    assert.deepEqual((await deep()).counts, { 'missing head': 1 });
  });

  it('keeps a bounded number of findings, and counts them all', async () => {
    for (let number = 0; number < 120; number++) await filled.write(asset, `b${number}`, { number });
    for (let number = 0; number < 120; number++) drop(head(`b${number}`));
    filled.passDays(1);

    const { counts, first } = await deep();
    assert.deepEqual([counts['missing head'], first.length], [120, 100]);
  });

  it('says when rubbish is all that there is', async () => {
    const key = keys().part('asset', 'a2', '2025-12-01T00:00:00.000Z~run00009', 1);
    filled.items.set(key.pk, new Map([[key.sk, checked({ ...key, bytes: new Uint8Array([1]) })]]));

    const { counts, sound } = await deep();
    assert.deepEqual([counts, sound], [{ 'stray part': 1 }, true]);
  });
});
