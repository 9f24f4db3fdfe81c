import assert from 'node:assert/strict';
import { InvalidRequestError } from '../../core/catalog/source';
import { accountId, callerOf } from '../support/wire-server';
import { LosableGlossary } from './losable-glossary';

const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const asked = ['--restorer', role('admin'), '--execution-role', role('execution')];

describe('dzr, drilling', function () {
  this.timeout(60_000);
  let shop: LosableGlossary;

  beforeEach(async () => {
    shop = await LosableGlossary.start();
  });

  const domains = () => shop.bench.service.call('ListDomains', {}, callerOf('admin')).items.length;

  it('restores into a scratch domain, says whether it is equal and how long it took, and leaves nothing', async () => {
    await shop.dzr('prove');

    const { code, text, err } = await shop.dzr('drill', ...asked);
    const { value } = await shop.json('drills');

    assert.equal(code, 0, text + err);
    assert.match(text, /^Drill \S+ of snapshot \S+ in eu-west-1: equal\n/);
    assert.match(text, /\nFrom its begin until it was compared: \d+ s\nThe restore was COMPLETE: /);
    assert.match(text, /\nNot drilled: domain 1$/);
    assert.equal(domains(), 1);
    assert.equal(value.length, 1);
    assert.deepEqual([value[0].equal, value[0].stage], [true, 'ENDED']);
    assert.match((await shop.dzr('drills')).text, / +eu-west-1 +\S+ +equal +\d+ s +-$/);
    assert.equal((await shop.dzr('drills', value[0].startedAt)).text, text);
  });

  it('exits with 1 where the drill failed, and deletes its scratch domain all the same', async () => {
    await shop.dzr('prove');
    shop.between = async (operation, call) => {
      if (operation === 'CreateGlossary') throw new InvalidRequestError('not today');
      return call();
    };

    const { code, text } = await shop.dzr('drill', ...asked);

    assert.equal(code, 1, text);
    assert.match(text, /: NOT equal\n/);
    assert.match(text, /\n {2}glossary \S+ is missing\n/);
    assert.equal(domains(), 1);
    assert.match((await shop.dzr('drill', '--clean-up')).text, /^Drills have left nothing in eu-west-1\.$/);
  });

  it('says what it needs', async () => {
    const unproven = await shop.dzr('drill', ...asked);
    const unasked = await shop.dzr('drill');

    assert.equal(unproven.code, 2);
    assert.match(
      unproven.err,
      /^NothingProvenError: No snapshot is proven in eu-west-1 yet: prove one with dzr prove/,
    );
    assert.equal(unasked.code, 2);
    assert.match(unasked.err, /^UsageError: --restorer and --execution-role are needed\. Give /);
    assert.equal((await shop.dzr('drills', 'none')).code, 2);
    assert.equal((await shop.dzr('drills')).text, 'There was no drill yet.');
  });
});
