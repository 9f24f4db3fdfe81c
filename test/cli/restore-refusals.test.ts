import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LosableGlossary } from './losable-glossary';

describe('dzr, asked to restore', function () {
  this.timeout(60_000);
  let shop: LosableGlossary;

  beforeEach(async () => {
    shop = await LosableGlossary.start();
  });

  describe('what is not proven', () => {
    /** This Region loses a glossary. */
    function loseHead(): void {
      const { vaultItems: items, domainId } = shop.bench;
      const { pk, sk } = shop.bench.vault().keys.head({ kind: 'glossary', scopeId: domainId }, shop.id);
      items.get(pk)?.delete(sk);
      shop.bench.vaultItems = items;
    }

    it('is not restored, and what to run is said', async () => {
      const { code, err } = await shop.dzr('plan');
      assert.equal(code, 2);
      assert.match(
        err,
        /^NothingProvenError: No snapshot is proven in eu-west-1 yet\. Run dzr prove --region eu-west-1, /,
      );
      const at = await shop.dzr('plan', '--at', shop.cutAt, '--kind', 'glossary');
      assert.equal(at.code, 2);
      assert.match(at.err, new RegExp(`Not proven in eu-west-1 at ${shop.cutAt}: glossary\\. Run dzr prove`));
    });

    it('is restored where one accepts that, and what is missing is counted', async () => {
      loseHead();
      const { code, text } = await shop.dzr('plan', '--kind', 'glossary', '--accept-incomplete');
      assert.equal(code, 0);
      assert.match(
        text,
        /\nnot proven here: glossary\nglossary: 1 of 2 resources that snapshot \S+ signed not here\n/,
      );
    });

    it('is not restored where the vault has lost it since it was proven', async () => {
      await shop.dzr('prove');
      loseHead();
      const { code, err } = await shop.dzr('plan', '--kind', 'glossaryTerm');
      assert.equal(code, 2);
      assert.match(err, /UnsoundVaultError: .* is not as signed at .* \(glossary: 1 of 2\)/);
      assert.equal((await shop.dzr('plan', '--kind', 'glossaryTerm', '--accept-incomplete')).code, 0);
    });

    it('is labelled where it lies after the newest cut', async () => {
      await shop.dzr('prove');
      await shop.bench.run({ execution: 'later' });
      const { code, text } = await shop.dzr('plan', '--at', 'now', '--kind', 'glossary');
      assert.equal(code, 0);
      assert.match(text, new RegExp(`\nproven to ${shop.cutAt}, best effort after: glossary\n`));
    });
  });

  it('takes the start of a snapshot for its cut', async () => {
    await shop.dzr('prove');
    const [snapshot] = (await shop.json('snapshots')).value;
    const { value } = await shop.json('plan', '--at', snapshot.startedAt, '--kind', 'glossary');
    assert.deepEqual([value.instant, value.proof], [shop.cutAt, { glossary: 'proven' }]);
  });

  describe('answers a mistake with option, value and remedy:', () => {
    const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
      ['a kind', ['plan', '--kind', 'table'], /no kind is called table; there are .*glossary/],
      ['a name', ['plan', '--name', 'Nobody*'], /NothingSelectedError: at .* nothing answers to .*Nobody/],
      [
        'a time',
        ['plan', '--at', '2999-01-01'],
        /The instant 2999-01-01T00:00:00.000Z is still to come.*Give a time/,
      ],
      [
        'a domain',
        ['plan', '--target', 'dzd_nowhere'],
        /dzd_nowhere can not be read in eu-west-1.*--target-region/,
      ],
      ['a policy', ['plan', '--conflicts', 'overwrite'], /Allowed choices are skip, update, fail/],
      ['a share', ['plan', '--rate-share', '200'], /'200' is invalid\. Give a whole number from 1 to 100/],
      ['a plan', ['restore', 'mine'], /there is no restore mine; look with dzr plans/],
      ['a plan to look at', ['plans', 'mine'], /there is no restore mine/],
      [
        'a restorer',
        ['verify-restore', '--restorer', 'arn:aws:iam::111122223333:role/x'],
        /--restorer arn.* is no user of/,
      ],
      [
        'who restores',
        ['plan', '--restorer', 'arn:aws:iam::111122223333:role/x'],
        /is no user of .*Give the ARN/,
      ],
      [
        'a plan, and what it says',
        ['verify-restore', 'mine', '--at', '1h'],
        /<plan> mine says time, target and selection/,
      ],
    ];
    for (const [name, args, message] of mistakes) {
      it(name, async () => {
        await shop.dzr('prove');
        const { code, err, text } = await shop.dzr(...args);
        assert.deepEqual([code, text], [2, ''], err);
        assert.match(err, message);
      });
    }

    for (const [what, content, why] of [
      ['that is no JSON', 'eu-west-1', /JSON/],
      ['with a value that would break texts', '{"eu-west-1": "a b"}', /eu-west-1/],
    ] as const) {
      it(`a mapping ${what}`, async () => {
        const file = join(mkdtempSync(join(tmpdir(), 'mapping-')), 'mapping.json');
        writeFileSync(file, content);
        const { code, err } = await shop.dzr('plan', '--kind', 'glossary', '--mapping', file);
        assert.equal(code, 2);
        assert.match(err, why);
        assert.ok(err.includes(`--mapping ${file}: `) && err.includes('Give a file with a JSON object'), err);
      });
    }

    it('a file', async () => {
      const id = await shop.planned('--kind', 'glossary');
      const { code, err } = await shop.dzr('restore', id, '--outcomes', '/nowhere/x');
      assert.equal(code, 2);
      assert.match(err, /--outcomes \/nowhere\/x can not be written/);
    });
  });

  it('says that nothing was planned yet', async () => {
    assert.equal((await shop.dzr('plans')).text, 'Nothing was planned yet.');
  });
});
