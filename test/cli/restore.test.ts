import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyDomain, restorer } from '../core/restore/restore-bench';
import { accountId } from '../support/wire-server';
import { LosableGlossary } from './losable-glossary';

describe('dzr, restoring', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'dzr-restore-'));
  let shop: LosableGlossary;

  beforeEach(async () => {
    shop = await LosableGlossary.start();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('brings back a glossary and its terms, and nothing else', async () => {
    shop.lose();
    await shop.dzr('prove');

    const { code, text } = await shop.dzr('plan', '--id', shop.id, '--with-dependents');
    assert.equal(code, 0);
    assert.match(
      text,
      new RegExp(
        `^Plan (\\S+)\n${shop.bench.domainId} as of ${shop.cutAt}, into the same domain in eu-west-1: 3 create, 1 update\n`,
      ),
    );
    assert.match(text, /\n\d+ +create +glossary +Sales terms +\S+ +the target lacks it\n/);
    assert.match(
      text,
      /\n\d+ +update +glossaryTerm +Order +\S+ +termRelations: may name what is made after it\n/,
    );
    assert.match(text, /SLOWEST OPERATION +AT LEAST\n\d+ +1 +CreateGlossary +1 s\n/);
    assert.match(text, /1 s in all at least, at 80 % of the rates that AWS publishes\n/);
    const id = /^Plan (\S+)/.exec(text)?.[1] ?? '';
    assert.ok(text.endsWith(`Nothing was written to the target. Apply it with: dzr restore ${id}`));

    const restored = await shop.dzr('restore', id);
    assert.deepEqual(
      [restored.code, restored.text],
      [0, `${id} COMPLETE: 4 DONE\nCheck it with: dzr verify-restore ${id}`],
    );
    assert.match(restored.err, /in eu-west-1: 3 create, 1 update$/);
    assert.deepEqual(restored.meter, ['1 of 4', '2 of 4', '3 of 4', '4 of 4', '']);
    assert.equal(shop.glossaries().find((one) => one.name === 'Sales terms')?.description, 'of the shop');
    assert.deepEqual([...shop.changes].sort(), [
      'CreateGlossary',
      'CreateGlossaryTerm',
      'CreateGlossaryTerm',
      'UpdateGlossaryTerm',
    ]);

    const verified = await shop.dzr('verify-restore', id);
    assert.equal(verified.code, 0, verified.text);
    assert.match(verified.text, /: equal\n/);
    assert.match(verified.text, /\nglossaryTerm +2 +0 +0 +0\n/);
  });

  it('changes nothing in the domain with a plan', async () => {
    shop.lose();
    const before = shop.glossaries();
    await shop.planned('--conflicts', 'update');
    assert.deepEqual([shop.changes, shop.glossaries()], [[], before]);
  });

  it('finds nothing to do where nothing is lost', async () => {
    await shop.dzr('prove');
    const { code, text } = await shop.dzr('plan', '--kind', 'glossary', 'glossaryTerm');
    assert.equal(code, 0);
    assert.match(text, /: 16 skip\nNothing was written to the target\. There is nothing to apply\.$/);
    assert.match(
      (await shop.dzr('plan', '--kind', 'glossary', '--all')).text,
      /skip +glossary +Sales terms +\S+ +equal\n/,
    );
  });

  it('says what waits, fails and is done in a file of outcomes, a line each', async () => {
    shop.lose();
    const file = join(folder, 'outcomes.ndjson');
    const id = await shop.planned('--kind', 'glossary', 'glossaryTerm');
    await shop.dzr('restore', id, '--outcomes', file);

    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { value } = await shop.json('plans', id, '--all');
    assert.equal(lines.length, value.actions.length);
    const glossary = lines.find(({ sourceId }) => sourceId === shop.id);
    assert.deepEqual(
      { ...glossary, seq: undefined },
      {
        seq: undefined,
        kind: 'glossary',
        sourceId: shop.id,
        targetId: shop.glossaries().find((one) => one.name === 'Sales terms')?.id,
        action: 'create',
        outcome: 'DONE',
        reason: 'the target lacks it',
      },
    );
  });

  describe('what was edited by hand since the backup', () => {
    beforeEach(() => shop.edit('UpdateGlossary', { identifier: shop.id, description: 'by hand' }));
    const description = () => shop.glossaries().find((one) => one.id === shop.id)?.description;

    it('is left alone by default, and named', async () => {
      await shop.dzr('prove');
      const { code, text } = await shop.dzr('plan', '--id', shop.id);
      assert.equal(code, 0);
      assert.match(text, /1 skip\n1 resource of the target differs and is left alone \(--all shows them\)/);
      const { text: all } = await shop.dzr('plan', '--id', shop.id, '--all');
      assert.match(all, /differs in description; left alone\n {6}description: by hand → of the shop\n/);
      assert.equal(description(), 'by hand');
    });

    it('is made as it was where one asks for that', async () => {
      const id = await shop.planned('--id', shop.id, '--conflicts', 'update');
      assert.match(
        (await shop.dzr('plans', id)).text,
        /update +- +glossary.*\n {6}description: by hand → of the shop/,
      );
      assert.equal((await shop.dzr('restore', id)).code, 0);
      assert.equal(description(), 'of the shop');
    });

    it('stops a restore that is to fail on it, before it writes', async () => {
      await shop.dzr('prove');
      const { code, value } = await shop.json('plan', '--id', shop.id, '--conflicts', 'fail');
      assert.deepEqual([code, value.totals], [1, { conflict: 1 }]);
      const refused = await shop.dzr('restore', value.plan);
      assert.equal(refused.code, 2);
      assert.match(refused.err, /ConflictsError: 1 conflicts, the first: glossary .*differs in description/);
      assert.deepEqual([shop.changes, description()], [[], 'by hand']);
    });

    it('is a difference to a verification', async () => {
      await shop.dzr('prove');
      const { code, text } = await shop.dzr('verify-restore', '--kind', 'glossary');
      assert.equal(code, 1);
      assert.match(text, /: NOT equal\n/);
      assert.match(text, /1 difference:\n {2}glossary .*: description is by hand, not of the shop\n/);
    });
  });

  describe('a restore that does not come to its end', () => {
    let id: string;
    beforeEach(async () => {
      shop.lose();
      id = await shop.planned('--kind', 'glossary', 'glossaryTerm');
    });

    it('stops when it is asked to, and goes on', async () => {
      shop.between = async (operation, call) => {
        if (operation === 'CreateGlossary') {
          const asked = await shop.dzr('restore', '--stop', id);
          assert.match(asked.text, /is asked to stop: it does before its next action/);
        }
        return call();
      };
      const file = join(folder, 'stopped.ndjson');
      const stopped = await shop.dzr('restore', id, '--outcomes', file);
      assert.equal(stopped.code, 1);
      assert.match(stopped.text, new RegExp(`^${id} STOPPED: .*\nGo on with: dzr restore ${id}$`));
      assert.match((await shop.dzr('plans')).text, new RegExp(`\n${id} +STOPPED `));

      assert.equal((await shop.dzr('restore', id, '--outcomes', file)).code, 0);
      assert.equal(shop.glossaries().filter((one) => one.name === 'Sales terms').length, 1);
      const { value } = await shop.json('plans', id, '--all');
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      assert.equal(lines.length, value.actions.length, 'what was done before it stopped has its line too');
    });

    it('goes on after it died, and makes nothing twice', async () => {
      shop.between = async (operation, call) => {
        const answer = await call();
        if (operation === 'CreateGlossaryTerm') throw new TypeError('the machine is gone');
        return answer;
      };
      const died = await shop.dzr('restore', id);
      assert.equal(died.code, 3);
      assert.match(died.err, new RegExp(`It can go on: dzr restore ${id}\nTypeError: the machine is gone`));

      shop.between = (_operation, call) => call();
      const { code, err } = await shop.dzr('restore', id);
      assert.equal(code, 0);
      assert.match(err, /; \d+ of \d+ are done already$/);
      assert.equal((await shop.dzr('verify-restore', id)).code, 0);
    });

    it('ends PARTIAL where the domain refuses something, and tries that again', async () => {
      const refusal = Object.assign(new Error('no more'), {
        name: 'ServiceQuotaExceededException',
        $metadata: {},
      });
      shop.between = async (operation, call) => {
        if (operation === 'CreateGlossary') throw refusal;
        return call();
      };
      const { code, text } = await shop.dzr('restore', id);
      assert.equal(code, 1);
      assert.match(
        text,
        /PARTIAL: 4 FAILED, \d+ SKIPPED\n {2}FAILED create glossary \S+: ServiceQuotaExceededException: no more\n/,
      );
      assert.match(text, /FAILED create glossaryTerm \S+: it needs glossary \S+, which failed/);

      shop.between = (_operation, call) => call();
      assert.equal((await shop.dzr('restore', id)).code, 0);
    });

    it('has nothing to stop, or to do again, once it is COMPLETE', async () => {
      await shop.dzr('restore', id);
      shop.changes = [];
      assert.match((await shop.dzr('restore', id)).text, /COMPLETE: /);
      assert.deepEqual(shop.changes, []);
      const { code, err } = await shop.dzr('restore', '--stop', id);
      assert.deepEqual(
        [code, err],
        [2, `UsageError: ${id} is COMPLETE: there is nothing to stop. dzr plans lists what is RUNNING.`],
      );
    });

    it('does not begin where the domain has moved since its plan, then or later', async () => {
      shop.edit('UpdateGlossary', { identifier: shop.bench.projects[0]?.glossaryId, description: 'moved' });
      for (const _ of ['then', 'later']) {
        const { code, err } = await shop.dzr('restore', id);
        assert.equal(code, 2);
        assert.match(err, /PlanOutdatedError: .*plan again/);
      }
      assert.deepEqual(shop.changes, []);
      assert.match((await shop.dzr('plans')).text, new RegExp(`${id} +REFUSED `));
    });
  });

  it('restores into another domain, in the Region whose vault is read, and keeps that with the plan', async () => {
    const other = emptyDomain(shop.bench, 'V1');
    await shop.dzr('prove');
    const { value } = await shop.json('plan', '--target', other, '--kind', 'glossary');
    assert.deepEqual([value.targetDomainId, value.targetRegion], [other, 'eu-west-1']);
    assert.match((await shop.dzr('plans', value.plan)).text, new RegExp(`into ${other} in eu-west-1`));

    const there = await shop.json(
      'plan',
      '--target',
      other,
      '--target-region',
      'us-east-1',
      '--kind',
      'glossary',
    );
    shop.opened = [];
    await shop.dzr('restore', there.value.plan, '--rate-share', '50');
    assert.deepEqual(shop.opened, [{ domainId: other, region: 'us-east-1', rateShare: 50 }]);
  });

  it('leaves the rights of the role that restores as they are, where it is told which that is', async () => {
    await shop.dzr('prove');
    const { bench } = shop;
    const arn = `arn:aws:iam::${accountId}:role/backup-reader`;
    const projectIdentifier = bench.projectIds[0] ?? '';
    const inProject = { domainIdentifier: bench.domainId, projectIdentifier };
    const own = bench.service.call(
      'GetUserProfile',
      { domainIdentifier: bench.domainId, userIdentifier: arn },
      bench.caller,
    );
    const member = { userIdentifier: own.id ?? '' };
    shop.edit('DeleteProjectMembership', { ...inProject, member });
    shop.edit('CreateProjectMembership', { ...inProject, member, designation: 'PROJECT_OWNER' });
    const changes = ['plan', '--kind', 'membership', '--conflicts', 'update'];

    const asAnybody = await shop.json(...changes);
    const asItself = await shop.json(...changes, '--restorer', arn);
    const applied = await shop.dzr('restore', asItself.value.plan, '--restorer', arn);

    assert.equal(asAnybody.value.totals.update, 1);
    assert.deepEqual([asItself.value.totals.update, asItself.value.totals.manual], [undefined, 1]);
    assert.match(applied.text, /COMPLETE: .*1 MANUAL/);
    assert.deepEqual(shop.changes, []);
  });

  it('verifies without a plan, and tells who made what the backup does not have', async () => {
    await shop.dzr('prove');
    shop.edit('CreateGlossary', { owningProjectIdentifier: shop.bench.projectIds[0], name: 'Made since' });
    const some = await shop.dzr('verify-restore', '--name', 'Sales*');
    assert.equal(some.code, 0, 'what is beside a selection is no difference');
    assert.match(
      some.text,
      /Beyond the backup: 0 by the service, 0 by the restore, 1 by others\n {2}glossary /,
    );

    const all = await shop.json('verify-restore');
    assert.deepEqual([all.code, all.value.equal, all.value.extras.byOthers.length], [1, false, 1]);
    const arn = `arn:aws:iam::${accountId}:role/${restorer}`;
    shop.edit('CreateUserProfile', { userIdentifier: arn, userType: 'IAM_ROLE' });
    const { value } = await shop.json('verify-restore', '--restorer', arn);
    assert.equal(value.extras.byRestore, 1, 'the profile of the restore is its own');
  });
});
