import type { Call } from '../call';
import type { Domain } from '../domain';
import { conflict, invalid } from '../faults';
import type { Answer, Given, Handlers } from '../operations';
import { sortedBy } from '../pages';
import { present } from '../present';

type Profile = Answer<'GetProjectProfile'>;
type Configurations = Given<'CreateProjectProfile'>['environmentConfigurations'];

export const projectProfiles: Handlers = {
  CreateProjectProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (!domain.isV2) throw invalid('Project profiles need a domain of version V2');
    requireFreeName(domain, input.name);
    const { domainIdentifier: _, domainUnitIdentifier, environmentConfigurations, ...given } = input;
    const unitId = domainUnitIdentifier ?? domain.rootUnitId;
    call.find(domain.units, 'Domain unit', unitId);
    const id = call.newId();
    const profile: Profile = {
      ...given,
      domainId: domain.id,
      id,
      status: input.status ?? 'ENABLED',
      environmentConfigurations: sound(call, domain, environmentConfigurations),
      createdBy: call.author(domain),
      createdAt: call.now,
      lastUpdatedAt: call.now,
      domainUnitId: unitId,
    };
    domain.projectProfiles.put(id, profile);
    return profile;
  },

  GetProjectProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.projectProfiles, 'Project profile', input.identifier);
  },

  ListProjectProfiles(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { name } = input;
    const page = call.page(input, {
      table: domain.projectProfiles,
      matches: name === undefined ? undefined : (profile) => profile.name === name,
      sort: sortedBy(input, (profile: Profile) => profile.name),
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  UpdateProjectProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const profile = call.find(domain.projectProfiles, 'Project profile', input.identifier);
    const {
      domainIdentifier: _,
      identifier: __,
      domainUnitIdentifier: domainUnitId,
      environmentConfigurations,
      ...changes
    } = input;
    if (input.name !== undefined && input.name !== profile.name) requireFreeName(domain, input.name);
    if (domainUnitId !== undefined) call.find(domain.units, 'Domain unit', domainUnitId);
    const updated: Profile = {
      ...profile,
      ...present({ ...changes, domainUnitId }),
      environmentConfigurations:
        sound(call, domain, environmentConfigurations) ?? profile.environmentConfigurations,
      lastUpdatedAt: call.now,
    };
    domain.projectProfiles.put(profile.id, updated);
    return updated;
  },

  DeleteProjectProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id } = call.find(domain.projectProfiles, 'Project profile', input.identifier);
    if (domain.projects.rows().some((project) => project.projectProfileId === id)) {
      throw invalid(`Project profile ${id} is in use`);
    }
    domain.projectProfiles.delete(id);
    return {};
  },
};

function requireFreeName(domain: Domain, name: string): void {
  if (domain.projectProfiles.rows().some((profile) => profile.name === name)) {
    throw conflict(`A project profile with the name ${name} exists`);
  }
}

/** Each with an id. @throws Fault for names that are not distinct, and for blueprints or pools that are not there. */
function sound(
  call: Call,
  domain: Domain,
  configurations: Configurations,
): Profile['environmentConfigurations'] {
  const names = (configurations ?? []).map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw invalid('The names of environment configurations must differ');
  return configurations?.map((configuration) => {
    const { environmentBlueprintId, accountPools = [] } = configuration;
    call.find(domain.blueprints, 'Environment blueprint', environmentBlueprintId);
    for (const pool of accountPools) call.find(domain.accountPools, 'Account pool', pool);
    return { ...configuration, id: configuration.id ?? call.newId() };
  });
}
