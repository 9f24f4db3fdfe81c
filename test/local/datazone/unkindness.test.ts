import assert from 'node:assert/strict';
import { GetAssetCommand, SearchCommand, type SearchInput } from '@aws-sdk/client-datazone';
import { FakeClock } from '../../../local/clock';
import { calm, DataZoneService, type Unkindness } from '../../../local/datazone/service';
import { Random } from '../../../local/random';
import { accountId } from '../../support/wire-server';
import { admin, Fixture } from './fixture';

describe('The local DataZone, unkind', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let owningProjectIdentifier: string;

  const start = async (unkind: Partial<Unkindness>) => {
    fixture = await new Fixture({ unkind: { ...calm, ...unkind } }).start();
    domainIdentifier = fixture.domain();
    owningProjectIdentifier = fixture.project(domainIdentifier);
  };
  afterEach(() => fixture.stop());

  const search = (input: Partial<SearchInput> = {}, role = 'admin') =>
    fixture
      .client(role)
      .send(new SearchCommand({ domainIdentifier, owningProjectIdentifier, searchScope: 'ASSET', ...input }));
  const names = async (input: Partial<SearchInput> = {}) =>
    (await search(input)).items?.map((item) => item.assetItem?.name) ?? [];
  const asset = (name: string) => fixture.asset(domainIdentifier, owningProjectIdentifier, name);
  const revise = (identifier: string, name: string) =>
    fixture.call('CreateAssetRevision', {
      domainIdentifier,
      identifier,
      name,
      formsInput: [{ formName: 'GlueTableForm', content: '{}' }],
    });

  it('shows a write in Search after a lag of its own, and by Get at once', async () => {
    await start({ indexLagMilliseconds: 10_000 });
    const identifiers = Array.from({ length: 20 }, (_, i) => asset(`t${i}`));

    fixture.clock.advance(5000);
    const halfway = (await names()).length;
    fixture.clock.advance(5000);

    assert.ok(halfway > 0 && halfway < 20, `${halfway} of 20 after half of the longest lag`);
    assert.equal((await names()).length, 20);
    revise(`${identifiers[0]}`, 'new');
    const get = new GetAssetCommand({ domainIdentifier, identifier: identifiers[0] });
    assert.equal((await fixture.client().send(get)).name, 'new');
    assert.ok((await names()).includes('t0'));
    fixture.call('DeleteAsset', { domainIdentifier, identifier: `${identifiers[1]}` });
    fixture.clock.advance(10_000);
    const settled = await names();
    assert.deepEqual([settled.includes('new'), settled.includes('t1'), settled.length], [true, false, 19]);
  });

  it('never shows an older write over a newer one', async () => {
    await start({ indexLagMilliseconds: 10_000 });
    const identifiers = Array.from({ length: 20 }, (_, i) => asset(`old ${i}`));
    for (const identifier of identifiers) revise(identifier, 'new');

    fixture.clock.advance(10_000);
    assert.deepEqual(new Set(await names()), new Set(['new']));
  });

  it('answers an old totalMatchCount for a while', async () => {
    await start({ countLagMilliseconds: 30_000 });
    asset('a');
    assert.equal((await search()).totalMatchCount, 1);
    asset('b');

    assert.equal((await search()).totalMatchCount, 1);
    assert.equal((await names()).length, 2);
    fixture.clock.advance(30_000);
    assert.equal((await search()).totalMatchCount, 2);
  });

  it('skips and repeats entries when they are written between two pages', async () => {
    await start({ offsetCursors: true });
    const [first] = ['a', 'b', 'c', 'd'].map(asset);
    const page = await search({ maxResults: 2 });
    revise(`${first}`, 'a');

    const rest = await names({ nextToken: page.nextToken });
    assert.deepEqual(
      page.items?.map((item) => item.assetItem?.name),
      ['a', 'b'],
    );
    assert.deepEqual(rest, ['d', 'a']);
  });

  it('lets cursors grow stale', async () => {
    await start({ cursorLifetimeMilliseconds: 60_000 });
    ['a', 'b', 'c'].map(asset);
    const { nextToken } = await search({ maxResults: 1 });

    fixture.clock.advance(60_000);
    assert.deepEqual(await names({ maxResults: 1, nextToken }), ['b']);
    fixture.clock.advance(1);
    await assert.rejects(search({ maxResults: 1, nextToken }), {
      name: 'ValidationException',
      message: /expired/,
    });
  });

  it('denies a stranger the search, and anyone what was deleted', async () => {
    await start({ strangerSearch: 'denied', deleted: 'denied' });
    const identifier = asset('gone');
    fixture.call('DeleteAsset', { domainIdentifier, identifier });
    const get = (id: string) =>
      fixture.client().send(new GetAssetCommand({ domainIdentifier, identifier: id }));

    await assert.rejects(search({}, 'Stranger'), { name: 'AccessDeniedException' });
    await assert.rejects(get(identifier), { name: 'AccessDeniedException' });
    await assert.rejects(get('never'), { name: 'ResourceNotFoundException' });
  });

  it('is the same for the same seed, and another for another', async () => {
    await start({});
    const run = (seed: number) => {
      const clock = new FakeClock();
      const service = new DataZoneService({
        clock,
        random: new Random(seed),
        accountId,
        region: 'eu-west-1',
        unkind: { ...calm, indexLagMilliseconds: 1000 },
      });
      const roles = { domainExecutionRole: `arn:aws:iam::${accountId}:role/Execution` };
      const domain = service.call('CreateDomain', { name: 'seeded', ...roles }, admin).id;
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
        service.call('CreateProject', { domainIdentifier: domain, name }, admin);
      }
      const [project] = service.call('ListProjects', { domainIdentifier: domain }, admin).items ?? [];
      for (const name of ['g', 'h', 'i', 'j', 'k', 'l']) {
        const owner = { domainIdentifier: domain, owningProjectIdentifier: `${project?.id}` };
        service.call('CreateGlossary', { ...owner, name }, admin);
      }
      clock.advance(500);
      return service.call('Search', { domainIdentifier: domain, searchScope: 'GLOSSARY' }, admin);
    };

    assert.deepEqual(run(7), run(7));
    assert.notDeepEqual(run(7), run(8));
  });
});
