import assert from 'node:assert/strict';
import { unknownActions } from '../../local/iam/known-actions';
import type { Flavour } from '../../local/local-cloud';
import { describeChanges } from './change-permissions';
import { type Consequence, consequences, notJudgedLocally } from './consequences';
import { expectLacks } from './expect-lacks';
import { type Outcome, ProbedCloud } from './probed-cloud';
import { firstBatches, laterBatches } from './read-batches';
import { declaredGrants, type RunTimeGrant, runTimePolicies, runTimeRoles } from './run-time-grants';

for (const flavour of ['datazone', 'smus'] as const) {
  describe(`Permissions of the running backup, stack ${flavour}`, () => {
    let probed: ProbedCloud;

    before(async () => {
      probed = await ProbedCloud.start(flavour);
    });
    after(() => probed?.cloud.close());

    it('belong to five roles', () => {
      const roles = runTimeRoles(probed.cloud.graph).flatMap(({ name }) => (isOfOthers(name) ? [] : [name]));

      assert.deepEqual(roles.sort(), [
        'backup',
        'backup-capture',
        'backup-collect',
        'backup-commit',
        'backup-schedule',
      ]);
    });

    it('have each one class, and are granted once', () => {
      const granted = probed.grants.map(({ role, action, resource }) => `${role}: ${action} on ${resource}`);
      const twice = granted.filter((grant, position) => granted.indexOf(grant) !== position);

      assert.deepEqual(twice, []);
    });

    it('have each a reason', () => {
      const reasons = new Map(declaredGrants().map(({ subject, reason }) => [subject, reason]));
      const without = probed.grants.filter(({ subject }) => !/\w+ \w+/.test(reasons.get(subject) ?? ''));

      assert.deepEqual(without, []);
    });

    it('name actions that AWS has, one by one', async () => {
      for (const policy of [...runTimePolicies(probed.cloud.graph).values()].flat()) {
        assert.deepEqual(await unknownActions(policy), []);
      }
      assert.deepEqual(
        probed.grants.filter(({ action }) => /[*?]/.test(action)),
        [],
      );
    });

    it('have each a consequence when they are taken away', () => {
      const told = [
        ...Object.entries(consequences).flatMap(([of, table]) =>
          of === flavour || of === 'datazone' ? keysOf(table) : [],
        ),
        ...[...firstBatches, ...laterBatches].flatMap(({ without }) =>
          Object.keys(without).map((action) => `backup-capture CalledDomain datazone:${action}`),
        ),
      ];
      const untold = needed(probed)
        .map(keyOf)
        .filter((key) => !told.includes(key));

      assert.deepEqual(untold, []);
    });

    for (const batch of firstBatches) {
      it(`name in the first run what they cannot read ${batch.when}`, () => expectLacks(probed, batch));
    }

    it('let everything be read', async () => {
      assert.equal((await probed.run()).manifest?.status, 'COMPLETE');
    });

    for (const batch of laterBatches) {
      it(`name in a later run what they cannot read ${batch.when}`, () => expectLacks(probed, batch));
    }

    it('are all used, over days on which things are deleted, runs die and runs fail', async () => {
      await probed.abandonRun();
      await probed.ageVault();
      assert.equal((await probed.run()).manifest?.status, 'COMPLETE');
      const giveBack = probed.without('backup', 'CalledCommit', 'lambda:InvokeFunction');
      assert.equal((await probed.run()).manifest?.status, 'FAILED');
      giveBack();

      assert.deepEqual(
        needed(probed)
          .filter((grant) => !probed.isUsed(grant))
          .map(keyOf),
        [],
      );
    });

    for (const [role, statements] of Object.entries(consequences[flavour])) {
      for (const [sid, actions] of Object.entries(statements)) {
        for (const [action, consequence] of Object.entries(actions)) {
          it(`${role} without ${action} of ${sid}: ${textOf(consequence)}`, async () => {
            const undo = await consequence.arrange?.(probed);
            const giveBack = probed.without(role, sid, action);
            try {
              await expectConsequence(probed, action, consequence);
            } finally {
              giveBack();
              if (typeof undo === 'function') undo();
            }
          });
        }
      }
    }

    it('may lack every best effort action: the run is COMPLETE', async () => {
      const bestEffort = probed.grants.filter((grant) => grant.class === 'bestEffort');
      const giveBack = bestEffort.map((grant) => probed.withdraw(grant));

      assert.equal((await probed.run()).manifest?.status, 'COMPLETE');
      for (const give of giveBack) give();
      // What the local cloud has not judged until here is what this table says, with why.
      const unjudged = bestEffort
        .filter((grant) => !isOfOthers(grant.role) && !probed.isUsed(grant))
        .map(({ sid }) => sid);
      assert.deepEqual([...new Set(unjudged)].sort(), Object.keys(notJudgedLocally).sort());
    });

    describeChanges(() => probed);
  });
}

/** Change capture, proofs and restores have suites of their own. */
function isOfOthers(role: string): boolean {
  return /^(changes|proof|restore|standby)/.test(role);
}

/** Grants without which a run is not COMPLETE. */
function needed(probed: ProbedCloud): RunTimeGrant[] {
  return probed.grants.filter((grant) => grant.class !== 'bestEffort' && !isOfOthers(grant.role));
}

function keyOf({ role, sid, action }: RunTimeGrant): string {
  return `${role} ${sid} ${action}`;
}

function keysOf(table: (typeof consequences)[Flavour]): string[] {
  return Object.entries(table).flatMap(([role, statements]) =>
    Object.entries(statements).flatMap(([sid, actions]) =>
      Object.keys(actions).map((action) => `${role} ${sid} ${action}`),
    ),
  );
}

function textOf(consequence: Consequence): string {
  if ('failed' in consequence) return `FAILED, named in the ${consequence.failed}`;
  if ('partial' in consequence) return `PARTIAL without ${consequence.partial.join(', ')}`;
  return 'not started';
}

async function expectConsequence(
  probed: ProbedCloud,
  action: string,
  consequence: Consequence,
): Promise<void> {
  if ('started' in consequence) {
    await assert.rejects(probed.run(), ({ message }: Error) => message.includes(action));
    return;
  }
  const outcome = await probed.run();
  if ('failed' in consequence) expectFailed(outcome, action, consequence.failed);
  else expectPartial(outcome, action, consequence.partial);
}

function expectFailed({ execution, manifest }: Outcome, action: string, named: string): void {
  const { status, cause = '' } = execution.result;
  assert.equal(status, 'FAILED');
  if (named === 'history') assert.ok(JSON.stringify(execution.events).includes(`perform: ${action}`));
  else assert.ok(cause.includes(action), cause);
  if (named === 'collection') {
    assert.equal(manifest?.status, 'COMPLETE');
  } else if (named === 'manifest') {
    assert.equal(manifest?.status, 'FAILED');
    assert.ok(manifest.reason?.includes(action), manifest.reason);
  } else {
    assert.ok(manifest === undefined || manifest.status === 'RUNNING', manifest?.status);
  }
}

function expectPartial({ execution, manifest }: Outcome, action: string, kinds: readonly string[]): void {
  assert.equal(execution.result.status, 'SUCCEEDED', execution.result.cause);
  assert.match(execution.result.output ?? '', /"status":"PARTIAL"/);
  assert.equal(manifest?.status, 'PARTIAL');
  const unreadable = manifest.unreadable?.first ?? [];
  assert.deepEqual([...new Set(unreadable.map((line) => line.split('@')[0]))].sort(), [...kinds].sort());
  for (const line of unreadable) {
    const parent = /what it is listed under is unreadable: (\S+)/.exec(line)?.[1];
    const parentIsNamed = unreadable.some((other) => other.startsWith(`${parent}: `));
    assert.ok(line.includes(action) || parentIsNamed, line);
  }
}
