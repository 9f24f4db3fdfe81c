import * as z from 'zod';
import { objects, requiredText, text } from '../catalog/json';
import type { Kind } from '../catalog/kind';
import { rawPage } from '../catalog/pages';
import { type DomainSource, InvalidRequestError, ResourceAbsentError } from '../catalog/source';

const someOf = z.array(z.string().min(1));
const allOr = z.union([z.literal('all'), someOf.min(1)]);

/** Which part of a domain is backed up, as the configuration says it. */
export const selectionSchema = z.object({
  /** Ids of projects. */
  projects: allOr,
  excludeProjects: someOf.default([]),
  /** Ids of domain units: only projects of these, and of the units below them. */
  domainUnits: allOr.default('all'),
  excludeDomainUnits: someOf.default([]),
  /** Names of kinds. */
  kinds: allOr.default('all'),
  excludeKinds: someOf.default([]),
});
export type Selection = z.infer<typeof selectionSchema>;

/** The configuration asks for a kind, but not for those that it is listed under. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError';
}

/** The kinds that are captured, in their order. Throws SelectionError. */
export function selectedKinds(
  kinds: readonly Kind[],
  selection: Pick<Selection, 'kinds' | 'excludeKinds'>,
): readonly Kind[] {
  const problems = orphans(kinds, selection);
  if (problems.length > 0) throw new SelectionError(problems.join('; '));
  return kinds.filter(({ name }) => isSelected(name, selection));
}

/** What is wrong with a choice of kinds: each that is captured, without one that it is listed under. */
export function orphans(
  kinds: readonly Kind[],
  selection: Pick<Selection, 'kinds' | 'excludeKinds'>,
): string[] {
  const names = new Set(kinds.map(({ name }) => name));
  return kinds
    .filter(({ name }) => isSelected(name, selection))
    .flatMap(({ name, parentage }) =>
      (parentage?.kinds ?? [])
        .filter((parent) => names.has(parent) && !isSelected(parent, selection))
        .map((parent) => `${name} is listed under ${parent}, which is left out`),
    );
}

function isSelected(name: string, { kinds, excludeKinds }: Pick<Selection, 'kinds' | 'excludeKinds'>) {
  return (kinds === 'all' || kinds.includes(name)) && !excludeKinds.includes(name);
}

export interface SelectedProjects {
  readonly ids: readonly string[];
  /** Whether a project that the vault knows, but the domain did not list, is to be looked for. */
  mayHaveVanished(projectId: string): boolean;
}

/** The projects that a run captures, by what the domain says now. */
export async function selectedProjects(
  source: DomainSource,
  { projects, excludeProjects, domainUnits, excludeDomainUnits }: Selection,
): Promise<SelectedProjects> {
  const byUnit = domainUnits !== 'all' || excludeDomainUnits.length > 0;
  const listed = projects === 'all' || byUnit ? await listProjects(source) : new Map<string, undefined>();
  const within = domainUnits === 'all' ? undefined : await withUnitsBelow(source, domainUnits, 'include');
  const without = await withUnitsBelow(source, excludeDomainUnits, 'exclude');
  const isIn = (id: string) => {
    const unit = listed.get(id);
    if (excludeProjects.includes(id)) return false;
    // One that is not shown stays in, so that it is named as what cannot be read.
    return unit === undefined || ((within?.has(unit) ?? true) && !without.has(unit));
  };
  return {
    ids: [...new Set(projects === 'all' ? listed.keys() : projects)].filter(isIn),
    mayHaveVanished: (id) => projects === 'all' && !listed.has(id) && !excludeProjects.includes(id),
  };
}

/** Every project that the domain shows, with its domain unit. */
async function listProjects(source: DomainSource): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  let nextToken: string | undefined;
  do {
    const page = await rawPage(source, 'ListProjects', {}, nextToken);
    for (const item of objects(page.answer, 'items')) {
      found.set(requiredText(item, 'id'), text(item, 'domainUnitId'));
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** Units and all below them. A unit that is gone is an error where it is asked for, and else of no account. */
async function withUnitsBelow(
  source: DomainSource,
  units: readonly string[],
  use: 'include' | 'exclude',
): Promise<Set<string>> {
  const met = new Set(units);
  // A set hands out what is added to it while it is gone through.
  for (const unit of met) {
    try {
      for (const child of await childrenOf(source, unit)) met.add(child);
    } catch (error) {
      const isGone = error instanceof ResourceAbsentError || error instanceof InvalidRequestError;
      if (!isGone || (use === 'include' && units.includes(unit))) throw error;
    }
  }
  return met;
}

async function childrenOf(source: DomainSource, parentDomainUnitIdentifier: string): Promise<string[]> {
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { parentDomainUnitIdentifier, maxResults: 25 };
    const page = await rawPage(source, 'ListDomainUnitsForParent', input, nextToken);
    ids.push(...objects(page.answer, 'items').map((item) => requiredText(item, 'id')));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return ids;
}
