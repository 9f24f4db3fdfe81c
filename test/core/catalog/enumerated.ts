import type { Kind, Listed, Page, Reading } from '../../../core/catalog/kind';
import type { DomainSource } from '../../../core/catalog/source';

/** All pages of a kind in a scope. */
export async function pagesOf(kind: Kind, source: DomainSource, scopeId: string): Promise<Page[]> {
  const pages: Page[] = [];
  do pages.push(await kind.enumerate(source, scopeId, pages.at(-1)?.cursor));
  while (pages.at(-1)?.cursor !== undefined);
  return pages;
}

/** All resources that a kind's list only names. */
export async function listedBy(kind: Kind, source: DomainSource, scopeId: string): Promise<Listed[]> {
  return (await pagesOf(kind, source, scopeId)).flatMap(({ listed = [] }) => listed);
}

/** All resources of a kind, whole: as the list shows them, or read one by one where it only names them. */
export async function allOf(kind: Kind, source: DomainSource, scopeId: string): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const page of await pagesOf(kind, source, scopeId)) {
    readings.push(...page.readings);
    for (const { id } of page.listed ?? []) readings.push(await kind.read(source, id, scopeId));
  }
  return readings;
}
