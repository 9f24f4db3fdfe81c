import assert from 'node:assert/strict';
import { kindByName } from '../../../core/catalog/registry';
import { pin } from '../../../core/vault/pins';
import { prove } from '../../../core/vault/proof';
import { BackupBench } from '../../support/in-process-backup';
import { committed } from '../backup/random-bench';
import { reword, withoutManagedTypes } from '../backup/small-domain';
import { emptyDomain, restoreArgs, restored } from '../restore/restore-bench';

const kinds = ['domain', 'domainUnit', 'project', 'glossary', 'glossaryTerm'].map(kindByName);

/** A bench with a vault after two backups and a change between them, a restore, a pin and proofs; and both cuts. */
export async function smallVault() {
  const bench = await BackupBench.start({
    projects: 1,
    assets: 1,
    inMemory: true,
    kinds,
    decorate: withoutManagedTypes,
  });
  const { startedAt, cutAt: older } = await committed(bench);
  const [project] = bench.projects;
  assert.ok(project);
  reword(bench, project, 'reworded');
  const { cutAt: newest } = await committed(bench);
  await pin(bench.vault(), startedAt, 'ann', 'the last good one');
  await prove(bench.vault(), () => false);
  await restored(restoreArgs(bench, emptyDomain(bench, 'V1')), { instant: newest });
  return { bench, cuts: { older, newest } };
}
