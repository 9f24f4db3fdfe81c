import type { Kind, Reading } from '../catalog/kind';
import { canonical } from '../catalog/shape';
import type { DomainSource } from '../catalog/source';
import type { Vault } from '../vault/vault';
import type { Observation, VaultWriter } from '../vault/writer';
import type { Run } from './run';

/** What reading projects takes: who the reader is, and how it joins. */
export interface ProjectAccess {
  /** Throws ResourceAbsentError if the project is gone, ResourceDeniedError if its members may not be listed. */
  isMember(projectId: string): Promise<boolean>;
  /** Makes the reader a member. Throws ResourceDeniedError where policy does not let it. */
  enrol(projectId: string): Promise<void>;
}

/** Everything that one task of a run works with. */
export interface BackupContext {
  readonly run: Run;
  readonly source: DomainSource;
  readonly vault: Vault;
  readonly writer: VaultWriter;
  readonly access: ProjectAccess;
  readonly kindByName: (name: string) => Kind | undefined;
  /** How long search indexes may lag behind writes, in milliseconds. */
  readonly indexLag: number;
  /** In so many runs each parent of a kind that rotates is asked once. */
  readonly rotationRuns: number;
  /** Milliseconds since the epoch, corrected for skew. */
  readonly now: () => number;
  /** True when the worker's time is nearly spent: it saves where it stands and is called again. */
  readonly timeIsUp: () => boolean;
  /** Waits; tests replace it. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export function observationOf(kind: Kind, reading: Reading): Observation {
  return {
    record: reading.record,
    facets: reading.facets,
    columns: kind.columns(reading.record),
    normaliser: kind.normaliser,
    renormalise: (record) => canonical(record, kind.shape),
    ...(reading.changedAt === undefined ? {} : { changedAt: reading.changedAt }),
  };
}
