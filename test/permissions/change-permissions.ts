import assert from 'node:assert/strict';
import { kindsOf } from '../../core/catalog/registry';
import { ChangeEvents } from './change-events';
import { ProbedChanges } from './probed-changes';
import type { ProbedCloud } from './probed-cloud';
import { changeReaders } from './read-batches';
import type { RunTimeGrant } from './run-time-grants';

/** The role of change capture: what is taken away from it is missed, and named where people look. */
export function describeChanges(start: () => ProbedCloud): void {
  describe('of change capture', function () {
    this.timeout(120_000);
    let probed: ProbedCloud;
    let changes: ProbedChanges;
    let events: ChangeEvents;
    let grants: RunTimeGrant[];
    const missed = new Set<string>();

    before(async () => {
      probed = start();
      probed.spares.grantAgain();
      assert.equal((await probed.run()).manifest?.status, 'COMPLETE');
      changes = new ProbedChanges(probed.cloud);
      events = await ChangeEvents.of(probed.vault);
      grants = probed.grants.filter(({ role }) => role === 'changes');
    });

    function needed(...subjects: readonly string[]): RunTimeGrant[] {
      return grants.filter(({ class: of, subject }) => of !== 'bestEffort' && subjects.includes(subject));
    }

    let made = 0;
    /** The event of something that the vault does not have yet. */
    function glossaryMade(): string {
      const id = probed.createGlossary(`Words ${++made}`);
      return events.event('calls', 'CreateGlossary', { 'responseElements.id': id });
    }

    /** Takes each grant away in turn; `work` says what becomes of the work then. */
    async function takeAway(
      some: readonly RunTimeGrant[],
      work: (grant: RunTimeGrant) => Promise<unknown>,
    ): Promise<void> {
      for (const grant of some) {
        const giveBack = probed.withdraw(grant);
        try {
          await work(grant);
        } finally {
          giveBack();
        }
        missed.add(keyOf(grant));
      }
    }

    it('are of the own Region alone', () => {
      const regions = grants.map(({ resource }) => resource.split(':')[3] ?? '').filter((at) => at !== '');

      assert.deepEqual([...new Set(regions)], [probed.cloud.outputs.region]);
    });

    it('let everything be captured that is told of, and need those of best effort for nothing', async () => {
      const told = kindsOf(probed.version).flatMap((kind) => events.all(kind));
      const all = await changes.deliver(...told);
      assert.deepEqual([all.failed, [...all.reasons.values()]], [0, []]);
      const bestEffort = grants.filter((grant) => grant.class === 'bestEffort');
      assert.ok(bestEffort.some((grant) => grant.subject === 'EventsAtWork' && probed.isUsed(grant)));

      const giveBack = bestEffort.map((grant) => probed.withdraw(grant));
      const { said } = await changes.deliver(glossaryMade());
      for (const give of giveBack) give();

      assert.match(said, /"written":1/);
      assert.match(said, /perform: sqs:ChangeMessageVisibility /);
    });

    it('that read the domain are missed by the kinds that they are for', async () => {
      const kinds = kindsOf(probed.version);
      await takeAway(needed('Domain'), async ({ action }) => {
        // A worker asks once only what the domain is.
        if (action === 'datazone:GetDomain') await changes.renewWorker();
        const told = kinds.filter(({ actions }) => actions.includes(action));
        const { said, reasons } = await changes.deliver(...told.flatMap((kind) => events.all(kind)));

        const isNamed = (text: string) => text.includes(`perform: ${action} `);
        const readers = changeReaders[action.replace('datazone:', '')];
        if (readers === 'all') {
          assert.ok(isNamed(said), said);
          return;
        }
        const lacking = [...reasons].map(([event, reason]) => (isNamed(reason) ? kindOf(event) : reason));
        const has = (name: string) => kinds.some((kind) => kind.name === name);
        assert.deepEqual([...new Set(lacking)].sort(), readers?.filter(has), action);
      });
    });

    it("of the vault, of its key and of the domain's are missed, by name", async () => {
      await takeAway(needed('Vault', 'TableKey', 'DomainKey'), async ({ action }) => {
        const { said } = await changes.deliver(glossaryMade());

        assert.ok(said.includes(`perform: ${action} `), said);
      });
    });

    it('let a project that is new be joined, where all are backed up', async () => {
      const created = probed.createProject('Newest');
      const event = events.event('events', 'Project Creation Succeeded', { 'metadata.id': created });
      await takeAway(needed('Enrolment'), async ({ action }) => {
        const { reasons } = await changes.deliver(event);

        assert.match(reasons.get(event) ?? '', new RegExp(`perform: ${action} `));
      });

      await changes.deliver(event);
      const { datazone, administrator, outputs } = probed.cloud;
      const inProject = { domainIdentifier: outputs.domainId, projectIdentifier: created };
      const { members = [] } = datazone.call('ListProjectMemberships', inProject, administrator);
      const isJoined = members.some(({ designation }) => designation === 'PROJECT_CONTRIBUTOR');
      assert.equal(isJoined, needed('Enrolment').length > 0);
    });

    it('keep what is given up, with the reason: without one it stays in the queue, and the log names it', async () => {
      const { failed, reasons } = await changes.deliver('no event');
      assert.equal(failed, 0);
      assert.match(reasons.get('no event') ?? '', /not JSON/);

      await takeAway(needed('DeadLetters', 'QueueKey'), async ({ action }) => {
        const left = await changes.deliver('no event');

        assert.equal(left.failed, 1);
        assert.deepEqual([...left.reasons], []);
        assert.ok(left.said.includes(`perform: ${action} `), left.said);
      });
    });

    it('let Lambda poll the queue: without one it says so, and the event stays', async () => {
      const { queue } = changes;
      queue.send({ body: glossaryMade(), senderId: 'somebody' });
      // In the order in which Lambda comes to need them; the next is gone before the one before is back.
      let giveBack = () => {};
      for (const action of [
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
        'kms:Decrypt',
        'sqs:DeleteMessage',
      ]) {
        const [grant] = needed('Events', 'QueueKey').filter((one) => one.action === action);
        assert.ok(grant, action);
        const next = probed.withdraw(grant);
        giveBack();
        giveBack = next;
        changes.startPolling();
        await changes.untilPolling(new RegExp(`perform: ${action} `));
        assert.equal(queue.messages().length, 1);
        missed.add(keyOf(grant));
      }
      giveBack();
      queue.purge();

      queue.send({ body: glossaryMade(), senderId: 'somebody' });
      await changes.untilPolling(/^OK$/);
      assert.deepEqual(queue.messages(), []);
    });

    it('are all needed', () => {
      const unneeded = grants.filter((grant) => grant.class !== 'bestEffort' && !missed.has(keyOf(grant)));

      assert.deepEqual(unneeded, []);
    });
  });
}

function keyOf({ sid, action, resource }: RunTimeGrant): string {
  return `${sid} ${action} ${resource}`;
}

function kindOf(event: string): string {
  return JSON.parse(event).id.split(' ', 1)[0];
}
