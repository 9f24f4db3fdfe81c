import assert from 'node:assert/strict';
import fc from 'fast-check';
import { kinds } from '../../../core/catalog/registry';
import type { RestoreTarget } from '../../../core/catalog/restoration';
import {
  abandonedDrills,
  applyDrill,
  beginDrill,
  cleanUp,
  createScratch,
  drill,
  longestDrill,
  planDrill,
  verifyDrill,
} from '../../../core/restore/drill';
import { tearDown } from '../../../core/restore/tear-down';
import { verifyDeep } from '../../../core/vault/deep-verify';
import { changeDrill, readDrill } from '../../../core/vault/drill';
import type { BackupBench } from '../../support/in-process-backup';
import type { ServiceCall } from '../../support/in-process-clients';
import { Life } from '../../support/life';
import { callerOf } from '../../support/wire-server';
import { domainsOf, drillArgs, needsOf, partitionsOf, provenBench } from './drill-bench';
import { restorer } from './restore-bench';

/** One call in so many, so that the suite stays short. EVERY_CALL=1 takes each. */
const step = process.env.EVERY_CALL === '1' ? 1 : 997;

/** RUNS=200 for the whole property; as many as the suite has time for else. */
const numRuns = Number(process.env.RUNS ?? 2);

const startedAt = '2026-01-01T00:00:00.000Z';

describe('a drill', function () {
  this.timeout(3_600_000);

  for (const version of ['V1', 'V2'] as const) {
    it(`restores a ${version} domain into a scratch domain, and leaves nothing but what came of it`, async () => {
      const { bench, cutAt } = await provenBench(version);
      const [before, partitions] = [domainsOf(bench), await partitionsOf(bench)];

      const done = await drill(drillArgs(bench), startedAt, needsOf(version));

      assert.deepEqual(
        { stage: done.stage, equal: done.equal, differences: done.differences, failure: done.failure },
        { stage: 'ENDED', equal: true, differences: [], failure: undefined },
      );
      assert.equal(done.instant, cutAt);
      assert.equal(done.restore?.status, 'COMPLETE');
      assert.ok((done.restore.outcomes.DONE ?? 0) > 40, JSON.stringify(done.restore));
      assert.deepEqual(domainsOf(bench), before);
      assert.deepEqual(await leftBeside(bench, partitions), [bench.vault().keys.drills()]);
      assert.equal((await verifyDeep(bench.vault())).sound, true);
    });
  }

  it('restores any domain equal, but for what it says that it left out', async () => {
    const domains = { seed: fc.nat(), version: fc.constantFrom('V1' as const, 'V2' as const) };
    await fc.assert(
      fc.asyncProperty(fc.record(domains), async ({ seed, version }) => {
        const { bench } = await provenBench(version, seed);
        const done = await drill(drillArgs(bench), startedAt, needsOf(version));
        const { equal, differences, failure } = done;
        assert.deepEqual(
          { equal, differences, failure },
          { equal: true, differences: [], failure: undefined },
        );
      }),
      { numRuns, seed: 20260101 },
    );
  });

  it('reaches nothing outside of the scratch domain, and says what it left out for that', async () => {
    const { bench } = await provenBench('V2', await seedOfProjectWithEnvironments());
    const { service, caller } = bench;
    const sent: string[] = [];
    const environments: string[] = [];
    const args = drillArgs(bench, ({ operation, answer }) => {
      sent.push(operation);
      return answer();
    });
    const restorer = (target: RestoreTarget) => {
      const { domainId: domainIdentifier } = target;
      const projects = service.call('ListProjects', { domainIdentifier }, caller).items ?? [];
      for (const { id: projectIdentifier } of projects) {
        const input = { domainIdentifier, projectIdentifier };
        environments.push(...service.call('ListEnvironments', input, caller).items.map(({ id }) => id ?? ''));
      }
      return args.restorer(target);
    };

    const done = await drill({ ...args, restorer }, startedAt, needsOf('V2'));

    assert.equal(done.equal, true, JSON.stringify(done));
    assert.deepEqual(environments, []);
    assert.deepEqual(
      kinds
        .filter(({ restore }) => restore?.actsOutside === true)
        .flatMap(({ restore }) => [...(restore?.operations.create ?? [])])
        .filter((operation) => /^(Create|Put)/.test(operation) && sent.includes(operation)),
      [],
    );
    assert.ok((done.notDrilled?.project ?? 0) > 0, JSON.stringify(done.notDrilled));
  });

  it('says that a scratch domain is not equal, and what differs', async () => {
    const { bench } = await provenBench('V1');
    const before = domainsOf(bench);
    const args = drillArgs(bench);
    await restoredInto(args);
    const { domainId = '' } = await readDrill(args.vault, startedAt);
    const call = { domainIdentifier: domainId, name: 'Stray' };
    bench.service.call('CreateProject', call, callerOf('somebody-else'));

    const { equal, differences = [] } = await verifyDrill(args, startedAt);
    await cleanUp(args, startedAt);

    assert.equal(equal, false);
    assert.match(differences.join(), /project .* is there beside/);
    assert.deepEqual(domainsOf(bench), before);
  });

  it('that died at whatever call is cleaned up after: no scratch domain is left, and no other one is gone', async () => {
    const { bench, clock } = await provenBench('V1');
    const [before, partitions, vault] = [domainsOf(bench), await partitionsOf(bench), bench.vaultItems];
    const calls: ServiceCall<unknown>[] = [];
    const counted = drillArgs(bench, (call) => {
      calls.push(call);
      return call.answer();
    });
    await drill(counted, startedAt, needsOf('V1'));
    for (const [dieAt, doneBeforeDeath] of deathsOf(calls)) {
      bench.vaultItems = vault;
      const begun = new Date(clock.now()).toISOString();
      const where = `died ${doneBeforeDeath ? 'after' : 'before'} call ${dieAt} of ${calls.length}, ${calls[dieAt - 1]?.operation}`;
      const life = new Life({ dieAt, doneBeforeDeath });
      await drill(drillArgs(bench, life.options.between), begun, needsOf('V1')).catch(() => undefined);
      const args = drillArgs(bench);
      assert.deepEqual(await abandonedDrills(args), [], where);

      clock.advance(longestDrill);
      for (const abandoned of await abandonedDrills(args)) await cleanUp(args, abandoned.startedAt);

      assert.deepEqual(domainsOf(bench), before, where);
      assert.deepEqual(
        (await leftBeside(bench, partitions)).filter((pk) => pk !== args.vault.keys.drills()),
        [],
        where,
      );
    }
  });

  it('tears down no domain but the one that it made', async () => {
    const { bench } = await provenBench('V1');
    const before = domainsOf(bench);
    const args = drillArgs(bench);
    await beginDrill(args, startedAt, needsOf('V1'));
    await assert.rejects(tearDown(args, startedAt), /has noted no domain: nothing was deleted/);
    const other = bench.service.call(
      'CreateDomain',
      { name: 'Other', domainExecutionRole: needsOf('V1').executionRoleArn },
      callerOf(restorer),
    ).id;
    const refusals = [
      [bench.domainId, /is the domain that is backed up: nothing was deleted/],
      [other, /has not the name and the tag of its scratch domain: nothing was deleted/],
    ] as const;
    for (const [domainId, message] of refusals) {
      await changeDrill(args.vault, await readDrill(args.vault, startedAt), { domainId });
      await assert.rejects(tearDown(args, startedAt), { name: 'NoScratchDomainError', message });
    }
    // Its tag and name may be forged too: what the vault holds a backup of is not deleted all the same.
    await args.vault.table.put({ pk: `${other}/scopes`, sk: 'domain@domain' });
    await assert.rejects(tearDown(args, startedAt), /is backed up in this vault: nothing was deleted/);

    assert.deepEqual(domainsOf(bench), [...before, other].sort());
  });

  it('needs a snapshot that is proven in its Region', async () => {
    const { bench } = await provenBench('V1');
    const args = drillArgs(bench);
    for await (const { pk, sk, check } of args.vault.table.query(args.vault.keys.proofs('eu-west-1'))) {
      await args.vault.table.remove({ pk: String(pk), sk: String(sk) }, 'check', String(check));
    }

    await assert.rejects(beginDrill(args, startedAt, needsOf('V1')), {
      name: 'NothingProvenError',
      message: /No snapshot is proven in eu-west-1 yet/,
    });
  });
});

async function restoredInto(args: ReturnType<typeof drillArgs>): Promise<void> {
  await beginDrill(args, startedAt, needsOf('V1'));
  await createScratch(args, startedAt);
  await planDrill(args, startedAt);
  await applyDrill(args, startedAt);
}

/** Partitions of the vault that were not there before. */
async function leftBeside(bench: BackupBench, before: readonly string[]): Promise<string[]> {
  return (await partitionsOf(bench)).filter((pk) => !before.includes(pk));
}

/** Where to die: around each write of the drill itself and each making and deleting of a domain, and here and there. */
function deathsOf(calls: readonly ServiceCall<unknown>[]): [dieAt: number, doneBeforeDeath: boolean][] {
  const own = /^(CreateDomain|DeleteDomain)$/;
  return calls.flatMap(({ operation, item }, n): [number, boolean][] => {
    const isOwn = own.test(operation) || String(item?.pk).endsWith('/drill');
    if (!isOwn && n % step !== 0) return [];
    return [
      [n + 1, false],
      [n + 1, true],
    ];
  });
}

async function seedOfProjectWithEnvironments(): Promise<number> {
  for (let seed = 1; seed < 20; seed++) {
    const { bench } = await provenBench('V2', seed);
    const { domainId: domainIdentifier, service, caller } = bench;
    const profiles = service.call('ListProjectProfiles', { domainIdentifier }, caller).items ?? [];
    const found = profiles.some(({ id: identifier }) =>
      service
        .call('GetProjectProfile', { domainIdentifier, identifier }, caller)
        .environmentConfigurations?.some(({ deploymentMode }) => deploymentMode === 'ON_CREATE'),
    );
    if (found) return seed;
  }
  throw new Error('no seed makes one');
}
