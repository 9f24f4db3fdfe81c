import type { Kind, Reading, Reference } from './kind';
import { type DomainSource, ResourceAbsentError } from './source';

/** A form type in one of its revisions. */
export interface FormRevision {
  readonly name: string;
  readonly revision: string;
}

/** Gives the Smithy text of a form type revision; empty where there is none any more. */
export type FetchModel = (form: FormRevision) => Promise<string>;

/**
 * Finds references with the form models that they need. A kind asks for a model while it looks for references;
 * one that is not here yet is fetched, and the kind looks again.
 */
export class ReferenceFinder {
  private readonly models = new Map<string, string>();
  /** Under way: many records ask for the same model at once. */
  private readonly fetching = new Map<string, Promise<string>>();

  constructor(private readonly fetchModel: FetchModel) {}

  async referencesOf(kind: Kind, { record }: Pick<Reading, 'record'>): Promise<readonly Reference[]> {
    for (;;) {
      const wanted = new Map<string, FormRevision>();
      const references = kind.references(record, {
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
}

/** Models as the domain has them. */
export function modelsOf(source: DomainSource): FetchModel {
  return async ({ name, revision }) => {
    try {
      const { model } = await source.call('GetFormType', { formTypeIdentifier: name, revision });
      const smithy = model !== null && typeof model === 'object' && 'smithy' in model ? model.smithy : '';
      return typeof smithy === 'string' ? smithy : '';
    } catch (error) {
      if (error instanceof ResourceAbsentError) return '';
      throw error;
    }
  };
}
