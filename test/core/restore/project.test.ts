import assert from 'node:assert/strict';
import type { SelectionSettings } from '../../../core/restore/selection';
import { BackupBench } from '../../support/in-process-backup';
import { committed } from '../backup/random-bench';
import { everything, restoreArgs, restored } from './restore-bench';

describe('the restore of a project that somebody deleted, with all that it owned', function () {
  this.timeout(120_000);
  let bench: BackupBench;
  let cutAt: string;
  let gone: string;
  let kept: string;
  let was: Map<string, string>;

  beforeEach(async () => {
    bench = await BackupBench.start({ projects: 2, assets: 4, inMemory: true });
    [gone = '', kept = ''] = bench.projectIds;
    ({ cutAt } = await committed(bench));
    was = await everything(bench);
    const { service, caller, domainId: domainIdentifier } = bench;
    service.call('DeleteProject', { domainIdentifier, identifier: gone, skipDeletionCheck: true }, caller);
  });

  it('brings all of it back, and changes nothing else', async () => {
    const before = await everything(bench, [kept]);

    const { verdict, failed } = await restore({ projects: [gone], withDependents: true });

    assert.deepEqual(failed, []);
    assert.equal(verdict.equal, true, verdict.differences.join('\n'));
    const after = await everything(bench, [kept, newProject()]);
    for (const [key, record] of before) assert.equal(after.get(key), record, key);
    assert.deepEqual(counts(after), counts(was));
  });

  it('finds the terms of its glossaries, and no others, by the project alone', async () => {
    const { planned, verdict, failed } = await restore({ projects: [gone] });

    assert.deepEqual(failed, []);
    assert.equal(verdict.equal, true, verdict.differences.join('\n'));
    const terms = [...planned.actions].filter(
      ({ action, kind }) => action === 'create' && kind === 'glossaryTerm',
    );
    assert.deepEqual(terms.map(({ id }) => id).sort(), [...(bench.projects[0]?.termIds ?? [])].sort());
  });

  function restore(selection: SelectionSettings) {
    const args = restoreArgs(bench, bench.domainId);
    return restored(args, { instant: cutAt, selection, conflicts: 'skip' });
  }

  function newProject(): string {
    const { service, caller, domainId: domainIdentifier } = bench;
    const { items = [] } = service.call('ListProjects', { domainIdentifier }, caller);
    return items.find(({ id }) => id !== kept)?.id ?? assert.fail('no project was made');
  }
});

/** How many there are of each kind. */
function counts(found: ReadonlyMap<string, string>): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const key of found.keys()) {
    const kind = key.split(' ')[0] ?? '';
    counted[kind] = (counted[kind] ?? 0) + 1;
  }
  return counted;
}
