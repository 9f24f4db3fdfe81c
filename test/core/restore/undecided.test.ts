import assert from 'node:assert/strict';
import { applyRestore, keepPlan, planRestore } from '../../../core/restore/restore';
import { BackupBench } from '../../support/in-process-backup';
import type { Between } from '../../support/in-process-clients';
import { committed } from '../backup/random-bench';
import { publish } from '../backup/small-domain';
import { emptyDomain, restoreArgs, restored, resultOf } from './restore-bench';

describe('a restore that cannot tell which of the target is an asset of the backup', function () {
  this.timeout(120_000);
  const conflicts = 'update' as const;
  let bench: BackupBench;
  let cutAt: string;
  let assetId: string;
  let domainId: string;

  beforeEach(async () => {
    bench = await BackupBench.start({ projects: 1, assets: 4, inMemory: true });
    assetId = twin(bench.domainId, bench.projectIds[0]);
    publish(bench, assetId);
    ({ cutAt } = await committed(bench));
    domainId = emptyDomain(bench, 'V1');
    const vault = bench.vaultItems;
    // As people would have made it there: nothing says which of it stands for what.
    await restored(restoreArgs(bench, domainId), {
      instant: cutAt,
      selection: { excludeKinds: ['listing'] },
    });
    bench.vaultItems = vault;
  });

  it('plans not to publish it where two answer to it, and says why', async () => {
    const of = { domainIdentifier: domainId };
    const { items } = bench.service.call('ListProjects', of, bench.caller);
    twin(domainId, items?.[0]?.id);

    await assertUndecided(/more than one of the target answers to it/);
  });

  it('plans not to publish it where it may not read it, and says why', async () => {
    await assertUndecided(/the target does not let it be read/, (call) =>
      call.operation === 'Search' ? refused() : call.answer(),
    );
  });

  /** An asset like another one, with nothing of its own but its id. */
  function twin(domainIdentifier: string, owningProjectIdentifier = ''): string {
    const { service, caller } = bench;
    const of = { domainIdentifier: bench.domainId, identifier: bench.projects[0]?.assetIds[0] ?? '' };
    const { typeIdentifier, formsOutput = [] } = service.call('GetAsset', of, caller);
    const formsInput = formsOutput.map(({ typeName, formName, content }) => {
      return { typeIdentifier: typeName, formName, content };
    });
    const made = { name: 'Twin', typeIdentifier, formsInput, owningProjectIdentifier };
    return service.call('CreateAsset', { domainIdentifier, ...made }, caller).id;
  }

  async function assertUndecided(why: RegExp, between?: Between): Promise<void> {
    const settings = { instant: cutAt, selection: { ids: [assetId], withDependents: true }, conflicts };
    const sent: string[] = [];
    const args = restoreArgs(bench, domainId, (call) => {
      if (call.service === 'datazone') sent.push(call.operation);
      return between === undefined ? call.answer() : between(call);
    });

    const planned = await planRestore(args, settings);

    const told = [...planned.actions].filter(({ kind }) => kind === 'asset' || kind === 'listing');
    assert.deepEqual(
      told.map(({ action, kind }) => `${action} ${kind}`),
      ['conflict asset', 'conflict listing'],
    );
    for (const { reason } of told) assert.match(reason, why);
    const run = await keepPlan(args, settings, planned);
    await applyRestore(args, run);
    const { outcomes } = await resultOf(args, settings, run);
    assert.deepEqual(
      outcomes.filter(({ outcome }) => outcome !== 'CONFLICT'),
      [],
    );
    assert.deepEqual(
      sent.filter((operation) => !/^(Get|List|Search|BatchGet)/.test(operation)),
      [],
    );
  }
});

/** The answer to what nobody lets the restore's role do. */
function refused<T>(): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' };
  return Promise.resolve({ status: 403, headers, body: JSON.stringify({ message: 'no' }) } as T);
}
