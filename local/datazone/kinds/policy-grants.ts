import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../call';
import { type Domain, type Grant, grantsGroup } from '../domain';
import { conflict, invalid } from '../faults';
import { requireUnitOwner } from '../membership';
import type { Given, Handlers } from '../operations';

const mostGrants = 20;

type Principal = Given<'AddPolicyGrant'>['principal'];

const ofUnits = [
  'CREATE_DOMAIN_UNIT',
  'OVERRIDE_DOMAIN_UNIT_OWNERS',
  'ADD_TO_PROJECT_MEMBER_POOL',
  'OVERRIDE_PROJECT_OWNERS',
  'CREATE_GLOSSARY',
  'CREATE_FORM_TYPE',
  'CREATE_ASSET_TYPE',
  'CREATE_PROJECT',
];

/** The policies that fit each kind of entity, in domains of each version. */
const fitting: Readonly<Record<string, Readonly<Record<'V1' | 'V2', readonly string[]>>>> = {
  DOMAIN_UNIT: { V1: ofUnits, V2: [...ofUnits, 'CREATE_PROJECT_FROM_PROJECT_PROFILE'] },
  ENVIRONMENT_BLUEPRINT_CONFIGURATION: {
    V1: ['CREATE_ENVIRONMENT_PROFILE', 'DELEGATE_CREATE_ENVIRONMENT_PROFILE'],
    V2: ['CREATE_ENVIRONMENT_FROM_BLUEPRINT'],
  },
  ENVIRONMENT_PROFILE: { V1: ['CREATE_ENVIRONMENT'], V2: [] },
  ASSET_TYPE: { V1: ['USE_ASSET_TYPE'], V2: ['USE_ASSET_TYPE'] },
};

/** Policy detail member of what a new domain lets everyone do. */
const defaultGrants = {
  CREATE_PROJECT: 'createProject',
  ADD_TO_PROJECT_MEMBER_POOL: 'addToProjectMemberPool',
} as const;

export const policyGrants: Handlers = {
  AddPolicyGrant(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { entityType, entityIdentifier, policyType, detail } = input;
    requireFit(domain, input);
    requireEntity(call, domain, input);
    if (entityType === 'DOMAIN_UNIT') requireUnitOwner(call, domain, entityIdentifier);
    const principal = resolvedPrincipal(call, domain, input.principal);
    requireReferred(call, domain, detail);
    const present = domain.grants.rows(grantsGroup(entityIdentifier, policyType));
    call.limit(present.length + 1, mostGrants, `${policyType} grants`);
    if (present.some((grant) => isDeepStrictEqual(grant.principal, principal))) {
      throw conflict(`The principal has a ${policyType} grant on ${entityIdentifier} already`);
    }
    const grantId = addGrant(call, domain, { entity: entityIdentifier, policyType, principal, detail });
    // AWS documents these events for policies of domain units only.
    if (entityType === 'DOMAIN_UNIT') {
      const about = { typeName: 'PolicyGrantEntityType', id: grantId };
      call.emit(domain, 'Policy Grant Added', about, { policyType });
    }
    return { grantId };
  },

  ListPolicyGrants(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireFit(domain, input);
    requireEntity(call, domain, input);
    const group = grantsGroup(input.entityIdentifier, input.policyType);
    const page = call.page(input, { table: domain.grants, group }, 25);
    return { grantList: [...page.rows], nextToken: page.nextToken };
  },

  RemovePolicyGrant(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireFit(domain, input);
    if (input.entityType === 'DOMAIN_UNIT') requireUnitOwner(call, domain, input.entityIdentifier);
    const present = domain.grants.rows(grantsGroup(input.entityIdentifier, input.policyType));
    const given = resolvedPrincipal(call, domain, input.principal);
    const grant = present.find(({ grantId, principal }) =>
      input.grantIdentifier === undefined
        ? isDeepStrictEqual(principal, given)
        : grantId === input.grantIdentifier,
    );
    if (grant?.grantId === undefined) throw invalid('The grant is not part of the existing Grant list');
    domain.grants.delete(grant.grantId);
    if (input.entityType === 'DOMAIN_UNIT') {
      const about = { typeName: 'PolicyGrantEntityType', id: grant.grantId };
      call.emit(domain, 'Policy Grant Removed', about, { policyType: input.policyType });
    }
    return {};
  },
};

/** In a new domain everyone may create projects and be taken into them. */
export function seedDefaultGrants(call: Call, domain: Domain): void {
  for (const [policyType, member] of Object.entries(defaultGrants)) {
    addGrant(call, domain, {
      entity: domain.rootUnitId,
      policyType,
      principal: { user: { allUsersGrantFilter: {} } },
      detail: { [member]: { includeChildDomainUnits: true } } as Grant['detail'],
    });
  }
}

function addGrant(
  call: Call,
  domain: Domain,
  grant: Omit<Grant, 'grantId' | 'createdAt' | 'createdBy'>,
): string {
  const grantId = call.world.ids.text(10);
  domain.grants.put(grantId, { ...grant, grantId, createdAt: call.now, createdBy: call.author(domain) });
  return grantId;
}

type Place = Pick<Given<'ListPolicyGrants'>, 'entityType' | 'entityIdentifier' | 'policyType'>;

function requireFit(domain: Domain, { entityType, policyType }: Place): void {
  if (!fitting[entityType]?.[domain.isV2 ? 'V2' : 'V1'].includes(policyType)) {
    throw invalid(`Policy ${policyType} does not apply to ${entityType}`);
  }
}

/** Operations on grants declare no error for an absent entity. @throws Fault `ValidationException` */
function requireEntity(call: Call, domain: Domain, { entityType, entityIdentifier }: Place): void {
  switch (entityType) {
    case 'DOMAIN_UNIT':
      call.findValid(domain.units, 'Domain unit', entityIdentifier);
      break;
    case 'ENVIRONMENT_PROFILE':
      call.findValid(domain.environmentProfiles, 'Environment profile', entityIdentifier);
      break;
    case 'ASSET_TYPE':
      call.findValid(domain.assetTypes, 'Asset type', entityIdentifier);
      break;
    case 'ENVIRONMENT_BLUEPRINT_CONFIGURATION': {
      const [accountId, blueprintId = ''] = entityIdentifier.split(':');
      if (accountId !== call.world.accountId)
        throw invalid(`${entityIdentifier} is of no associated account`);
      call.findValid(domain.blueprintConfigurations, 'Blueprint configuration', blueprintId);
    }
  }
}

/** The principal by the ids of profiles, however it was named. @throws Fault `ValidationException` for an unknown one. */
function resolvedPrincipal(call: Call, domain: Domain, given: Principal): Principal {
  const { user, group, project, domainUnit } = given;
  if (user?.userIdentifier !== undefined) {
    const id = domain.profileIds.get(user.userIdentifier) ?? user.userIdentifier;
    call.findValid(domain.profiles, 'User profile', id);
    return { user: { userIdentifier: id } };
  }
  if (group?.groupIdentifier !== undefined) {
    const id = domain.groupIds.get(group.groupIdentifier) ?? group.groupIdentifier;
    call.findValid(domain.groups, 'Group profile', id);
    return { group: { groupIdentifier: id } };
  }
  if (project?.projectIdentifier !== undefined) {
    call.findValid(domain.projects, 'Project', project.projectIdentifier);
  }
  const units = [
    project?.projectGrantFilter?.domainUnitFilter?.domainUnit,
    domainUnit?.domainUnitIdentifier,
  ].filter((id) => id !== undefined);
  for (const id of units) call.findValid(domain.units, 'Domain unit', id);
  return given;
}

/** @throws Fault `ValidationException` for what a policy's detail names and the domain does not have. */
function requireReferred(call: Call, domain: Domain, detail: Given<'AddPolicyGrant'>['detail']): void {
  const unitId = detail.createEnvironmentProfile?.domainUnitId ?? detail.useAssetType?.domainUnitId;
  if (unitId !== undefined) call.findValid(domain.units, 'Domain unit', unitId);
  for (const id of detail.createProjectFromProjectProfile?.projectProfiles ?? []) {
    call.findValid(domain.projectProfiles, 'Project profile', id);
  }
}
