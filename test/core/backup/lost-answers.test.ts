import assert from 'node:assert/strict';
import { manifests } from '../../../core/vault/manifest';
import { BackupBench, type RunOptions } from '../../support/in-process-backup';
import { fewKinds, withoutManagedTypes } from './small-domain';
import { currentView, digests, histories } from './vault-views';

/** Does what a client does whose first answer was lost: the service sees the call twice. */
function twice(which: (number: number) => boolean): RunOptions {
  let puts = 0;
  return {
    execution: 'backup',
    between: async (call) => {
      if (call.operation === 'PutItem' && which(++puts)) await call.answer();
      return call.answer();
    },
  };
}

describe('a backup whose answers are lost after the work was done', () => {
  let bench: BackupBench;
  let puts = 0;
  let expected: unknown;

  before(async () => {
    bench = await BackupBench.start({
      projects: 1,
      assets: 2,
      inMemory: true,
      kinds: fewKinds,
      decorate: withoutManagedTypes,
    });
    expected = await outcome({
      between: (call) => {
        if (call.operation === 'PutItem') puts++;
        return call.answer();
      },
    });
  });

  after(() => bench.stop());

  it('ends as if none were, whichever put is repeated', async () => {
    assert.ok(puts > 50);
    for (let number = 1; number <= puts; number++) {
      await bench.emptyVault();
      assert.deepEqual(await outcome(twice((put) => put === number)), expected, `put ${number} of ${puts}`);
    }
  });

  it('ends as if none were when every put is repeated', async () => {
    await bench.emptyVault();
    assert.deepEqual(await outcome(twice(() => true)), expected);
  });

  it('joins a project though the answer to that was lost, and says so', async () => {
    await bench.emptyVault();
    let joins = 0;
    const { domainId: domainIdentifier, caller, service } = bench;
    const { rootDomainUnitId = '' } = service.call('GetDomain', { identifier: domainIdentifier }, caller);
    service.call(
      'AddPolicyGrant',
      {
        domainIdentifier,
        entityType: 'DOMAIN_UNIT',
        entityIdentifier: rootDomainUnitId,
        policyType: 'OVERRIDE_PROJECT_OWNERS',
        principal: { user: { allUsersGrantFilter: {} } },
        detail: { overrideProjectOwners: { includeChildDomainUnits: true } },
      },
      caller,
    );
    service.call('CreateProject', { domainIdentifier, name: 'not joined yet' }, caller);
    const result = await bench.run({
      projects: 'all',
      between: async (call) => {
        if (call.operation === 'CreateProjectMembership' && ++joins === 1) await call.answer();
        return call.answer();
      },
    });
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    assert.equal(result.status, 'COMPLETE', JSON.stringify(result.unreadable));
    for await (const manifest of manifests(bench.vault())) assert.equal(manifest.enrolled?.count, 1);
  });

  async function outcome(options: RunOptions) {
    const result = await bench.run(options);
    assert.ok('more' in result && !result.more, JSON.stringify(result));
    const statuses = [];
    for await (const { status } of manifests(bench.vault())) statuses.push(status);
    return {
      status: result.status,
      statuses,
      lease: (await bench.vault().lease())?.execution,
      view: await currentView(bench.vault()),
      histories: await histories(bench.vault()),
      digests: digests(result),
    };
  }
});
