import {
  CreateProjectMembershipCommand,
  GetAssetCommand,
  GetAssetTypeCommand,
  GetDomainCommand,
  GetFormTypeCommand,
  GetGlossaryCommand,
  GetGlossaryTermCommand,
  GetListingCommand,
  GetProjectCommand,
  GetUserProfileCommand,
  ListProjectMembershipsCommand,
  ListProjectsCommand,
  SearchCommand,
  SearchListingsCommand,
  SearchTypesCommand,
} from '@aws-sdk/client-datazone';

/** The operations that the catalog uses. Each is named, so that a bundle holds no other of DataZone's. */
export const operations = {
  CreateProjectMembership: CreateProjectMembershipCommand,
  GetAsset: GetAssetCommand,
  GetAssetType: GetAssetTypeCommand,
  GetDomain: GetDomainCommand,
  GetFormType: GetFormTypeCommand,
  GetGlossary: GetGlossaryCommand,
  GetGlossaryTerm: GetGlossaryTermCommand,
  GetListing: GetListingCommand,
  GetProject: GetProjectCommand,
  GetUserProfile: GetUserProfileCommand,
  ListProjectMemberships: ListProjectMembershipsCommand,
  ListProjects: ListProjectsCommand,
  Search: SearchCommand,
  SearchListings: SearchListingsCommand,
  SearchTypes: SearchTypesCommand,
} as const;

export type OperationName = keyof typeof operations;

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}
