import assert from 'node:assert/strict';
import { BeyondHorizonError, readableAt, readHorizon } from '../../../core/vault/horizon';
import { checked } from '../../../core/vault/items';
import { explain, pin, pins, UnpinnableError, unpin } from '../../../core/vault/pins';
import { Vault } from '../../../core/vault/vault';
import type { Between } from '../../support/in-process-clients';
import { DaysOfWork, day, retention } from './days-of-work';
import { remove, revise } from './small-domain';
import { contentsAt } from './vault-views';

describe('retention', function () {
  this.timeout(120_000);
  let days: DaysOfWork;

  beforeEach(async () => {
    days = await DaysOfWork.start();
  });

  it('lets every instant of its days be read, and refuses those before', async () => {
    const views: { readonly cutAt: string; readonly view: unknown }[] = [];
    for (let number = 1; number <= 25; number++) {
      const [snapshot] = await days.work(1);
      assert.ok(snapshot);
      views.push({ cutAt: snapshot.cutAt, view: await contentsAt(days.bench.vault(), snapshot.cutAt) });
    }

    const vault = days.bench.vault();
    const horizon = await readHorizon(vault);
    assert.equal(horizon?.at, new Date(Math.floor(days.clock.now() / day - 10) * day).toISOString());
    const readable = views.filter(({ cutAt }) => cutAt >= horizon.at);
    assert.equal(readable.length, 11);
    for (const { cutAt, view } of readable) assert.deepEqual(await contentsAt(vault, cutAt), view, cutAt);
    for (const { cutAt } of views.slice(0, 12)) {
      await assert.rejects(contentsAt(vault, cutAt), BeyondHorizonError);
    }
    // What changed daily has one for each day; what never changed has its only one.
    assert.equal(days.versionsLeft(days.asset(0)).length, 11);
    assert.equal(days.versionsLeft(days.asset(1)).length, 1);
  });

  it('marks a version to end a week later, and its parts with it, and no head', async () => {
    const vault = days.bench.vault();
    const [head] = await all(vault.heads({ kind: 'asset', scopeId: days.bench.projectIds[0] ?? '' }));
    assert.ok(head);
    const version = await vault.version('asset', head.id, head.version);
    assert.ok(version);
    const items = days.bench.vaultItems;
    const parts = { count: 2, length: 2, hash: version.hash };
    const { check: _check, payload: _payload, ...rest } = version;
    items.get(version.pk)?.set(version.sk, checked({ ...rest, parts }));
    for (const number of [1, 2]) {
      const part = checked({
        ...vault.keys.part('asset', head.id, version.sk, number),
        bytes: Buffer.from('x'),
      });
      items.set(part.pk, new Map([...(items.get(part.pk) ?? []), [part.sk, part]]));
    }
    days.bench.vaultItems = items;
    revise(days.bench, head.id, 'anew');
    days.clock.advance(day);
    await days.run();
    days.clock.advance(12 * day);
    // The newest snapshot alone is kept: it does not need what the first one showed.
    await days.run({ retention: { ...retention, keepSnapshots: 1 } });

    const marked = [...days.bench.vaultItems]
      .flatMap(([, partition]) => [...partition.values()])
      .filter((item) => 'expiresAt' in item && !String(item.pk).includes('/run/'));
    const of = (pk: string) => marked.filter((item) => item.pk === pk).map(({ sk }) => sk);
    assert.deepEqual(of(version.pk), [version.sk]);
    assert.equal(of(vault.keys.parts('asset', head.id)).length, 2);
    const end = Math.floor(days.clock.now() / 1000) + 7 * 24 * 3600;
    assert.deepEqual([...new Set(marked.map(({ expiresAt }) => expiresAt))], [end]);
    assert.deepEqual(
      marked.filter(({ pk }) => String(pk).includes('@')),
      [],
    );
  });

  it('forgets a deleted resource wholly, head and all', async () => {
    remove(days.bench, days.asset(1));
    await days.work(20);

    const scope = { kind: 'asset', scopeId: days.bench.projectIds[0] ?? '' };
    assert.equal(await days.bench.vault().head(scope, days.asset(1)), undefined);
    assert.deepEqual(days.versionsLeft(days.asset(1)), []);
    assert.equal((await all(days.bench.vault().heads(scope))).length, 3);
  });

  it('running on while backups fail, collects nothing that the newest complete snapshots need', async () => {
    const complete = [days.first, ...(await days.work(2))];
    const views = await Promise.all(complete.map(({ cutAt }) => contentsAt(days.bench.vault(), cutAt)));
    days.sick.denied.add('Search');
    for (const { status } of await days.work(20)) assert.equal(status, 'PARTIAL');
    assert.equal(await readHorizon(days.bench.vault()), undefined);
    days.sick.denied.clear();

    // Of this one's keepSnapshots, the two before it are older than the retention.
    assert.equal((await days.work(1))[0]?.status, 'COMPLETE');

    days.clock.advance(8 * day);
    const vault = days.bench.vault();
    const horizon = await readHorizon(vault);
    assert.deepEqual(horizon?.cuts, [complete[1]?.cutAt, complete[2]?.cutAt]);
    for (const position of [1, 2]) {
      const cutAt = complete[position]?.cutAt ?? '';
      assert.ok(cutAt < horizon.at);
      assert.deepEqual(await contentsAt(vault, cutAt), views[position]);
    }
    assert.equal(await readableAt(vault, days.first.cutAt), false);
  });

  it('does not promise again what it has given up once', async () => {
    days.clock.advance(12 * day);
    days.change();
    await days.run({ retention: { ...retention, keepSnapshots: 1 } });
    assert.equal(await readableAt(days.bench.vault(), days.first.cutAt), false);

    await days.work(1, { retention: { ...retention, keepSnapshots: 9 } });

    assert.equal(await readableAt(days.bench.vault(), days.first.cutAt), false);
  });

  it('keeps what is pinned for as long as it is, and lets it go afterwards', async () => {
    await pin(days.bench.vault(), days.first.startedAt, 'Ann', 'the audit');
    await days.work(20);
    assert.deepEqual(await contentsAt(days.bench.vault(), days.first.cutAt), days.firstView);
    const { cutAt, by, reason } = (await pins(days.bench.vault()))[0] ?? {};
    assert.deepEqual([cutAt, by, reason], [days.first.cutAt, 'Ann', 'the audit']);

    assert.equal(await unpin(days.bench.vault(), days.first.startedAt), true);
    assert.equal(await unpin(days.bench.vault(), days.first.startedAt), false);
    await days.work(10);

    await assert.rejects(contentsAt(days.bench.vault(), days.first.cutAt), BeyondHorizonError);
    assert.equal(days.versionsLeft(days.asset(0)).length, 11);
    await assert.rejects(
      pin(days.bench.vault(), days.first.startedAt, 'Ann', 'too late'),
      BeyondHorizonError,
    );
    assert.deepEqual(await pins(days.bench.vault()), []);
  });

  it('keeps what was pinned while it collected, or refuses the pin', async () => {
    await days.work(3);
    days.clock.advance(20 * day);
    const start = days.bench.vaultItems;
    const outcomes: string[] = [];
    for (let pinAt = 1; ; pinAt++) {
      days.bench.vaultItems = start;
      let calls = 0;
      let isComplete = false;
      let outcome: string | undefined;
      const between: Between = async (call) => {
        const answer = await call.answer();
        if (isComplete && ++calls === pinAt) outcome = await tryToPin();
        isComplete ||= call.item?.status === 'COMPLETE';
        return answer;
      };
      await days.run({ between, retention: { ...retention, keepSnapshots: 1 } });
      if (outcome === undefined) break;
      outcomes.push(outcome);
      if (outcome !== 'pinned') continue;
      const later = new Vault(
        days.bench.vault().table,
        days.bench.domainId,
        () => days.clock.now() + 8 * day,
      );
      assert.deepEqual(await contentsAt(later, days.first.cutAt), days.firstView, `pinned at ${pinAt}`);
    }

    assert.deepEqual([...new Set(outcomes)], ['pinned', 'refused']);
  });

  async function tryToPin(): Promise<string> {
    try {
      await pin(days.bench.vault(), days.first.startedAt, 'Ann', 'the audit');
      return 'pinned';
    } catch (error) {
      if (error instanceof BeyondHorizonError) return 'refused';
      throw error;
    }
  }

  it('pins what has a cut, once', async () => {
    await pin(days.bench.vault(), days.first.startedAt, 'Ann', 'the audit');

    await assert.rejects(pin(days.bench.vault(), days.first.startedAt, 'Ben', 'mine'), UnpinnableError);
    await assert.rejects(
      pin(days.bench.vault(), '2026-01-01T00:00:00.001Z', 'Ann', 'no such'),
      UnpinnableError,
    );
  });

  it('says of each snapshot why it is kept', async () => {
    await pin(days.bench.vault(), days.first.startedAt, 'Ann', 'the audit');
    const [second] = await days.work(1);
    days.clock.advance(11 * day);
    const rest = await days.work(3);

    const kept = new Map(
      (await all(explain(days.bench.vault()))).map((one) => [one.manifest.startedAt, one.kept]),
    );

    const inTime = { why: 'retention' };
    assert.deepEqual(kept.get(days.first.startedAt), [{ why: 'pinned', by: 'Ann', reason: 'the audit' }]);
    assert.deepEqual(kept.get(second?.startedAt ?? ''), []);
    for (const [index, { startedAt }] of rest.reverse().entries()) {
      assert.deepEqual(kept.get(startedAt), [{ why: 'newest', number: index + 1 }, inTime]);
    }
  });

  it('looks through the vault once a day, and at what has changed alone', async () => {
    await days.work(15);
    days.change();
    await days.run();

    assert.deepEqual([days.bench.collected?.more, Object(days.bench.collected).marked], [false, 0]);
    days.clock.advance(day);
    const queried: string[] = [];
    await days.run({
      between: (call) => {
        if (call.operation === 'Query' || call.operation === 'UpdateItem') queried.push(call.operation);
        return days.sick.between(call);
      },
    });
    const marks = queried.filter((operation) => operation === 'UpdateItem').length;
    assert.ok(marks >= 2 && marks <= 4, `${marks}`);
  });
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
