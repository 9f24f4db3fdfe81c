import type { Call } from './call';
import { type Domain, type Grant, grantsGroup, membershipKey } from './domain';
import { notPermitted } from './faults';

/** Whether the caller belongs to a project, itself or by its role's group; the administrator belongs to all. */
export function isMember(call: Call, domain: Domain, projectId: string): boolean {
  if (call.caller.administrator) return true;
  const profileId = call.profileId(domain) ?? '';
  const groupId = domain.profiles.get(profileId)?.details?.iam?.groupProfileId;
  return [profileId, groupId ?? ''].some((id) => domain.memberships.has(membershipKey(projectId, id)));
}

/** @throws Fault `AccessDeniedException` unless the caller belongs to the project. */
export function requireMember(call: Call, domain: Domain, projectId: string): void {
  if (!isMember(call, domain, projectId)) throw notPermitted(call.operation);
}

/** How the caller may act as an owner of a project. */
export type Ownership = 'owner' | 'override';

/**
 * An owner of the project, or who may override owners by a policy of the project's domain unit.
 *
 * @throws Fault `AccessDeniedException` for anyone else.
 */
export function requireOwner(call: Call, domain: Domain, projectId: string): Ownership {
  if (call.caller.administrator) return 'owner';
  const profileId = call.profileId(domain);
  if (profileId === undefined) throw notPermitted(call.operation);
  const membership = domain.memberships.get(membershipKey(projectId, profileId));
  if (membership?.designation === 'PROJECT_OWNER') return 'owner';
  const unitId = domain.projects.get(projectId)?.domainUnitId ?? domain.rootUnitId;
  if (isGranted(domain, unitId, 'OVERRIDE_PROJECT_OWNERS', profileId)) return 'override';
  throw notPermitted(call.operation);
}

/** @throws Fault `AccessDeniedException` unless the caller owns the unit or one above it. */
export function requireUnitOwner(call: Call, domain: Domain, unitId: string): void {
  if (call.caller.administrator) return;
  const profileId = call.profileId(domain);
  const owned = lineOf(domain, unitId).some((id) =>
    domain.owners.rows(id).some((owner) => owner.principalId === profileId),
  );
  if (profileId !== undefined && owned) return;
  if (profileId !== undefined && isGranted(domain, unitId, 'OVERRIDE_DOMAIN_UNIT_OWNERS', profileId)) return;
  throw notPermitted(call.operation);
}

/** @throws Fault `AccessDeniedException` unless a user may be taken into projects of the unit. */
export function requirePoolMember(call: Call, domain: Domain, unitId: string, profileId: string): void {
  // Pools of the units above limit those below: every unit on the way down must let the user in.
  const allowed = lineOf(domain, unitId).every((id) => {
    const own = domain.grants.rows(grantsGroup(id, 'ADD_TO_PROJECT_MEMBER_POOL'));
    if (own.length === 0 && id !== domain.rootUnitId) return true;
    return own.some((grant) => covers(grant, profileId));
  });
  if (!allowed) throw notPermitted(call.operation);
}

/** Whether a policy of the unit, or one of a unit above it that includes children, names the user. */
export function isGranted(domain: Domain, unitId: string, policyType: string, profileId: string): boolean {
  return lineOf(domain, unitId).some((id) =>
    domain.grants
      .rows(grantsGroup(id, policyType))
      .some((grant) => covers(grant, profileId) && (id === unitId || includesChildren(grant))),
  );
}

/** A unit and all units above it. */
export function lineOf(domain: Domain, unitId: string): string[] {
  const line: string[] = [];
  for (let id: string | undefined = unitId; id !== undefined; id = domain.units.get(id)?.parentDomainUnitId) {
    line.push(id);
  }
  return line;
}

function covers({ principal }: Grant, profileId: string): boolean {
  const user = principal?.user;
  if (!user) return false;
  return 'allUsersGrantFilter' in user || user.userIdentifier === profileId;
}

function includesChildren({ detail }: Grant): boolean {
  return Object.values(detail ?? {}).some(
    (policy: unknown) =>
      typeof policy === 'object' &&
      policy !== null &&
      Reflect.get(policy, 'includeChildDomainUnits') === true,
  );
}
