import {
  GetDataExportConfigurationCommand,
  GetDomainUnitCommand,
  GetGroupProfileCommand,
  GetProjectCommand,
  GetRuleCommand,
  GetUserProfileCommand,
  paginateListEntityOwners,
  paginateListProjectMemberships,
  paginateListProjects,
  paginateListRules,
  paginateSearchGroupProfiles,
  paginateSearchUserProfiles,
  ResourceNotFoundException,
} from '@aws-sdk/client-datazone';
import type { JsonObject } from '../../../core/catalog/json-value';
import type { Walks } from '../walk';
import { joined } from '../walker';

/** How a domain is divided, and who works in it. */
export const organisation: Walks = {
  domain: async (walker) => {
    const record = await walker.domain();
    return [{ id: walker.domainIdentifier, scopeId: walker.domainIdentifier, record }];
  },

  domainUnit: async (walker) =>
    walker.each(await walker.unitIds(), (id) =>
      walker.inDomain(id, new GetDomainUnitCommand(walker.named(id))),
    ),

  domainUnitOwner: async (walker) =>
    walker.each(await walker.unitIds(), async (unit) => {
      const input = { ...walker.input, entityType: 'DOMAIN_UNIT', entityIdentifier: unit } as const;
      const owners = await walker.items(paginateListEntityOwners(walker, input), 'owners');
      return owners.map((owner) => ({
        id: joined(unit, personIn(owner)),
        scopeId: walker.domainIdentifier,
        record: { domainUnitId: unit, owner },
      }));
    }),

  userProfile: (walker) =>
    walker.each(
      ['SSO_USER', 'DATAZONE_USER', 'DATAZONE_SSO_USER', 'DATAZONE_IAM_USER'] as const,
      async (userType) => {
        const pages = paginateSearchUserProfiles(walker, { ...walker.input, userType });
        return walker.each(await walker.items(pages), ({ id }) =>
          walker.inDomain(id, new GetUserProfileCommand({ ...walker.input, userIdentifier: String(id) })),
        );
      },
    ),

  groupProfile: (walker) =>
    walker.each(['SSO_GROUP', 'DATAZONE_SSO_GROUP', 'IAM_ROLE_SESSION_GROUP'] as const, async (groupType) => {
      const pages = paginateSearchGroupProfiles(walker, { ...walker.input, groupType });
      return walker.each(await walker.items(pages), ({ id }) =>
        walker.inDomain(id, new GetGroupProfileCommand({ ...walker.input, groupIdentifier: String(id) })),
      );
    }),

  project: async (walker) =>
    walker.each(await walker.items(paginateListProjects(walker, walker.input)), ({ id }) =>
      walker.inDomain(id, new GetProjectCommand(walker.named(id))),
    ),

  membership: (walker) =>
    walker.inProjects(async (projectIdentifier) => {
      const pages = paginateListProjectMemberships(walker, { ...walker.input, projectIdentifier });
      return (await walker.items(pages, 'members')).map((member) => ({
        id: joined(projectIdentifier, personIn(member.memberDetails as JsonObject)),
        scopeId: projectIdentifier,
        record: { ...member, projectId: projectIdentifier },
      }));
    }),

  rule: async (walker) =>
    walker.each(await walker.unitIds(), async (targetIdentifier) => {
      const input = { ...walker.input, targetType: 'DOMAIN_UNIT', targetIdentifier } as const;
      const pages = paginateListRules({ client: walker.client, pageSize: 25 }, input);
      return walker.each(await walker.items(pages), ({ identifier }) =>
        walker.inDomain(identifier, new GetRuleCommand(walker.named(identifier))),
      );
    }),

  dataExportConfiguration: async (walker) => {
    try {
      return await walker.inDomain(
        walker.domainIdentifier,
        new GetDataExportConfigurationCommand(walker.input),
      );
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
  },
};

/** The profile that an owner or a member is. */
function personIn(details: JsonObject): string {
  const { user, group } = details as Readonly<Record<string, JsonObject>>;
  return String(user?.userId ?? group?.groupId);
}
