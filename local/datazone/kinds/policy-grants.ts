import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../call';
import { type Domain, type Grant, grantsGroup } from '../domain';
import { conflict, invalid } from '../faults';
import { requireUnitOwner } from '../membership';
import type { Given, Handlers } from '../operations';

const mostGrants = 20;

/** The policies that fit each kind of entity. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  DOMAIN_UNIT: [
    'CREATE_DOMAIN_UNIT',
    'OVERRIDE_DOMAIN_UNIT_OWNERS',
    'ADD_TO_PROJECT_MEMBER_POOL',
    'OVERRIDE_PROJECT_OWNERS',
    'CREATE_GLOSSARY',
    'CREATE_FORM_TYPE',
    'CREATE_ASSET_TYPE',
    'CREATE_PROJECT',
    'CREATE_PROJECT_FROM_PROJECT_PROFILE',
  ],
  ENVIRONMENT_BLUEPRINT_CONFIGURATION: [
    'CREATE_ENVIRONMENT_FROM_BLUEPRINT',
    'CREATE_ENVIRONMENT_PROFILE',
    'DELEGATE_CREATE_ENVIRONMENT_PROFILE',
  ],
  ENVIRONMENT_PROFILE: ['CREATE_ENVIRONMENT'],
  ASSET_TYPE: ['USE_ASSET_TYPE'],
};

/** Policy detail member of what a new domain lets everyone do. */
const defaultGrants = {
  CREATE_PROJECT: 'createProject',
  ADD_TO_PROJECT_MEMBER_POOL: 'addToProjectMemberPool',
} as const;

export const policyGrants: Handlers = {
  AddPolicyGrant(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { entityType, entityIdentifier, policyType, principal, detail } = input;
    requireFit(input);
    if (entityType === 'DOMAIN_UNIT') {
      call.find(domain.units, 'Domain unit', entityIdentifier);
      requireUnitOwner(call, domain, entityIdentifier);
    }
    const present = domain.grants.rows(grantsGroup(entityIdentifier, policyType));
    call.limit(present.length + 1, mostGrants, `${policyType} grants`);
    if (present.some((grant) => isDeepStrictEqual(grant.principal, principal))) {
      throw conflict(`The principal has a ${policyType} grant on ${entityIdentifier} already`);
    }
    const grantId = addGrant(call, domain, { entity: entityIdentifier, policyType, principal, detail });
    call.emit(
      domain,
      'Policy Grant Added',
      { typeName: 'PolicyGrantEntityType', id: grantId },
      { policyType },
    );
    return { grantId };
  },

  ListPolicyGrants(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireFit(input);
    const group = grantsGroup(input.entityIdentifier, input.policyType);
    const page = call.page(input, { table: domain.grants, group }, 25);
    return { grantList: [...page.rows], nextToken: page.nextToken };
  },

  RemovePolicyGrant(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireFit(input);
    if (input.entityType === 'DOMAIN_UNIT') requireUnitOwner(call, domain, input.entityIdentifier);
    const present = domain.grants.rows(grantsGroup(input.entityIdentifier, input.policyType));
    const grant = present.find(({ grantId, principal }) =>
      input.grantIdentifier === undefined
        ? isDeepStrictEqual(principal, input.principal)
        : grantId === input.grantIdentifier,
    );
    if (grant?.grantId === undefined) throw invalid('The grant is not part of the existing Grant list');
    domain.grants.delete(grant.grantId);
    const about = { typeName: 'PolicyGrantEntityType', id: grant.grantId };
    call.emit(domain, 'Policy Grant Removed', about, { policyType: input.policyType });
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

function requireFit({
  entityType,
  policyType,
}: Pick<Given<'ListPolicyGrants'>, 'entityType' | 'policyType'>): void {
  if (!fitting[entityType]?.includes(policyType)) {
    throw invalid(`Policy ${policyType} does not apply to ${entityType}`);
  }
}
