import { randomBytes } from 'node:crypto';
import { domainFacts } from '../catalog/domain-facts';
import type { DomainSource } from '../catalog/source';
import type { Vault } from '../vault/vault';
import type { Run } from './run';
import { refuseSkew } from './skew';

/** What one batch of changes is written as. */
export interface ChangeRun {
  readonly run: Run;
  readonly rootDomainUnitId: string;
}

/**
 * Opens a batch; undefined where this Region does not write the vault, or no snapshot was begun yet, which will hold
 * what has changed before it. Throws ClockSkewError.
 */
export async function openChanges(
  {
    source,
    vault,
    now,
  }: {
    readonly source: DomainSource & { serverClockOffset(): number | undefined };
    readonly vault: Vault;
    readonly now: () => number;
  },
  allProjects: boolean,
): Promise<ChangeRun | undefined> {
  const writer = await vault.writer();
  if (writer === undefined || writer.region !== vault.table.region) return undefined;
  const { version, rootDomainUnitId } = await domainFacts(source);
  refuseSkew(source.serverClockOffset());
  const run: Run = {
    domainId: vault.domainId,
    domainVersion: version,
    startedAt: new Date(now()).toISOString(),
    runId: randomBytes(4).toString('hex'),
    execution: '',
    epoch: writer.epoch,
    allProjects,
  };
  return { run, rootDomainUnitId };
}
