import {
  type DataZoneClient,
  paginateListProjects,
  paginateSearch,
  paginateSearchListings,
  paginateSearchTypes,
  type SearchCommandInput,
} from '@aws-sdk/client-datazone';

/** Ids of every resource in a domain, by kind, as the plain SDK lists them. */
export type Inventory = ReadonlyMap<string, ReadonlySet<string>>;

const searchScopes = [
  ['glossary', 'GLOSSARY'],
  ['glossaryTerm', 'GLOSSARY_TERM'],
] as const;

const typeScopes = [
  ['formType', 'FORM_TYPE'],
  ['assetType', 'ASSET_TYPE'],
] as const;

/**
 * Lists a domain with the SDK's own paginators and nothing of ours: the other half of a comparison with the vault.
 * The caller must be a member of the projects, or the account's administrator.
 */
export async function walkDomain(
  client: DataZoneClient,
  domainIdentifier: string,
  projectIds: readonly string[],
): Promise<Inventory> {
  const found = new Map<string, Set<string>>([['domain', new Set([domainIdentifier])]]);
  const add = (kind: string, id: string | undefined) => {
    const ids = found.get(kind) ?? new Set();
    if (id !== undefined) ids.add(id);
    found.set(kind, ids);
  };
  for await (const page of paginateListProjects({ client }, { domainIdentifier })) {
    for (const project of page.items ?? []) add('project', project.id);
  }
  for (const [kind, searchScope] of searchScopes) {
    for await (const item of search(client, { domainIdentifier, searchScope })) add(kind, item);
  }
  for (const [kind, searchScope] of typeScopes) {
    for (const managed of [true, false]) {
      for await (const page of paginateSearchTypes({ client }, { domainIdentifier, searchScope, managed })) {
        for (const item of page.items ?? []) add(kind, item.formTypeItem?.name ?? item.assetTypeItem?.name);
      }
    }
  }
  for (const owningProjectIdentifier of projectIds) {
    const input = { domainIdentifier, searchScope: 'ASSET', owningProjectIdentifier } as const;
    for await (const id of search(client, input)) add('asset', id);
  }
  for await (const page of paginateSearchListings({ client }, { domainIdentifier })) {
    for (const item of page.items ?? []) {
      add('listing', item.assetListing?.listingId ?? item.dataProductListing?.listingId);
    }
  }
  return found;
}

async function* search(client: DataZoneClient, input: SearchCommandInput): AsyncGenerator<string> {
  for await (const page of paginateSearch({ client }, input)) {
    for (const item of page.items ?? []) {
      const id = item.assetItem?.identifier ?? item.glossaryItem?.id ?? item.glossaryTermItem?.id;
      if (id !== undefined) yield id;
    }
  }
}
