import assert from 'node:assert/strict';
import { applyRestore, keepPlan, planRestore, type RestoreArgs } from '../../../core/restore/restore';
import { claimLasts, RestoreRun } from '../../../core/restore/restore-run';
import { FakeClock } from '../../../local/clock';
import { BackupBench } from '../../support/in-process-backup';
import type { Between, ServiceCall } from '../../support/in-process-clients';
import { ProcessGoneError } from '../../support/life';
import { callerOf } from '../../support/wire-server';
import { committed } from '../backup/random-bench';
import { emptyDomain, profileOf, restoreArgs } from './restore-bench';

const person = callerOf('person');

describe('a restore while people work in the target', function () {
  this.timeout(120_000);
  let bench: BackupBench;
  let clock: FakeClock;
  let domainId: string;
  let settings: { instant: string; selection: object; conflicts: 'update' };
  let glossaryName: string;
  let asMade: string;
  let ofPerson: { profileId: string; projectId: string };

  before(async () => {
    clock = new FakeClock(Date.UTC(2026, 0, 1));
    bench = await BackupBench.start({ projects: 1, assets: 3, inMemory: true, clock });
    settings = { instant: (await committed(bench)).cutAt, selection: {}, conflicts: 'update' };
    glossaryName = glossariesOf(bench.domainId)[0]?.name ?? '';
  });

  beforeEach(async () => {
    domainId = emptyDomain(bench, 'V1');
    ofPerson = await settled();
  });

  for (const isTold of [true, false]) {
    const knowing = isTold ? '' : ', though it is not told who restores';

    it(`leaves alone what somebody made under the name of a glossary, with all that is in it${knowing}`, async () => {
      let made: string | undefined;
      const args = await argsOf(isTold, async (call) => {
        if (call.operation === 'CreateProject') made ??= makeGlossary();
        return call.answer();
      });
      await assertLeftAlone(args, () => made);
    });

    it(`leaves it alone too where it was made just before the restore's own request${knowing}`, async () => {
      let made: string | undefined;
      const args = await argsOf(isTold, async (call) => {
        if (call.operation === 'CreateGlossary') made ??= makeGlossary();
        return call.answer();
      });
      await assertLeftAlone(args, () => made);
    });

    it(`leaves it alone too where it was made after the restore had died${knowing}`, async () => {
      const run = await begun(await argsOf(isTold, dyingAt('CreateGlossary', false)));
      const made = makeGlossary();
      const before = termsIn(made);
      await resume(run, isTold);

      assertRefused((await outcomesOf(run)).glossary, made);
      assert.deepEqual(termsIn(made), before);
    });

    it(`adopts what it made itself where the answer was lost${knowing}`, async () => {
      const args = await argsOf(isTold, losing('CreateGlossary'));
      const run = await begun(args);
      await assertWhole(run);
    });

    it(`adopts what it made itself where it died after that, and goes on${knowing}`, async () => {
      const run = await begun(await argsOf(isTold, dyingAt('CreateGlossary', true)));
      await resume(run, isTold);
      await assertWhole(run);
    });
  }

  for (const [designation, outcome] of [
    ['PROJECT_OWNER', 'CONFLICT'],
    ['PROJECT_CONTRIBUTOR', 'ADOPTED'],
  ] as const) {
    it(`leaves a member who was let in meanwhile as ${designation} with that right`, async () => {
      let added: string | undefined;
      const args = await argsOf(true, async (call) => {
        if (call.operation === 'CreateProjectMembership') added ??= letIn(designation);
        return call.answer();
      });

      const run = await begun(args);

      const told = (await outcomesOf(run)).membership ?? [];
      assert.match(
        told.find((line) => line.includes(readerIn(bench.domainId))) ?? '',
        new RegExp(`^${outcome}`),
      );
      assert.equal(designationOf(added ?? ''), designation);
    });
  }

  it('puts no revision on a form type that somebody made under the name of a lost one', async () => {
    const [name = ''] = formTypesOf(bench.domainId);
    let made = false;
    const args = await argsOf(true, async (call) => {
      if (call.operation === 'CreateProject' && !made) {
        made = true;
        makeFormType(name);
      }
      return call.answer();
    });

    const run = await begun(args);

    const told = (await outcomesOf(run)).formType ?? [];
    assertRefused(
      told.filter((line) => line.includes(name)),
      name,
    );
    const input = { domainIdentifier: domainId, formTypeIdentifier: name };
    const { revision, createdBy } = bench.service.call('GetFormType', input, person);
    assert.deepEqual({ revision, createdBy }, { revision: '1', createdBy: ofPerson.profileId });
  });

  async function assertLeftAlone(args: RestoreArgs, made: () => string | undefined): Promise<void> {
    const run = await begun(args);
    const id = made() ?? assert.fail('nobody made anything');
    const before = termsIn(id);

    const told = await outcomesOf(run);
    assertRefused(told.glossary, id);
    assert.ok((told.glossaryTerm?.length ?? 0) > 0, 'the glossary had no terms');
    for (const line of told.glossaryTerm ?? []) assert.match(line, /^FAILED/);
    assert.equal(run.header.status, 'PARTIAL');
    assert.deepEqual(before, []);

    await resume(run, args.restorer !== undefined);
    assert.deepEqual(termsIn(id), before);
  }

  function assertRefused(told: readonly string[] | undefined, id: string): void {
    const line = told?.[0] ?? '';
    assert.match(line, new RegExp(`^CONFLICT .*${id}, which ${ofPerson.profileId} made`));
    assert.match(line, /rename or delete that one and plan again/);
  }

  async function assertWhole(run: RestoreRun): Promise<void> {
    const told = await outcomesOf(run);
    assert.match(told.glossary?.[0] ?? '', /^ADOPTED/);
    for (const line of told.glossaryTerm ?? []) assert.match(line, /^DONE/);
    assert.equal(glossariesOf(domainId).length, 1);
  }

  /** Somebody who has a project in the target, before anything is restored. */
  async function settled() {
    const of = { domainIdentifier: domainId };
    const userIdentifier = person.principalArn;
    const profile = bench.service.call(
      'CreateUserProfile',
      { ...of, userIdentifier, userType: 'IAM_ROLE' },
      bench.caller,
    );
    const { id } = bench.service.call('CreateProject', { ...of, name: 'Of a person' }, bench.caller);
    const member = { userIdentifier: profile.id ?? '' };
    const joining = { ...of, projectIdentifier: id, member, designation: 'PROJECT_OWNER' as const };
    bench.service.call('CreateProjectMembership', joining, bench.caller);
    return { profileId: profile.id ?? '', projectId: id };
  }

  function makeGlossary(): string {
    const input = {
      domainIdentifier: domainId,
      owningProjectIdentifier: ofPerson.projectId,
      name: glossaryName,
      description: 'of a person',
    };
    const { id } = bench.service.call('CreateGlossary', input, person);
    asMade = shown(id);
    return id;
  }

  /** Profile of a role that is a contributor to the lost project. */
  function readerIn(domainIdentifier: string): string {
    const userIdentifier = callerOf('backup-reader').principalArn;
    const input = { domainIdentifier, userIdentifier };
    return bench.service.call('GetUserProfile', input, bench.caller).id ?? '';
  }

  function projectAgain(): string {
    const { items = [] } = bench.service.call('ListProjects', { domainIdentifier: domainId }, bench.caller);
    return items.find(({ id }) => id !== ofPerson.projectId)?.id ?? '';
  }

  function letIn(designation: 'PROJECT_OWNER' | 'PROJECT_CONTRIBUTOR'): string {
    const id = readerIn(domainId);
    const input = {
      domainIdentifier: domainId,
      projectIdentifier: projectAgain(),
      member: { userIdentifier: id },
      designation,
    };
    bench.service.call('CreateProjectMembership', input, bench.caller);
    return id;
  }

  function designationOf(id: string): string | undefined {
    const input = { domainIdentifier: domainId, projectIdentifier: projectAgain() };
    const { members } = bench.service.call('ListProjectMemberships', input, bench.caller);
    return members?.find(({ memberDetails }) => memberDetails?.user?.userId === id)?.designation;
  }

  function makeFormType(name: string): void {
    const input = {
      domainIdentifier: domainId,
      owningProjectIdentifier: ofPerson.projectId,
      name,
      model: { smithy: `structure ${name} {\n    ofPerson: String\n}\n` },
    };
    bench.service.call('CreateFormType', input, person);
  }

  function shown(identifier: string): string {
    const input = { domainIdentifier: domainId, identifier };
    return JSON.stringify(bench.service.call('GetGlossary', input, bench.caller));
  }

  /** The terms in a person's glossary, which itself is as it was made, to the byte. */
  function termsIn(identifier: string) {
    assert.equal(shown(identifier), asMade);
    const of = { domainIdentifier: domainId };
    const { items = [] } = bench.service.call(
      'Search',
      { ...of, searchScope: 'GLOSSARY_TERM' },
      bench.caller,
    );
    const terms = items.flatMap(({ glossaryTermItem: term }) =>
      term?.glossaryId === identifier ? [term.name] : [],
    );
    return terms;
  }

  function glossariesOf(domainIdentifier: string) {
    const input = { domainIdentifier, searchScope: 'GLOSSARY' } as const;
    const { items = [] } = bench.service.call('Search', input, bench.caller);
    return items.flatMap(({ glossaryItem }) => (glossaryItem === undefined ? [] : [glossaryItem]));
  }

  function formTypesOf(domainIdentifier: string): string[] {
    const input = { domainIdentifier, searchScope: 'FORM_TYPE', managed: false } as const;
    const { items = [] } = bench.service.call('SearchTypes', input, bench.caller);
    return items.flatMap(({ formTypeItem }) => formTypeItem?.name ?? []);
  }

  async function argsOf(isTold: boolean, between?: Between): Promise<RestoreArgs> {
    const args = restoreArgs(bench, domainId, between);
    if (!isTold) return args;
    const restorer = await profileOf(restoreArgs(bench, domainId));
    assert.ok(restorer !== undefined, 'the target does not know who restores');
    return { ...args, restorer };
  }

  async function begun(args: RestoreArgs): Promise<RestoreRun> {
    const run = await keepPlan(args, settings, await planRestore(args, settings));
    try {
      await applyRestore(args, run);
    } catch (error) {
      if (!(error instanceof ProcessGoneError)) throw error;
      clock.advance(claimLasts);
    }
    return RestoreRun.open(bench.vault(), run.runId);
  }

  async function resume(run: RestoreRun, isTold: boolean): Promise<void> {
    await applyRestore(await argsOf(isTold), await RestoreRun.open(bench.vault(), run.runId));
  }

  async function outcomesOf(run: RestoreRun): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for await (const { kind, sourceId, outcome, reason } of run.eachOutcome()) {
      found[kind] ??= [];
      found[kind].push(`${outcome} ${sourceId}: ${reason}`);
    }
    return found;
  }
});

function losing(operation: string): Between {
  let isLost = false;
  return async <T>(call: ServiceCall<T>): Promise<T> => {
    const answer = await call.answer();
    if (call.operation !== operation || isLost) return answer;
    isLost = true;
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'InternalServerException' };
    return { status: 500, headers, body: JSON.stringify({ message: 'lost' }) } as T;
  };
}

function dyingAt(operation: string, doneBeforeDeath: boolean): Between {
  let isDead = false;
  return async (call) => {
    if (isDead) throw new ProcessGoneError();
    if (call.operation !== operation) return call.answer();
    isDead = true;
    if (doneBeforeDeath) await call.answer();
    throw new ProcessGoneError();
  };
}
