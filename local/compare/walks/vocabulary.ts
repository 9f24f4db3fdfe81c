import {
  GetAssetTypeCommand,
  GetFormTypeCommand,
  GetGlossaryCommand,
  GetGlossaryTermCommand,
  type InventorySearchScope,
  paginateSearch,
  paginateSearchTypes,
  type TypesSearchScope,
} from '@aws-sdk/client-datazone';
import type { JsonObject } from '../../../core/catalog/json-value';
import type { Walks } from '../walk';
import { joined, type Walker } from '../walker';

/** What people describe data with: glossaries, terms, forms and types of assets. */
export const vocabulary: Walks = {
  glossary: async (walker) =>
    walker.each(await searched(walker, 'GLOSSARY', 'glossaryItem'), ({ id }) =>
      walker.inDomain(id, new GetGlossaryCommand(walker.named(id))),
    ),

  glossaryTerm: async (walker) =>
    walker.each(await searched(walker, 'GLOSSARY_TERM', 'glossaryTermItem'), ({ id }) =>
      walker.inDomain(id, new GetGlossaryTermCommand(walker.named(id))),
    ),

  formType: async (walker) =>
    walker.each(await typesOf(walker, 'FORM_TYPE', 'formTypeItem'), ({ name }) =>
      walker.inDomain(name, new GetFormTypeCommand({ ...walker.input, formTypeIdentifier: String(name) })),
    ),

  assetType: async (walker) =>
    walker.each(await typesOf(walker, 'ASSET_TYPE', 'assetTypeItem'), ({ name }) =>
      walker.inDomain(name, new GetAssetTypeCommand(walker.named(name))),
    ),

  formTypeRevision: async (walker) =>
    walker.each(customTypes(await typesOf(walker, 'FORM_TYPE', 'formTypeItem')), ([name, revision]) =>
      walker.inDomain(
        joined(name, revision),
        new GetFormTypeCommand({ ...walker.input, formTypeIdentifier: name, revision }),
      ),
    ),

  assetTypeRevision: async (walker) =>
    walker.each(customTypes(await typesOf(walker, 'ASSET_TYPE', 'assetTypeItem')), ([name, revision]) =>
      walker.inDomain(joined(name, revision), new GetAssetTypeCommand({ ...walker.named(name), revision })),
    ),
};

/** Names and numbers of the revisions of custom types before the latest: no operation lists them. */
function customTypes(types: readonly JsonObject[]): (readonly [name: string, revision: string])[] {
  return types
    .filter(({ name }) => !String(name).startsWith('amazon.datazone.'))
    .flatMap(({ name, revision }) =>
      Array.from({ length: Number(revision) - 1 }, (_, n) => [String(name), String(n + 1)] as const),
    );
}

/** Items of a search through the inventory, of the whole domain or of one project. */
export async function searched(
  walker: Walker,
  searchScope: InventorySearchScope,
  member: string,
  owningProjectIdentifier?: string,
): Promise<JsonObject[]> {
  const input = { ...walker.input, searchScope, owningProjectIdentifier };
  return unwrapped(await walker.items(paginateSearch(walker, input)), member);
}

/** Custom types and AWS's own. */
export async function typesOf(
  walker: Walker,
  searchScope: TypesSearchScope,
  member: string,
): Promise<JsonObject[]> {
  return walker.once(searchScope, () =>
    walker.each([true, false], async (managed) => {
      const pages = paginateSearchTypes(walker, { ...walker.input, searchScope, managed });
      return unwrapped(await walker.items(pages), member);
    }),
  );
}

function unwrapped(items: readonly JsonObject[], member: string): JsonObject[] {
  return items.map((item) => item[member] as JsonObject);
}
