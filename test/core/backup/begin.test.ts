import assert from 'node:assert/strict';
import { begin } from '../../../core/backup/begin';
import { acquireLease, releaseLease } from '../../../core/backup/lease';
import { Work } from '../../../core/backup/work';
import { kindsOf } from '../../../core/catalog/registry';
import { manifests } from '../../../core/vault/manifest';
import { TableUnavailableError } from '../../../core/vault/table';
import type { Vault } from '../../../core/vault/vault';
import { FakeClock } from '../../../local/clock';
import { BackupBench } from '../../support/in-process-backup';

describe('begin', () => {
  let bench: BackupBench;
  const clock = new FakeClock();

  before(async () => {
    bench = await BackupBench.start({ projects: 3, assets: 0, inMemory: true, clock });
  });

  after(() => bench.stop());

  beforeEach(() => bench.emptyVault());

  function beginRun(execution: string, projects: readonly string[] | 'all', peer = bench.vault()) {
    return begin(
      {
        source: bench.reader(),
        vault: bench.vault(),
        peer,
        executions: { isRunning: async (other) => bench.running.has(other) },
        kindsOf,
        now: () => clock.now(),
      },
      execution,
      { projects: projects === 'all' ? 'all' : [...projects], maxConcurrency: 4 },
    );
  }

  async function scopesOf(startedAt: string): Promise<string[]> {
    const groups = await new Work(bench.vault(), startedAt).groups();
    return groups.flatMap(({ scopes }) => scopes.map(({ kind, scopeId }) => `${kind}@${scopeId}`));
  }

  it('deals out no scope twice when it is tried again after projects came and went', async () => {
    const [one = '', two = '', three = ''] = bench.projects.map(({ projectId }) => projectId);
    const first = await beginRun('run', [one, two]);
    const second = await beginRun('run', [two, three]);
    assert.ok(first.status === 'RUNNING' && second.status === 'RUNNING');
    assert.deepEqual(second.run, first.run);
    const scopes = await scopesOf(first.run.startedAt);
    assert.equal(new Set(scopes).size, scopes.length);
    for (const project of [one, two, three]) assert.ok(scopes.includes(`asset@${project}`));
    const groups = await new Work(bench.vault(), first.run.startedAt).groups();
    assert.deepEqual(
      second.groups,
      groups.map(({ number }) => number),
    );
  });

  it('leaves what workers have done since as it is when it is tried again', async () => {
    const first = await beginRun('run', 'all');
    assert.ok(first.status === 'RUNNING');
    const work = new Work(bench.vault(), first.run.startedAt);
    const [group = 0] = first.groups;
    const done = [{ kind: 'domain', scopeId: bench.domainId, status: 'CAPTURED' as const }];
    await work.putGroup(group, { scopes: done });
    await beginRun('run', 'all');
    assert.deepEqual((await work.group(group))?.scopes, done);
  });

  it('deals ten thousand projects out to no more than a hundred groups', async () => {
    const projects = Array.from({ length: 10_000 }, (_, number) => `project${number}`);
    const begun = await beginRun('run', projects);
    assert.ok(begun.status === 'RUNNING');
    assert.ok(begun.groups.length <= 100);
    assert.equal((await scopesOf(begun.run.startedAt)).filter((s) => s.startsWith('asset@')).length, 10_000);
  });

  it('does not claim a vault that the Region which it cannot reach may hold', async () => {
    const peer = bench.vault(() => Promise.reject(new TableUnavailableError('the Region is lost')));
    await assert.rejects(beginRun('run', 'all', peer), { name: 'RetryableError' });
    assert.equal(await bench.vault().writer(), undefined);

    assert.equal((await beginRun('run', 'all')).status, 'RUNNING');
    assert.equal((await beginRun('run', 'all', peer)).status, 'RUNNING');
  });

  it('opens its manifest over one that says SKIPPED of the same millisecond', async () => {
    bench.running.add('holder');
    await acquire('holder');
    const skipped = await beginRun('other', 'all');
    assert.equal(skipped.status, 'SKIPPED');
    await releaseLease(bench.vault(), 'holder');
    bench.running.delete('holder');

    const next = await beginRun('next', 'all');
    assert.equal(next.status, 'RUNNING');
    const statuses = [];
    for await (const { execution, status } of manifests(bench.vault())) statuses.push([execution, status]);
    assert.deepEqual(statuses, [['next', 'RUNNING']]);
  });

  it('takes no lease that another run held and gave back since it looked', async () => {
    await acquire('before');
    await releaseLease(bench.vault(), 'before');
    let meanwhile = true;
    const slow: Vault = bench.vault(async (call) => {
      if (call.operation === 'PutItem' && meanwhile) {
        meanwhile = false;
        await acquire('between');
        await releaseLease(bench.vault(), 'between');
      }
      return call.answer();
    });
    const between = await startOf('slow', slow);
    const starts = [between, (await bench.vault().lease())?.startedAt];
    assert.equal(starts[0], starts[1]);
    assert.equal(Date.parse(between), clock.now() + 2);
  });

  async function acquire(execution: string, vault = bench.vault()) {
    return acquireLease(vault, execution, { isRunning: async () => false }, () => clock.now());
  }

  async function startOf(execution: string, vault: Vault): Promise<string> {
    const acquired = await acquire(execution, vault);
    assert.ok(acquired.taken);
    return acquired.lease.startedAt;
  }
});
