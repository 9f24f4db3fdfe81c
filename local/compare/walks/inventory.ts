import {
  BatchGetAttributesMetadataCommand,
  GetAssetCommand,
  GetAssetFilterCommand,
  GetDataProductCommand,
  GetListingCommand,
  GetTimeSeriesDataPointCommand,
  paginateListAssetFilters,
  paginateListAssetRevisions,
  paginateListDataProductRevisions,
  paginateListTimeSeriesDataPoints,
  paginateSearchListings,
} from '@aws-sdk/client-datazone';
import type { JsonObject } from '../../../core/catalog/json-value';
import type { Walks } from '../walk';
import { joined, type Walked, type Walker } from '../walker';
import { searched } from './vocabulary';

/** What projects have, and what of it is published. */
export const inventory: Walks = {
  asset: (walker) =>
    eachAsset(walker, async (record, projectId) => [{ id: String(record.id), scopeId: projectId, record }]),

  assetRevision: (walker) =>
    eachAsset(walker, async ({ id, revision }, projectId) => {
      const pages = paginateListAssetRevisions(walker, walker.named(id));
      return walker.each(older(await walker.items(pages), revision), (each) =>
        walker.inProject(
          joined(id, each),
          projectId,
          new GetAssetCommand({ ...walker.named(id), revision: each }),
        ),
      );
    }),

  assetFilter: (walker) =>
    eachAsset(walker, async ({ id: asset }, projectId) => {
      const input = { ...walker.input, assetIdentifier: String(asset) };
      return walker.each(await walker.items(paginateListAssetFilters(walker, input)), ({ id }) =>
        walker.inProject(
          joined(asset, id),
          projectId,
          new GetAssetFilterCommand({ ...input, identifier: String(id) }),
        ),
      );
    }),

  attributeMetadata: (walker) =>
    eachAsset(walker, (asset, projectId) =>
      walker.each(columnsIn(asset), async (column) => {
        const { attributes } = await walker.answer(
          new BatchGetAttributesMetadataCommand({
            ...walker.input,
            entityType: 'ASSET',
            entityIdentifier: String(asset.id),
            attributeIdentifiers: [column],
          }),
        );
        return (attributes as JsonObject[])
          .filter(({ forms }) => (forms as JsonObject[]).length > 0)
          .map((attribute) => ({
            id: joined(asset.id, column),
            scopeId: projectId,
            record: { ...attribute, assetId: asset.id ?? null },
          }));
      }),
    ),

  timeSeriesPoint: (walker) =>
    eachAsset(walker, (asset, projectId) =>
      walker.each((asset.latestTimeSeriesDataPointFormsOutput ?? []) as JsonObject[], async (series) => {
        const input = {
          ...walker.input,
          entityType: 'ASSET',
          entityIdentifier: String(asset.id),
          formName: String(series.formName),
        } as const;
        return walker.each(await walker.items(paginateListTimeSeriesDataPoints(walker, input)), ({ id }) =>
          walker.inProject(
            joined(asset.id, series.formName, id),
            projectId,
            new GetTimeSeriesDataPointCommand({ ...input, identifier: String(id) }),
          ),
        );
      }),
    ),

  dataProduct: (walker) =>
    eachProduct(walker, (id, projectId) =>
      walker.inProject(id, projectId, new GetDataProductCommand(walker.named(id))),
    ),

  dataProductRevision: (walker) =>
    eachProduct(walker, async (id, projectId) => {
      const { revision } = await walker.answer(new GetDataProductCommand(walker.named(id)));
      const pages = paginateListDataProductRevisions(walker, walker.named(id));
      return walker.each(older(await walker.items(pages), revision), (each) =>
        walker.inProject(
          joined(id, each),
          projectId,
          new GetDataProductCommand({ ...walker.named(id), revision: each }),
        ),
      );
    }),

  listing: async (walker) =>
    walker.each(await listingIds(walker), async (id) => {
      const answer = await walker.answer(new GetListingCommand(walker.named(id)));
      return [{ id, scopeId: walker.domainIdentifier, record: listingOf(answer) }];
    }),
};

async function listingIds(walker: Walker): Promise<string[]> {
  const items = await walker.items(paginateSearchListings(walker, walker.input));
  return items.map((item) => {
    const [listed] = Object.values(item) as JsonObject[];
    return String(listed?.listingId);
  });
}

/** The vault has what is listed, and the listing around it, as members of one record. */
function listingOf({ item, createdAt: _, ...listing }: JsonObject): JsonObject {
  const { assetListing, dataProductListing } = item as Readonly<Record<string, JsonObject>>;
  const { assetId, assetRevision, assetType, ...asset } = assetListing ?? {};
  const { dataProductId, dataProductRevision, ...product } = dataProductListing ?? {};
  return {
    ...asset,
    ...product,
    ...listing,
    listed: assetListing === undefined ? 'dataProduct' : 'asset',
    entityId: assetId ?? dataProductId ?? null,
    entityRevision: assetRevision ?? dataProductRevision ?? null,
    entityType: assetType ?? null,
  };
}

/** What is made of each asset of the walked projects, as GetAsset shows it. */
async function eachAsset(
  walker: Walker,
  make: (asset: JsonObject, projectId: string) => Promise<readonly Walked[]>,
): Promise<Walked[]> {
  const assets = await walker.once('assets', () =>
    walker.inProjects(async (projectId) =>
      walker.each(await searched(walker, 'ASSET', 'assetItem', projectId), async ({ identifier }) => [
        await walker.answer(new GetAssetCommand(walker.named(identifier))),
      ]),
    ),
  );
  return walker.each(assets, (asset) => make(asset, String(asset.owningProjectId)));
}

function eachProduct(
  walker: Walker,
  make: (id: string, projectId: string) => Promise<readonly Walked[]>,
): Promise<Walked[]> {
  return walker.inProjects(async (projectId) =>
    walker.each(await searched(walker, 'DATA_PRODUCT', 'dataProductItem', projectId), ({ id }) =>
      make(String(id), projectId),
    ),
  );
}

/** The largest page of a list of revisions. */
const pageSize = 50;

/** The vault has revisions before the latest, and the latest too where a list has several pages. */
function older(items: readonly JsonObject[], latest: unknown): string[] {
  const revisions = items.map(({ revision }) => String(revision));
  return revisions.length > pageSize ? revisions : revisions.filter((each) => each !== latest);
}

/** Names of columns anywhere in an asset's forms. */
function columnsIn({ formsOutput }: JsonObject): string[] {
  const names = new Set<string>();
  for (const { content } of formsOutput as JsonObject[]) {
    JSON.parse(String(content ?? '{}'), (member, value) => {
      if (/^(column|attribute)(Name|Identifier)$/.test(member)) names.add(String(value));
      return value;
    });
  }
  return [...names];
}
