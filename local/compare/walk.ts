import { DataZoneSource } from '../../core/catalog/data-zone-source';
import type { Kind } from '../../core/catalog/kind';
import type { Walked, Walker } from './walker';
import { compute } from './walks/compute';
import { inventory } from './walks/inventory';
import { lineage } from './walks/lineage';
import { organisation } from './walks/organisation';
import { policyGrants } from './walks/policy-grants';
import { subscriptions } from './walks/subscriptions';
import { vocabulary } from './walks/vocabulary';

/**
 * How each kind is found and read, by its name: by commands and paginators of the plain SDK, and nothing of the catalog
 * that the backup reads by.
 */
export type Walks = Readonly<Record<string, (walker: Walker) => Promise<readonly Walked[]>>>;

export const walks: Walks = {
  ...organisation,
  ...policyGrants,
  ...vocabulary,
  ...inventory,
  ...compute,
  ...subscriptions,
  ...lineage,
};

/** Everything of some kinds in a domain, by kind and id. */
export type Inventory = ReadonlyMap<string, ReadonlyMap<string, Walked>>;

/**
 * Walks through a domain. The client must be of a member of the projects, or of the account's administrator. A kind
 * that no walk knows is found as the backup finds it.
 */
export async function walkDomain(walker: Walker, kinds: readonly Kind[]): Promise<Inventory> {
  const found = new Map<string, ReadonlyMap<string, Walked>>();
  for (const kind of kinds) {
    const resources = await (walks[kind.name] ?? walkOf(kind))(walker);
    found.set(kind.name, new Map(resources.map((resource) => [resource.id, resource])));
  }
  return found;
}

function walkOf(kind: Kind): Walks[string] {
  return async ({ given: client, domainIdentifier: domainId, projectIds }) => {
    const source = new DataZoneSource({ client, domainId });
    const found: Walked[] = [];
    for (const scopeId of kind.scope === 'domain' ? [domainId] : projectIds) {
      let cursor: string | undefined;
      do {
        const page = await kind.enumerate(source, scopeId, cursor);
        for (const { id } of [...page.readings, ...(page.listed ?? [])]) {
          found.push(await kind.read(source, id, scopeId));
        }
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
    return found;
  };
}
