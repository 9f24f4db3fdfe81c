import { observationOf } from '../../../core/backup/context';
import type { Reading } from '../../../core/catalog/kind';
import { kindByName } from '../../../core/catalog/registry';
import { ResourceAbsentError, ResourceDeniedError } from '../../../core/catalog/source';
import type { ScopeRef } from '../../../core/vault/keys';
import { VaultWriter } from '../../../core/vault/writer';
import type { BackupBench } from '../../support/in-process-backup';
import type { Between } from '../../support/in-process-clients';

let events = 0;

/** What change capture does on the event of a resource. */
export async function captureByEvent(
  bench: BackupBench,
  scope: ScopeRef,
  id: string,
  between?: Between,
): Promise<void> {
  const run = { runId: `event${++events}`, source: 'event' } as const;
  const vault = bench.vault(between);
  await vault.registerScope(scope, new Date(bench.clock.now()).toISOString());
  const writer = new VaultWriter(vault, run, () => bench.clock.now());
  await writer.write(scope, id, async () => {
    const reading = await readLive(bench, scope.kind, id, between);
    return reading && observationOf(kindByName(scope.kind), reading);
  });
}

/** A resource as its own Get gives it; undefined once it is deleted. */
export async function readLive(
  bench: BackupBench,
  kind: string,
  id: string,
  between?: Between,
): Promise<Reading | undefined> {
  try {
    return await kindByName(kind).read(bench.reader(between), id);
  } catch (error) {
    if (error instanceof ResourceAbsentError || error instanceof ResourceDeniedError) return undefined;
    throw error;
  }
}
