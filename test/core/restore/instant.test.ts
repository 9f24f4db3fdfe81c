import assert from 'node:assert/strict';
import { instantOf } from '../../../core/restore/instant';
import { prove } from '../../../core/vault/proof';
import { FilledVault } from '../../support/filled-vault';

const glossary = { kind: 'glossary', scopeId: 'project1' };
const all = { selection: {} };
const enoughTime = () => false;

describe('the time that is restored', () => {
  let filled: FilledVault;

  beforeEach(async () => {
    filled = new FilledVault();
    await filled.write(glossary, 'g1', { name: 'Sales' });
  });

  it('is the cut of the newest proven snapshot, where none is given', async () => {
    const { cutAt } = await filled.snapshot();
    await prove(filled.vault, enoughTime);
    await filled.snapshot();

    assert.deepEqual(await instantOf(filled.vault, all), {
      instant: cutAt,
      kinds: { glossary: 'proven' },
      missing: [],
    });
  });

  it('is refused where nothing is proven, and none is given', async () => {
    await filled.snapshot();

    await assert.rejects(instantOf(filled.vault, all), { name: 'NothingProvenError' });
  });

  it('is no older one where the manifest of the newest proven snapshot is lost, unless people accept that', async () => {
    const { cutAt } = await filled.snapshot();
    await prove(filled.vault, enoughTime);
    const newest = await filled.snapshot();
    await prove(filled.vault, enoughTime);
    filled.items.get(newest.pk)?.delete(newest.sk);

    await assert.rejects(instantOf(filled.vault, all), {
      name: 'UnsoundVaultError',
      message: new RegExp(`has lost the manifest of the snapshot ${newest.startedAt}`),
    });
    assert.equal((await instantOf(filled.vault, { ...all, acceptIncomplete: true })).instant, cutAt);
    assert.equal((await instantOf(filled.vault, { ...all, at: cutAt })).instant, cutAt);
  });

  it('is the cut of the snapshot whose start is given', async () => {
    const { startedAt, cutAt } = await filled.snapshot();
    await prove(filled.vault, enoughTime);

    assert.equal((await instantOf(filled.vault, { ...all, at: startedAt })).instant, cutAt);
  });

  it('is the one given, with what of it is not proven', async () => {
    const { cutAt } = await filled.snapshot();
    await prove(filled.vault, enoughTime);
    filled.passDays(1);
    const later = new Date(Date.parse(cutAt ?? '') + 1000).toISOString();

    assert.deepEqual(await instantOf(filled.vault, { ...all, at: later }), {
      instant: later,
      kinds: { glossary: `proven to ${cutAt}, best effort after` },
      missing: [],
    });
  });

  it('is refused where what is asked for is not proven, unless one accepts that', async () => {
    const { startedAt, cutAt: at = '' } = await filled.snapshot();

    await assert.rejects(instantOf(filled.vault, { ...all, at }), {
      name: 'NotProvenError',
      message: new RegExp(`Not proven in ${filled.vault.table.region} at ${at}: glossary\\. Run dzr prove`),
    });
    assert.deepEqual(await instantOf(filled.vault, { ...all, at, acceptIncomplete: true }), {
      instant: at,
      kinds: { glossary: 'not proven here' },
      missing: [{ kind: 'glossary', snapshot: startedAt, signed: 1, missing: 0 }],
    });
  });

  it('is never one that is still to come', async () => {
    await assert.rejects(instantOf(filled.vault, { ...all, at: '2999-01-01T00:00:00.000Z' }), {
      name: 'InstantAheadError',
    });
  });
});
