import type { Call } from '../call';
import type { Domain, Owner } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireUnitOwner } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { findGroup } from './group-profiles';
import { find } from './user-profiles';

const mostOwners = 20;

export const domainUnitOwners: Handlers = {
  AddEntityOwner(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const unit = call.find(domain.units, 'Domain unit', input.entityIdentifier);
    requireUnitOwner(call, domain, unit.id);
    const owner = ownerOf(call, domain, unit.id, input.owner);
    call.limit(domain.owners.entries(unit.id).length + 1, mostOwners, 'owners of a domain unit');
    if (domain.owners.has(ownerKey(owner))) throw conflict(`${owner.principalId} owns ${unit.id} already`);
    addOwner(domain, owner);
    call.emit(domain, 'Domain Unit Owner Added', { typeName: 'DomainUnitEntityType', id: unit.id });
    return {};
  },

  RemoveEntityOwner(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const unit = call.find(domain.units, 'Domain unit', input.entityIdentifier);
    requireUnitOwner(call, domain, unit.id);
    const owner = ownerOf(call, domain, unit.id, input.owner);
    if (!domain.owners.has(ownerKey(owner))) throw notFound('Owner', owner.principalId);
    domain.owners.delete(ownerKey(owner));
    call.emit(domain, 'Domain Unit Owner Removed', { typeName: 'DomainUnitEntityType', id: unit.id });
    return {};
  },

  UpdateRootDomainUnitOwner(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const unitId = domain.rootUnitId;
    requireUnitOwner(call, domain, unitId);
    const current = ownerOf(call, domain, unitId, { user: { userIdentifier: input.currentOwner } });
    if (!domain.owners.has(ownerKey(current))) throw notFound('Owner', input.currentOwner);
    const next = ownerOf(call, domain, unitId, { user: { userIdentifier: input.newOwner } });
    if (domain.owners.has(ownerKey(next))) throw conflict(`${next.principalId} owns ${unitId} already`);
    domain.owners.delete(ownerKey(current));
    addOwner(domain, next);
    return {};
  },

  ListEntityOwners(call, input) {
    const domain = call.domain(input.domainIdentifier);
    call.findValid(domain.units, 'Domain unit', input.entityIdentifier);
    const page = call.page(input, { table: domain.owners, group: input.entityIdentifier }, 25);
    return { owners: page.rows.map(ownerProperties), nextToken: page.nextToken };
  },
};

export function addOwner(domain: Domain, owner: Owner): void {
  domain.owners.put(ownerKey(owner), owner);
}

export function removeOwners(domain: Domain, unitId: string): void {
  for (const owner of domain.owners.rows(unitId)) domain.owners.delete(ownerKey(owner));
}

export function ownersOf(domain: Domain, unitId: string): Answer<'GetDomainUnit'>['owners'] {
  return domain.owners.rows(unitId).map(ownerProperties);
}

function ownerOf(
  call: Call,
  domain: Domain,
  unitId: string,
  { user, group }: Given<'AddEntityOwner'>['owner'],
): Owner {
  if (user !== undefined) {
    return { unitId, kind: 'user', principalId: find(call, domain, user.userIdentifier).id ?? '' };
  }
  if (group === undefined) throw invalid('An owner is a user or a group');
  return { unitId, kind: 'group', principalId: findGroup(call, domain, group.groupIdentifier).id ?? '' };
}

function ownerKey({ unitId, principalId }: Owner): string {
  return `${unitId}/${principalId}`;
}

function ownerProperties({ kind, principalId }: Owner): Answer<'GetDomainUnit'>['owners'][number] {
  return kind === 'user' ? { user: { userId: principalId } } : { group: { groupId: principalId } };
}
