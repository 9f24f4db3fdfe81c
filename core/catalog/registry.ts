import { asset } from './asset';
import { assetType } from './asset-type';
import { domain } from './domain';
import { formType } from './form-type';
import { glossary } from './glossary';
import { glossaryTerm } from './glossary-term';
import type { DomainVersion, Kind } from './kind';
import { listing } from './listing';
import { project } from './project';

/** Every kind that is backed up, each after those that it mostly refers to. */
const declared: readonly Kind[] = [
  domain,
  project,
  glossary,
  glossaryTerm,
  formType,
  assetType,
  asset,
  listing,
];

const names = new Set(declared.map((kind) => kind.name));

/**
 * Kinds may declare references to kinds that are not here yet (a project's domain unit); these start to
 * count once the kind is in the registry.
 */
function withReferencesToKnownKinds(kind: Kind): Kind {
  return {
    ...kind,
    references: (record, context) =>
      kind.references(record, context).filter((reference) => names.has(reference.kind)),
  };
}

export const kinds: readonly Kind[] = declared.map(withReferencesToKnownKinds);

export function kindsOf(version: DomainVersion): readonly Kind[] {
  return kinds.filter((kind) => kind.versions.includes(version));
}

/** A name that no kind has: an item of a newer version of this code, or a mistake. */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError';
}

/** Throws `UnknownKindError`. */
export function kindByName(name: string): Kind {
  const found = kinds.find((kind) => kind.name === name);
  if (found === undefined) {
    throw new UnknownKindError(`no resource kind is called ${name}; there are ${[...names].join(', ')}`);
  }
  return found;
}

/** IAM actions that reading all kinds of a domain needs, sorted. */
export function readActions(version: DomainVersion): string[] {
  return [...new Set(kindsOf(version).flatMap((kind) => kind.actions))].sort();
}
