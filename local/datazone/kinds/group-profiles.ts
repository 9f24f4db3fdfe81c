import type { Call } from '../call';
import type { Domain } from '../domain';
import { invalid } from '../faults';
import type { Answer, Handlers } from '../operations';

type Group = Answer<'GetGroupProfile'>;

export const groupProfiles: Handlers = {
  CreateGroupProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { groupIdentifier, rolePrincipalArn } = input;
    const identifier = groupIdentifier ?? rolePrincipalArn;
    if (identifier === undefined || (groupIdentifier !== undefined && rolePrincipalArn !== undefined)) {
      throw invalid('Either groupIdentifier or rolePrincipalArn is required');
    }
    if (domain.groupIds.has(identifier)) throw invalid(`A group profile for ${identifier} exists`);
    const id = call.newUuid();
    const group: Group = {
      domainId: domain.id,
      id,
      status: 'ASSIGNED',
      ...(rolePrincipalArn === undefined
        ? { groupName: groupIdentifier }
        : { rolePrincipalArn, rolePrincipalId: call.newPrincipalId() }),
    };
    domain.groups.put(id, group);
    domain.groupIds.set(identifier, id);
    return group;
  },

  GetGroupProfile: (call, input) =>
    findGroup(call, call.domain(input.domainIdentifier), input.groupIdentifier),

  UpdateGroupProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const group = findGroup(call, domain, input.groupIdentifier);
    const updated = { ...group, status: input.status };
    domain.groups.put(group.id ?? '', updated);
    return updated;
  },

  SearchGroupProfiles(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const text = input.searchText?.toLowerCase() ?? '';
    const matches = (group: Group): boolean =>
      isSearched(group, input.groupType) && identifierOf(group).toLowerCase().includes(text);
    const page = call.page(input, { table: domain.groups, matches });
    return { items: [...page.rows], nextToken: page.nextToken };
  },
};

/** Resolves a profile id, a group name or a role ARN. @throws Fault `ResourceNotFoundException` */
export function findGroup(call: Call, domain: Domain, identifier: string): Group {
  return call.find(domain.groups, 'Group profile', domain.groupIds.get(identifier) ?? identifier);
}

/** SSO_GROUP means the whole Identity Center, those that are not assigned to the domain included. */
function isSearched({ rolePrincipalArn, status }: Group, type: string): boolean {
  if (type === 'IAM_ROLE_SESSION_GROUP') return rolePrincipalArn !== undefined;
  if (rolePrincipalArn !== undefined) return false;
  return type === 'SSO_GROUP' || status === 'ASSIGNED';
}

function identifierOf({ groupName, rolePrincipalArn }: Group): string {
  return groupName ?? rolePrincipalArn ?? '';
}
