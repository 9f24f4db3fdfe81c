import { kindByName } from '../../../core/catalog/registry';
import { createAsset, type FilledProject } from '../../../local/fixture/fill-domain';
import type { BackupBench } from '../../support/in-process-backup';

/** Enough kinds to meet all that may happen to a reading: suites of a run for each call can do without the others. */
export const fewKinds = [
  ...['domain', 'project', 'glossary', 'glossaryTerm', 'formType', 'assetType', 'asset', 'listing'],
].map(kindByName);

/** Hides AWS's own types from the sweeps, so that a run is short; those in use are met as references. */
export function withoutManagedTypes(
  operation: string,
  output: Record<string, unknown>,
): Record<string, unknown> {
  if (operation !== 'SearchTypes' || !Array.isArray(output.items)) return output;
  const items = output.items.filter((item) => !JSON.stringify(item).includes('"name":"amazon.datazone.'));
  return { ...output, items, totalMatchCount: items.length };
}

/** One of each in every project: an asset deleted, one revised, one created, one published; a term reworded. */
export function workOneDay(bench: BackupBench): void {
  for (const project of bench.projects) {
    const [published, revised, deleted] = project.assetIds.slice(-3);
    createAsset(forCalls(bench), project, 1001);
    publish(bench, published);
    revise(bench, revised, 'revised');
    remove(bench, deleted);
    reword(bench, project, 'reworded');
  }
}

export function publish(bench: BackupBench, entityIdentifier = ''): void {
  const { service, caller, domainId: domainIdentifier } = bench;
  const publication = { entityIdentifier, entityType: 'ASSET', action: 'PUBLISH' } as const;
  service.call('CreateListingChangeSet', { domainIdentifier, ...publication }, caller);
}

export function revise(bench: BackupBench, identifier = '', description = ''): void {
  const { service, caller, domainId: domainIdentifier } = bench;
  const { name, formsOutput, glossaryTerms } = service.call(
    'GetAsset',
    { domainIdentifier, identifier },
    caller,
  );
  const formsInput = formsOutput.map(({ formName, typeName, typeRevision, content }) => ({
    formName,
    ...(typeName === undefined ? {} : { typeIdentifier: typeName }),
    ...(typeRevision === undefined ? {} : { typeRevision }),
    ...(content === undefined ? {} : { content }),
  }));
  const terms = glossaryTerms === undefined ? {} : { glossaryTerms };
  service.call(
    'CreateAssetRevision',
    { domainIdentifier, identifier, name, description, formsInput, ...terms },
    caller,
  );
}

/** Deletes an asset, and its listing before it. */
export function remove(bench: BackupBench, identifier = ''): void {
  const { service, caller, domainId: domainIdentifier } = bench;
  const { listing } = service.call('GetAsset', { domainIdentifier, identifier }, caller);
  if (listing !== undefined) {
    service.call('DeleteListing', { domainIdentifier, identifier: listing.listingId }, caller);
  }
  service.call('DeleteAsset', { domainIdentifier, identifier }, caller);
}

export function reword(bench: BackupBench, project: FilledProject, shortDescription: string): void {
  const { service, caller, domainId: domainIdentifier } = bench;
  const identifier = project.termIds[0] ?? '';
  service.call('UpdateGlossaryTerm', { domainIdentifier, identifier, shortDescription }, caller);
}

export function forCalls({ service, caller, domainId, random }: BackupBench) {
  return { service, caller, domainId, random };
}

/** Ends the backup role's membership of a project; gives what makes it a member again. */
export function removeReader(
  { service, caller, domainId }: BackupBench,
  projectIdentifier: string,
): () => void {
  const project = { domainIdentifier: domainId, projectIdentifier };
  const { members } = service.call('ListProjectMemberships', project, caller);
  const removed: string[] = [];
  for (const { memberDetails, designation } of members) {
    const userIdentifier = memberDetails && 'user' in memberDetails ? memberDetails.user?.userId : undefined;
    if (designation !== 'PROJECT_CONTRIBUTOR' || userIdentifier === undefined) continue;
    service.call('DeleteProjectMembership', { ...project, member: { userIdentifier } }, caller);
    removed.push(userIdentifier);
  }
  return () => {
    for (const userIdentifier of removed) {
      const member = { userIdentifier };
      service.call(
        'CreateProjectMembership',
        { ...project, designation: 'PROJECT_CONTRIBUTOR', member },
        caller,
      );
    }
  };
}

/** Lets the backup role join whatever project. */
export function letJoin({ service, caller, domainId: domainIdentifier }: BackupBench): void {
  const { rootDomainUnitId } = service.call('GetDomain', { identifier: domainIdentifier }, caller);
  service.call(
    'AddPolicyGrant',
    {
      domainIdentifier,
      entityType: 'DOMAIN_UNIT',
      entityIdentifier: rootDomainUnitId ?? '',
      policyType: 'OVERRIDE_PROJECT_OWNERS',
      principal: { user: { allUsersGrantFilter: {} } },
      detail: { overrideProjectOwners: { includeChildDomainUnits: true } },
    },
    caller,
  );
}
