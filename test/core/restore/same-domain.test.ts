import assert from 'node:assert/strict';
import type { ConflictPolicy } from '../../../core/restore/plan';
import {
  applyRestore,
  ConflictsError,
  keepPlan,
  PlanOutdatedError,
  planRestore,
} from '../../../core/restore/restore';
import { RestoreBusyError, RestoreRun } from '../../../core/restore/restore-run';
import type { SelectionSettings } from '../../../core/restore/selection';
import { BackupBench } from '../../support/in-process-backup';
import { committed } from '../backup/random-bench';
import { publish, remove, revise, reword } from '../backup/small-domain';
import { everything, restoreArgs, restored, resultOf } from './restore-bench';

describe('a restore into the domain that was backed up', function () {
  this.timeout(120_000);
  let bench: BackupBench;
  let cutAt: string;
  let glossaryId: string;
  let termIds: string[];

  beforeEach(async () => {
    bench = await BackupBench.start({ projects: 2, assets: 4, inMemory: true });
    const domain = { domainIdentifier: bench.domainId };
    const call = bench.service.call.bind(bench.service);
    glossaryId = call(
      'CreateGlossary',
      { ...domain, name: 'Spare', owningProjectIdentifier: bench.projectIds[0] ?? '', status: 'ENABLED' },
      bench.caller,
    ).id;
    const term = (name: string) =>
      call(
        'CreateGlossaryTerm',
        { ...domain, glossaryIdentifier: glossaryId, name, status: 'ENABLED' },
        bench.caller,
      ).id;
    termIds = [term('one'), term('two')];
    const [one = '', two = ''] = termIds;
    // Around in a circle, as people relate terms.
    for (const [identifier, isA] of [
      [one, two],
      [two, one],
    ] as const) {
      call('UpdateGlossaryTerm', { ...domain, identifier, termRelations: { isA: [isA] } }, bench.caller);
    }
    ({ cutAt } = await committed(bench));
  });

  it('brings a deleted glossary back with its terms and their relations, and changes nothing else', async () => {
    dropGlossary();
    const before = await everything(bench);

    const { planned, verdict, failed } = await restore({ ids: [glossaryId], withDependents: true });

    assert.deepEqual(failed, []);
    assert.equal(verdict.equal, true, verdict.differences.join('\n'));
    assert.deepEqual(planned.totals, { create: 3, update: 2 });
    const after = await everything(bench);
    const made = [...after.keys()].filter((key) => !before.has(key));
    assert.deepEqual(made.map((key) => key.split(' ')[0]).sort(), [
      'glossary',
      'glossaryTerm',
      'glossaryTerm',
    ]);
    for (const [key, record] of before) assert.equal(after.get(key), record, key);
  });

  for (const turn of [0, 1]) {
    it(`relates term ${turn + 1} of two that is there to the other one, which the same plan makes`, async () => {
      dropGlossary();
      const there = termIds[turn] ?? '';
      await restore({ ids: [glossaryId] });
      await restore({ ids: [there] });

      const { planned, verdict, failed } = await restore({ ids: termIds }, 'update');

      assert.deepEqual(failed, []);
      assert.equal(verdict.equal, true, verdict.differences.join('\n'));
      assert.deepEqual(planned.totals, { create: 1, update: 2 });
    });
  }

  it('brings a deleted asset back, and what it needs is left alone where it is there', async () => {
    const [asset = ''] = bench.projects[0]?.assetIds ?? [];
    remove(bench, asset);
    const before = await everything(bench);

    const { planned, verdict } = await restore({ ids: [asset], withNeeds: true });

    assert.equal(verdict.equal, true, verdict.differences.join('\n'));
    assert.deepEqual(
      [...planned.actions]
        .filter(({ action }) => action !== 'skip')
        .map(({ action, kind }) => `${action} ${kind}`),
      ['create asset'],
    );
    const after = await everything(bench);
    for (const [key, record] of before) assert.equal(after.get(key), record, key);
    assert.equal(after.size, before.size + 1);
  });

  const policies: readonly [ConflictPolicy, string, string][] = [
    ['skip', 'skip', 'by hand'],
    ['update', 'update', ''],
  ];
  for (const [conflicts, action, description] of policies) {
    it(`does about what was edited by hand what its policy says: ${conflicts}`, async () => {
      const [project] = bench.projects;
      assert.ok(project);
      const before = shortDescriptionOf(project.termIds[0]);
      reword(bench, project, 'by hand');

      const { planned, outcomes } = await restore({ ids: [project.termIds[0] ?? ''] }, conflicts);

      assert.deepEqual(planned.totals, { [action]: 1 });
      assert.match([...planned.actions][0]?.changes?.join() ?? '', /shortDescription: by hand → /);
      assert.equal(shortDescriptionOf(project.termIds[0]), description === '' ? before : description);
      assert.deepEqual(
        outcomes.map((outcome) => [outcome.seq, outcome.action]),
        [...planned.actions].map((planned) => [planned.seq, planned.action]),
      );
    });
  }

  it('shows in the catalog what it has made of a published asset', async () => {
    const published = bench.projects[0]?.assetIds.find((id) => assetOf(id).listing !== undefined) ?? '';
    const { description = '' } = assetOf(published);
    revise(bench, published, 'by hand');
    publish(bench, published);

    const { planned, failed } = await restore({ ids: [published], withDependents: true }, 'update');

    assert.deepEqual(failed, []);
    assert.deepEqual([planned.totals.update, planned.totals.publish], [1, 1]);
    const { listing } = assetOf(published);
    const shown = bench.service.call(
      'GetListing',
      { domainIdentifier: bench.domainId, identifier: listing?.listingId ?? '' },
      bench.caller,
    );
    assert.equal(shown.description ?? '', description);
  });

  it('stops where most of what it tries fails, and says so', async () => {
    const domain = { domainIdentifier: bench.domainId };
    const terms = Array.from({ length: 60 }, (_, n) =>
      bench.service.call(
        'CreateGlossaryTerm',
        { ...domain, glossaryIdentifier: glossaryId, name: `term ${n}`, status: 'ENABLED' },
        bench.caller,
      ),
    );
    ({ cutAt } = await committed(bench));
    termIds.push(...terms.map(({ id }) => id));
    dropGlossary();
    const args = restoreArgs(bench, bench.domainId, (call) =>
      call.operation === 'CreateGlossaryTerm' ? refused() : call.answer(),
    );

    const { run, outcomes } = await restored(args, {
      instant: cutAt,
      selection: { kinds: ['glossary', 'glossaryTerm'] },
    });

    assert.equal(run.header.status, 'STOPPED');
    const failed = outcomes.filter(({ outcome }) => outcome === 'FAILED').length;
    assert.ok(failed >= 25 && failed < 40, `${failed} failed`);
  });

  it('writes nothing where its policy is to fail, and something was edited by hand', async () => {
    const [project] = bench.projects;
    assert.ok(project);
    dropGlossary();
    reword(bench, project, 'by hand');
    const before = await everything(bench);

    await assert.rejects(restore({}, 'fail'), ConflictsError);

    assert.deepEqual(await everything(bench), before);
  });

  it('writes nothing where the domain has moved since the plan was made', async () => {
    dropGlossary();
    const args = restoreArgs(bench, bench.domainId);
    const settings = { instant: cutAt, selection: { ids: [glossaryId] }, conflicts: 'skip' as const };
    const run = await keepPlan(args, settings, await planRestore(args, settings));
    const input = { domainIdentifier: bench.domainId, name: 'Spare', status: 'DISABLED' } as const;
    bench.service.call(
      'CreateGlossary',
      { ...input, owningProjectIdentifier: bench.projectIds[0] ?? '' },
      bench.caller,
    );
    const before = await everything(bench);

    await assert.rejects(applyRestore(args, run), PlanOutdatedError);

    assert.equal(run.header.status, 'REFUSED');
    assert.deepEqual(await everything(bench), before);
  });

  it('is done by one at a time: a second one is refused, and harms nothing', async () => {
    dropGlossary();
    const settings = {
      instant: cutAt,
      selection: { ids: [glossaryId], withDependents: true },
      conflicts: 'skip' as const,
    };
    const args = restoreArgs(bench, bench.domainId);
    const run = await keepPlan(args, settings, await planRestore(args, settings));
    let second: Promise<unknown> | undefined;
    const first = restoreArgs(bench, bench.domainId, (call) => {
      if (call.service === 'datazone') second ??= applyRestore(args, run).catch((error: unknown) => error);
      return call.answer();
    });

    await applyRestore(first, await RestoreRun.open(first.vault, run.runId));

    assert.ok((await second) instanceof RestoreBusyError);
    const { verdict } = await resultOf(args, settings, run);
    assert.deepEqual([verdict.equal, verdict.extras.byOthers], [true, []]);
  });

  it('plans without a single call that changes anything', async () => {
    dropGlossary();
    const vault = bench.vaultItems;
    const sent = new Set<string>();
    const args = restoreArgs(bench, bench.domainId, (call) => {
      sent.add(call.operation);
      return call.answer();
    });

    await planRestore(args, { instant: cutAt, selection: {}, conflicts: 'update' });

    assert.deepEqual(
      [...sent].filter((name) => !/^(Get|List|Search|BatchGet|Query|Scan)/.test(name)),
      [],
    );
    assert.deepEqual(bench.vaultItems, vault);
  });

  it('has nothing left to do once it was done', async () => {
    dropGlossary();
    const settings = { instant: cutAt, selection: {}, conflicts: 'update' } as const;
    const args = restoreArgs(bench, bench.domainId);
    await restored(args, settings);

    const { totals } = await planRestore(restoreArgs(bench, bench.domainId), settings);

    const { skip = 0, manual: _, ...others } = totals;
    assert.ok(skip > 50);
    assert.deepEqual(others, {});
  });

  function restore(selection: SelectionSettings, conflicts: ConflictPolicy = 'skip') {
    return restored(restoreArgs(bench, bench.domainId), { instant: cutAt, selection, conflicts });
  }

  function dropGlossary(): void {
    const domain = { domainIdentifier: bench.domainId };
    const call = bench.service.call.bind(bench.service);
    for (const identifier of termIds) {
      call('UpdateGlossaryTerm', { ...domain, identifier, termRelations: {} }, bench.caller);
    }
    for (const identifier of termIds) call('DeleteGlossaryTerm', { ...domain, identifier }, bench.caller);
    call('UpdateGlossary', { ...domain, identifier: glossaryId, status: 'DISABLED' }, bench.caller);
    call('DeleteGlossary', { ...domain, identifier: glossaryId }, bench.caller);
  }

  function assetOf(identifier: string) {
    const { service, caller, domainId: domainIdentifier } = bench;
    return service.call('GetAsset', { domainIdentifier, identifier }, caller);
  }

  function shortDescriptionOf(identifier = ''): string | undefined {
    const { service, caller, domainId: domainIdentifier } = bench;
    return service.call('GetGlossaryTerm', { domainIdentifier, identifier }, caller).shortDescription;
  }
});

/** The answer to what nobody lets the restore's role do. */
function refused<T>(): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' };
  return Promise.resolve({ status: 403, headers, body: JSON.stringify({ message: 'no' }) } as T);
}
