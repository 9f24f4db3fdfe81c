import type { Kind, Reading, Reference } from '../catalog/kind';
import { canonical } from '../catalog/shape';
import { type DomainSource, ResourceAbsentError } from '../catalog/source';
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

/**
 * Finds references with the form models that they need. A kind asks for a model while it looks for references;
 * one that is not here yet is fetched, and the kind looks again.
 */
export class ReferenceFinder {
  private readonly models = new Map<string, string>();
  /** Under way: many records ask for the same model at once. */
  private readonly fetching = new Map<string, Promise<string>>();

  constructor(private readonly source: DomainSource) {}

  async referencesOf(kind: Kind, reading: Reading): Promise<readonly Reference[]> {
    for (;;) {
      const wanted = new Map<string, { name: string; revision: string }>();
      const references = kind.references(reading.record, {
        formModel: (name, revision) => {
          const key = `${name}\n${revision}`;
          const model = this.models.get(key);
          if (model === undefined) wanted.set(key, { name, revision });
          return model === '' ? undefined : model;
        },
      });
      if (wanted.size === 0) return references;
      for (const [key, form] of wanted) {
        const fetching = this.fetching.get(key) ?? this.fetchModel(form);
        this.fetching.set(key, fetching);
        this.models.set(key, await fetching);
      }
    }
  }

  /** Smithy text of a form type revision; empty where there is none any more. */
  private async fetchModel(form: { name: string; revision: string }): Promise<string> {
    try {
      const body = await this.source.call('GetFormType', {
        formTypeIdentifier: form.name,
        revision: form.revision,
      });
      const model = body.model;
      const smithy = model !== null && typeof model === 'object' && 'smithy' in model ? model.smithy : '';
      return typeof smithy === 'string' ? smithy : '';
    } catch (error) {
      if (error instanceof ResourceAbsentError) return '';
      throw error;
    }
  }
}
