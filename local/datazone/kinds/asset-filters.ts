import type { Call } from '../call';
import { type AssetFilter, type Domain, latest } from '../domain';
import { invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { present } from '../present';
import { columnsOf } from './asset-columns';
import { rowColumns, rowCondition } from './row-filters';

type Shown = Answer<'GetAssetFilter'>;

const mostFilters = 100;

/** Views of an asset by columns or rows. What they come to follows from its latest revision, at any time. */
export const assetFilters: Handlers = {
  CreateAssetFilter(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const assetId = ofMember(call, domain, input.assetIdentifier);
    call.limit(domain.assetFilters.rows(assetId).length + 1, mostFilters, 'filters of an asset');
    requireColumns(domain, assetId, input.configuration);
    const filter: AssetFilter = {
      id: call.newId(),
      domainId: domain.id,
      assetId,
      name: input.name,
      description: input.description,
      configuration: input.configuration,
      createdAt: call.now,
    };
    domain.assetFilters.put(filter.id, filter);
    return shown(domain, filter);
  },

  GetAssetFilter(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return shown(domain, found(call, domain, input));
  },

  UpdateAssetFilter(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const filter = found(call, domain, input);
    if (input.configuration) requireColumns(domain, filter.assetId, input.configuration);
    const { name, description, configuration } = input;
    const updated: AssetFilter = { ...filter, ...present({ name, description, configuration }) };
    domain.assetFilters.put(filter.id, updated);
    return shown(domain, updated);
  },

  DeleteAssetFilter(call, input) {
    const domain = call.domain(input.domainIdentifier);
    domain.assetFilters.delete(found(call, domain, input).id);
    return {};
  },

  ListAssetFilters(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { status } = input;
    const page = call.page(input, {
      table: domain.assetFilters,
      group: ofMember(call, domain, input.assetIdentifier),
      matches: status && ((filter: AssetFilter) => shown(domain, filter).status === status),
      dependsOn: domain.assets,
    });
    return { items: page.rows.map((filter) => shown(domain, filter)), nextToken: page.nextToken };
  },
};

function ofMember(call: Call, domain: Domain, assetId: string): string {
  const { id, owningProjectId } = latest(call.find(domain.assets, 'Asset', assetId));
  requireMember(call, domain, owningProjectId);
  return id;
}

function found(
  call: Call,
  domain: Domain,
  { assetIdentifier, identifier }: Given<'GetAssetFilter'>,
): AssetFilter {
  ofMember(call, domain, assetIdentifier);
  const filter = call.find(domain.assetFilters, 'Asset filter', identifier);
  if (filter.assetId !== assetIdentifier) throw notFound('Asset filter', identifier);
  return filter;
}

/** A filter with what it comes to, which is nothing once the asset has lost one of its columns. */
function shown(domain: Domain, filter: AssetFilter): Shown {
  const { columnConfiguration, rowConfiguration } = filter.configuration;
  const missing = missingColumns(domain, filter.assetId, filter.configuration);
  if (missing.length > 0) {
    return { ...filter, status: 'INVALID', errorMessage: `The asset has no column ${missing.join(', ')}` };
  }
  return {
    ...filter,
    status: 'VALID',
    ...(columnConfiguration && { effectiveColumnNames: columnConfiguration.includedColumnNames ?? [] }),
    ...(rowConfiguration && { effectiveRowFilter: rowCondition(rowConfiguration.rowFilter) }),
  };
}

function requireColumns(domain: Domain, assetId: string, configuration: AssetFilter['configuration']): void {
  const missing = missingColumns(domain, assetId, configuration);
  if (missing.length > 0) throw invalid(`The asset has no column ${missing.join(', ')}`);
}

/** Nothing is missing in an asset whose forms do not tell its columns. */
function missingColumns(
  domain: Domain,
  assetId: string,
  { columnConfiguration, rowConfiguration }: AssetFilter['configuration'],
): string[] {
  const asset = domain.assets.get(assetId);
  const columns = asset ? columnsOf(latest(asset)) : [];
  const named = rowConfiguration
    ? rowColumns(rowConfiguration.rowFilter)
    : (columnConfiguration?.includedColumnNames ?? []);
  return columns.length === 0 ? [] : named.filter((column) => !columns.includes(column));
}
