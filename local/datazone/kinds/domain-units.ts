import type { Call } from '../call';
import { type Domain, latest, type Rule } from '../domain';
import { conflict, invalid } from '../faults';
import { requireUnitOwner } from '../membership';
import type { Answer, Handlers } from '../operations';
import { present } from '../present';
import { addOwner, ownersOf, removeOwners } from './domain-unit-owners';

/** Units of a domain may nest this deep below the root. */
const deepest = 5;

export const domainUnits: Handlers = {
  CreateDomainUnit(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const parent = call.findValid(domain.units, 'Domain unit', input.parentDomainUnitIdentifier);
    requireUnitOwner(call, domain, parent.id);
    requireFreeName(domain, parent.id, input.name);
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

  UpdateDomainUnit(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const unit = call.find(domain.units, 'Domain unit', input.identifier);
    requireUnitOwner(call, domain, unit.id);
    const { name, description } = input;
    if (name !== undefined && name !== unit.name) requireFreeName(domain, unit.parentDomainUnitId, name);
    domain.units.put(unit.id, {
      ...unit,
      ...present({ name, description }),
      lastUpdatedAt: call.now,
      lastUpdatedBy: call.author(domain),
    });
    call.emit(domain, 'Domain Unit Updated', { typeName: 'DomainUnitEntityType', id: unit.id });
    return shown(call, domain, unit.id);
  },

  DeleteDomainUnit(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id } = call.find(domain.units, 'Domain unit', input.identifier);
    if (id === domain.rootUnitId) throw invalid('The root domain unit goes with its domain');
    requireUnitOwner(call, domain, id);
    const isUsed =
      domain.units.entries(id).length > 0 ||
      domain.projects.rows().some((project) => project.domainUnitId === id);
    if (isUsed) throw conflict(`Domain unit ${id} still has units or projects`);
    removeOwners(domain, id);
    for (const { grantId = '' } of domain.grants.rows().filter(({ entity }) => entity === id)) {
      domain.grants.delete(grantId);
    }
    for (const { identifier } of domain.rules
      .rows()
      .map(latest)
      .filter((rule) => isOn(rule, id))) {
      domain.rules.delete(identifier);
    }
    domain.units.delete(id);
    call.emit(domain, 'Domain Unit Deleted', { typeName: 'DomainUnitEntityType', id });
    return {};
  },

  ListDomainUnitsForParent(call, input) {
    const domain = call.domain(input.domainIdentifier);
    call.findValid(domain.units, 'Domain unit', input.parentDomainUnitIdentifier);
    const page = call.page(input, { table: domain.units, group: input.parentDomainUnitIdentifier }, 25);
    return { items: page.rows.map(({ id, name }) => ({ id, name })), nextToken: page.nextToken };
  },
};

function shown(call: Call, domain: Domain, id: string): Answer<'GetDomainUnit'> {
  const unit = call.find(domain.units, 'Domain unit', id);
  return { ...unit, owners: ownersOf(domain, id) };
}

function requireFreeName(domain: Domain, parentId: string | undefined, name: string): void {
  if (domain.units.rows(parentId ?? '').some((unit) => unit.name === name)) {
    throw conflict(`Domain unit ${parentId} has a unit with the name ${name}`);
  }
}

function isOn({ target }: Rule, unitId: string): boolean {
  return target.domainUnitTarget?.domainUnitId === unitId;
}

function ancestorsOf(domain: Domain, unitId: string): string[] {
  const above = domain.units.get(unitId)?.parentDomainUnitId;
  return above === undefined ? [unitId] : [...ancestorsOf(domain, above), unitId];
}
