import type { Call } from '../call';
import type { Domain, Owner } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireUnitOwner } from '../membership';
import type { Answer, Handlers } from '../operations';

/** Units of a domain may nest this deep below the root. */
const deepest = 5;
const mostOwners = 20;

export const domainUnits: Handlers = {
  CreateDomainUnit(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const parent = call.find(domain.units, 'Domain unit', input.parentDomainUnitIdentifier);
    requireUnitOwner(call, domain, parent.id);
    const siblings = domain.units.rows(parent.id);
    if (siblings.some((unit) => unit.name === input.name)) {
      throw conflict(`Domain unit ${parent.id} has a unit with the name ${input.name}`);
    }
    const ancestors = ancestorsOf(domain, parent.id);
    call.limit(ancestors.length, deepest, 'levels of domain units');
    const author = call.author(domain);
    const id = call.newId();
    domain.units.put(id, {
      id,
      domainId: domain.id,
      name: input.name,
      parentDomainUnitId: parent.id,
      description: input.description,
      owners: [],
      createdAt: call.now,
      createdBy: author,
      lastUpdatedAt: call.now,
      lastUpdatedBy: author,
    });
    const profileId = call.profileId(domain);
    if (profileId !== undefined) addOwner(domain, { unitId: id, kind: 'user', principalId: profileId });
    call.emit(domain, 'Domain Unit Created', { typeName: 'DomainUnitEntityType', id });
    return { ...shown(call, domain, id), ancestorDomainUnitIds: ancestors };
  },

  GetDomainUnit: (call, input) => shown(call, call.domain(input.domainIdentifier), input.identifier),

  ListDomainUnitsForParent(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const page = call.page(input, { table: domain.units, group: input.parentDomainUnitIdentifier }, 25);
    return { items: page.rows.map(({ id, name }) => ({ id, name })), nextToken: page.nextToken };
  },

  AddEntityOwner(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const unit = call.find(domain.units, 'Domain unit', input.entityIdentifier);
    requireUnitOwner(call, domain, unit.id);
    const owner = ownerOf(domain, unit.id, input.owner);
    call.limit(domain.owners.entries(unit.id).length + 1, mostOwners, 'owners of a domain unit');
    if (domain.owners.has(ownerKey(owner))) throw conflict(`${owner.principalId} owns ${unit.id} already`);
    addOwner(domain, owner);
    call.emit(domain, 'Domain Unit Owner Added', { typeName: 'DomainUnitEntityType', id: unit.id });
    return {};
  },

  ListEntityOwners(call, input) {
    const domain = call.domain(input.domainIdentifier);
    call.find(domain.units, 'Domain unit', input.entityIdentifier);
    const page = call.page(input, { table: domain.owners, group: input.entityIdentifier }, 25);
    return { owners: page.rows.map(ownerProperties), nextToken: page.nextToken };
  },
};

function shown(call: Call, domain: Domain, id: string): Answer<'GetDomainUnit'> {
  const unit = call.find(domain.units, 'Domain unit', id);
  return { ...unit, owners: domain.owners.rows(id).map(ownerProperties) };
}

function ancestorsOf(domain: Domain, unitId: string): string[] {
  const above = domain.units.get(unitId)?.parentDomainUnitId;
  return above === undefined ? [unitId] : [...ancestorsOf(domain, above), unitId];
}

function ownerOf(domain: Domain, unitId: string, given: { user?: unknown; group?: unknown }): Owner {
  const user = identifierIn(given.user, 'userIdentifier');
  if (user !== undefined) {
    const principalId = domain.profiles.has(user) ? user : domain.profileIds.get(user);
    if (principalId === undefined) throw notFound('User profile', user);
    return { unitId, kind: 'user', principalId };
  }
  const group = identifierIn(given.group, 'groupIdentifier');
  if (group === undefined) throw invalid('An owner is a user or a group');
  return { unitId, kind: 'group', principalId: group };
}

function identifierIn(given: unknown, member: string): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const value: unknown = Reflect.get(given, member);
  return typeof value === 'string' ? value : undefined;
}

function ownerKey({ unitId, principalId }: Owner): string {
  return `${unitId}/${principalId}`;
}

function addOwner(domain: Domain, owner: Owner): void {
  domain.owners.put(ownerKey(owner), owner);
}

function ownerProperties({ kind, principalId }: Owner): Answer<'GetDomainUnit'>['owners'][number] {
  return kind === 'user' ? { user: { userId: principalId } } : { group: { groupId: principalId } };
}
