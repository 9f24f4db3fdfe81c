import assert from 'node:assert/strict';
import { readManifest } from '../../../core/vault/manifest';
import { FakeClock } from '../../../local/clock';
import { createAsset, type FilledProject } from '../../../local/fixture/fill-domain';
import { ChangeQueue, callEvent } from '../../support/change-queue';
import { BackupBench } from '../../support/in-process-backup';
import type { Between } from '../../support/in-process-clients';
import { committed } from './random-bench';
import { forCalls, letJoin, removeReader } from './small-domain';
import { currentView } from './vault-views';

const hour = 3600_000;

async function start() {
  const queue = new ChangeQueue();
  const clock = new FakeClock();
  const bench = await BackupBench.start({ assets: 3, inMemory: true, clock, emit: queue.emit });
  await committed(bench);
  queue.waiting.length = 0;
  const people = queue.recorded(bench);
  const { domainId: domainIdentifier, caller } = bench;
  const rename = (position: number, description: string) =>
    people.service.call(
      'UpdateProject',
      { domainIdentifier, identifier: bench.projectIds[position] ?? '', description },
      caller,
    );
  const deliver = (options = {}) => queue.deliver(bench, queue.waiting.splice(0), options);
  return { queue, clock, bench, people, rename, deliver, domainIdentifier, caller };
}

describe('the drift that a snapshot reports', function () {
  this.timeout(60_000);

  it('is what events had missed: neither what they brought in, nor what may be under way', async () => {
    const { queue, clock, bench, people, rename, deliver, domainIdentifier, caller } = await start();
    const changes = { kinds: bench.kinds.map(({ name }) => name), grace: 60_000 };
    const [glossary] =
      people.service.call('Search', { domainIdentifier, searchScope: 'GLOSSARY' }, caller).items ?? [];
    const [term] =
      people.service.call('Search', { domainIdentifier, searchScope: 'GLOSSARY_TERM' }, caller).items ?? [];
    rename(0, 'captured');
    await deliver();
    const identifier = glossary?.glossaryItem?.id ?? '';
    const update = (description: string) =>
      people.service.call('UpdateGlossary', { domainIdentifier, identifier, description }, caller);
    update('lost');
    rename(1, 'lost');
    clock.advance(hour);
    people.service.call(
      'UpdateGlossaryTerm',
      { domainIdentifier, identifier: term?.glossaryTermItem?.id ?? '', shortDescription: 'under way' },
      caller,
    );
    queue.waiting.length = 0;

    const { drift, startedAt } = await committed(bench, { changes });
    const again = await committed(bench, { changes });

    assert.deepEqual(drift, { glossary: 1, project: 1 });
    assert.deepEqual((await readManifest(bench.vault(), startedAt))?.drift, drift);
    assert.deepEqual(again.drift, {});
  });

  it('does not count what a first snapshot finds, and is not there without change capture', async () => {
    const { bench } = await start();
    const changes = { kinds: bench.kinds.map(({ name }) => name), grace: 60_000 };
    await bench.emptyVault();

    assert.deepEqual((await committed(bench, { changes })).drift, {});
    assert.equal((await committed(bench)).drift, undefined);
  });
});

describe('the deletion of a project', function () {
  this.timeout(60_000);

  it('takes along what it owned in the domain, of which no event tells', async () => {
    const { clock, bench, people, deliver, domainIdentifier, caller } = await start();
    const [, identifier = ''] = bench.projectIds;
    const before = live(await currentView(bench.vault()));
    const { items } = people.service.call(
      'ListEnvironments',
      { domainIdentifier, projectIdentifier: identifier },
      caller,
    );
    for (const { id = '' } of items ?? []) {
      people.service.call('DeleteEnvironment', { domainIdentifier, identifier: id }, caller);
    }
    clock.advance(hour);
    people.service.call('DeleteProject', { domainIdentifier, identifier, skipDeletionCheck: true }, caller);

    const batch = await deliver();
    const captured = live(await currentView(bench.vault()));
    await committed(bench, { projects: 'all', held: { heldShare: 100, heldLeast: 1_000_000 } });

    assert.deepEqual(batch?.failures, []);
    assert.deepEqual(captured, live(await currentView(bench.vault())));
    const gone = new Set(before.filter((line) => !captured.includes(line)).map((line) => line.split(' ')[0]));
    for (const kind of ['project', 'asset', 'glossary', 'glossaryTerm', 'formType', 'assetType']) {
      assert.ok(gone.has(kind), `${kind} of ${[...gone].join()}`);
    }
  });
});

describe('the deletion of a domain unit', function () {
  this.timeout(60_000);

  it('takes along its rules, of which no event tells', async () => {
    const { queue, clock, bench, people, deliver, domainIdentifier, caller } = await start();
    const { rootDomainUnitId = '' } = people.service.call(
      'GetDomain',
      { identifier: domainIdentifier },
      caller,
    );
    const { id } = people.service.call(
      'CreateDomainUnit',
      { domainIdentifier, name: 'short-lived', parentDomainUnitIdentifier: rootDomainUnitId },
      caller,
    );
    const { identifier: ruleId } = people.service.call(
      'CreateRule',
      {
        domainIdentifier,
        name: 'short-lived',
        action: 'CREATE_LISTING_CHANGE_SET',
        target: { domainUnitTarget: { domainUnitId: id } },
        scope: { assetType: { selectionMode: 'ALL' }, project: { selectionMode: 'ALL' } },
        detail: { glossaryTermEnforcementDetail: { requiredGlossaryTermIds: [termOf(bench)] } },
      },
      caller,
    );
    await deliver();
    const rule = () => bench.vault().head({ kind: 'rule', scopeId: bench.domainId }, ruleId);
    assert.equal((await rule())?.state, 'LIVE');
    clock.advance(hour);
    people.service.call('DeleteDomainUnit', { domainIdentifier, identifier: id }, caller);
    // With DataZone's event alone, as without a trail.
    queue.waiting.splice(
      0,
      queue.waiting.length,
      ...queue.waiting.filter((text) => !text.includes('CloudTrail')),
    );

    await deliver();

    assert.equal((await rule())?.state, 'DELETED');
  });
});

describe('an asset of a project that the role is no member of', function () {
  this.timeout(60_000);

  /** Another worker joins the project right after this one was refused for the first time. */
  async function captured(
    edit: (started: Awaited<ReturnType<typeof start>>, project: FilledProject) => void,
  ) {
    const started = await start();
    const { queue, bench, deliver } = started;
    const [project] = bench.projects;
    assert.ok(project);
    const assets = async () =>
      live(await currentView(bench.vault())).filter((line) => line.startsWith('asset ')).length;
    const before = await assets();
    letJoin(bench);
    const joinAgain = removeReader(bench, project.projectId);
    queue.waiting.length = 0;
    edit(started, project);
    let isRefused = false;
    const between: Between = async (call) => {
      const answer = await call.answer();
      if (call.operation === 'GetAsset' && !isRefused) joinAgain();
      isRefused ||= call.operation === 'GetAsset';
      return answer;
    };
    const batch = await deliver({ between });
    assert.deepEqual(batch?.failures, []);
    assert.ok(isRefused);
    const states = [...bench.vaultItems.values()].flatMap((partition) =>
      [...partition.values()].map(({ state }) => state),
    );
    return { before, after: await assets(), deleted: states.filter((state) => state === 'DELETED').length };
  }

  it('is captured when it is new, though it was refused at first', async () => {
    const { before, after } = await captured(({ people }, project) => {
      createAsset(forCalls(people), project, 1000);
    });

    assert.equal(after, before + 1);
  });

  it('is not taken for gone when it is known, though it was refused at first', async () => {
    const { before, after, deleted } = await captured(
      ({ bench, queue, domainIdentifier }, { assetIds: [id] }) => {
        const revision = { domainIdentifier, identifier: id };
        queue.waiting.push(callEvent('CreateAssetRevision', revision, { id }, bench.clock.now()));
      },
    );

    assert.deepEqual({ after, deleted }, { after: before, deleted: 0 });
  });
});

describe('an event that is a sign of several kinds', function () {
  this.timeout(60_000);

  it('brings in none that domains of its version do not have', async () => {
    const { queue, bench, domainIdentifier } = await start();
    const [owningProjectId = ''] = bench.projectIds;
    const metadata = { id: 'gone-by-now', domain: domainIdentifier, owningProjectId };
    const event = {
      source: 'aws.datazone',
      'detail-type': 'Environment Deployment Completed',
      time: new Date(bench.clock.now()).toISOString(),
      detail: { metadata },
    };

    const batch = await queue.deliver(bench, [JSON.stringify(event)]);

    assert.deepEqual(batch?.failures, []);
    // Of the environment and what is listed under it, but of no connection: domains of version 1 have none.
    assert.equal(batch.read, 2);
    assert.ok((await bench.vault().scopes()).every(({ kind }) => kind !== 'connection'));
  });
});

describe('an event that nobody should have sent', function () {
  this.timeout(60_000);

  it('changes nothing, and keeps no other from being captured', async () => {
    const { queue, bench, rename, domainIdentifier } = await start();
    const [projectId = ''] = bench.projectIds;
    const [assetId = ''] = bench.projects[0]?.assetIds ?? [];
    const event = (type: string, detail: unknown) =>
      JSON.stringify({
        source: 'aws.datazone',
        'detail-type': type,
        time: new Date(bench.clock.now()).toISOString(),
        detail,
      });
    const about = (id: string, domain = domainIdentifier) => ({
      metadata: { id, domain, owningProjectId: projectId },
    });
    const wrong = [
      'no JSON',
      '{}',
      '[]',
      'null',
      'x'.repeat(1_000_000),
      event('New Asset Version Available', {}),
      event('New Asset Version Available', about('')),
      event('New Asset Version Available', about('a'.repeat(200_000))),
    ];
    const harmless = [
      event('New Asset Version Available', about(assetId, 'dzd_another')),
      event('Asset Abducted', about(assetId)),
      event('__proto__', about(assetId)),
      callEvent('DeleteEverything', { domainIdentifier, identifier: assetId }, null, bench.clock.now()),
      callEvent('DeleteAsset', { domainIdentifier: 'dzd_another', identifier: assetId }, null, 0),
      // Of what is there, and was not deleted; from the future.
      callEvent('DeleteAsset', { domainIdentifier, identifier: assetId }, null, bench.clock.now() + 9 * hour),
      callEvent('DeleteProject', { domainIdentifier, identifier: projectId }, null, bench.clock.now()),
      // Of what never was.
      callEvent('DeleteAsset', { domainIdentifier, identifier: 'nothing' }, null, bench.clock.now()),
    ];
    const before = bench.vaultItems;

    const batch = await queue.deliver(bench, [...wrong, ...harmless]);

    assert.deepEqual(bench.vaultItems, before);
    assert.equal(batch?.failed.length, wrong.length, JSON.stringify(batch?.failures));
    assert.ok(batch?.failures.every(({ errorType }) => errorType === 'MalformedEventError'));
    assert.deepEqual(batch?.unknown, ['Asset Abducted', 'DeleteEverything', '__proto__']);

    queue.waiting.length = 0;
    rename(0, 'beside them');
    const beside = await queue.deliver(bench, [...wrong, ...queue.waiting.splice(0)], {
      maxReceives: 2,
      receives: 2,
    });

    assert.equal(beside?.latencies.length, 1);
    assert.deepEqual(beside?.failed, []);
    assert.deepEqual(
      queue.deadLetters.map(({ body, errorType }) => [body, errorType]),
      wrong.map((body) => [body, 'MalformedEventError']),
    );
    assert.ok(
      queue.deadLetters.every(({ errorMessage }) => errorMessage.length > 20 && errorMessage.length <= 600),
    );
  });
});

function live(view: readonly string[]): string[] {
  return view.filter((line) => line.endsWith('LIVE'));
}

function termOf(bench: BackupBench): string {
  const input = { domainIdentifier: bench.domainId, searchScope: 'GLOSSARY_TERM' } as const;
  return bench.service.call('Search', input, bench.caller).items?.[0]?.glossaryTermItem?.id ?? '';
}
