import type { Call } from '../call';
import { type Domain, type Membership, membershipKey } from '../domain';
import { invalid, notFound } from '../faults';
import { requireOwner, requirePoolMember } from '../membership';
import type { Given, Handlers } from '../operations';
import { findGroup } from './group-profiles';
import { find } from './user-profiles';

const mostUsers = 100;
const mostGroups = 20;

export type Principal = Pick<Membership, 'kind' | 'principalId'>;

export const memberships: Handlers = {
  CreateProjectMembership(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id, domainUnitId } = call.find(domain.projects, 'Project', input.projectIdentifier);
    const ownership = requireOwner(call, domain, id);
    const principal = principalOf(call, domain, input.member);
    const present = domain.memberships.rows(id);
    if (domain.memberships.has(membershipKey(id, principal.principalId))) {
      throw invalid('User is already in the project.');
    }
    if (principal.kind === 'user') {
      requirePoolMember(call, domain, domainUnitId ?? domain.rootUnitId, principal.principalId);
    }
    const sameKind = present.filter(({ kind }) => kind === principal.kind).length;
    call.limit(
      sameKind + 1,
      principal.kind === 'user' ? mostUsers : mostGroups,
      `${principal.kind}s in a project`,
    );
    addMember(domain, { projectId: id, ...principal, designation: input.designation });
    const about = { typeName: 'ProjectEntityType', id, owningProjectId: id };
    const data = { memberId: principal.principalId, designation: input.designation };
    const isOverride = ownership === 'override' && input.designation === 'PROJECT_OWNER';
    call.emit(
      domain,
      isOverride ? 'Project Owner Added With Override' : 'Project Member Addition Succeeded',
      about,
      data,
    );
    return {};
  },

  DeleteProjectMembership(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id } = call.find(domain.projects, 'Project', input.projectIdentifier);
    requireOwner(call, domain, id);
    const { principalId } = principalOf(call, domain, input.member);
    const key = membershipKey(id, principalId);
    if (!domain.memberships.has(key)) throw notFound('Project member', principalId);
    domain.memberships.delete(key);
    const about = { typeName: 'ProjectEntityType', id, owningProjectId: id };
    call.emit(domain, 'Project Member Removal Succeeded', about, { memberId: principalId });
    return {};
  },

  ListProjectMemberships(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id } = call.find(domain.projects, 'Project', input.projectIdentifier);
    const page = call.page(input, { table: domain.memberships, group: id });
    return {
      members: page.rows.map(({ kind, principalId, designation }) => ({
        memberDetails:
          kind === 'user' ? { user: { userId: principalId } } : { group: { groupId: principalId } },
        designation: designation as Given<'CreateProjectMembership'>['designation'],
      })),
      nextToken: page.nextToken,
    };
  },
};

export function addMember(domain: Domain, member: Membership): void {
  domain.memberships.put(membershipKey(member.projectId, member.principalId), member);
}

/**
 * Who is meant: users by profile id, role ARN or user name; groups by profile id, name or role ARN.
 *
 * @throws Fault `ResourceNotFoundException` for who has no profile.
 */
export function principalOf(
  call: Call,
  domain: Domain,
  member: Given<'CreateProjectMembership'>['member'],
): Principal {
  if (member.userIdentifier !== undefined) {
    return { kind: 'user', principalId: find(call, domain, member.userIdentifier).id ?? '' };
  }
  return { kind: 'group', principalId: findGroup(call, domain, member.groupIdentifier ?? '').id ?? '' };
}
