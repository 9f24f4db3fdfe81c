import { requiredText } from './json';
import type { DomainSource } from './source';

/**
 * The project of what hangs on an asset, which its own record does not tell. An id alone leads to it only through
 * the asset: `scopeId` is the domain's, or none, where nobody knows the project.
 */
export async function projectOf(source: DomainSource, assetId: string, scopeId?: string): Promise<string> {
  if (scopeId !== undefined && scopeId !== source.domainId) return scopeId;
  return requiredText(await source.call('GetAsset', { identifier: assetId }), 'owningProjectId');
}
