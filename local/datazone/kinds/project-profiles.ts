import { conflict, invalid } from '../faults';
import type { Answer, Handlers } from '../operations';

export const projectProfiles: Handlers = {
  CreateProjectProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (!domain.isV2) throw invalid('Project profiles need a domain of version V2');
    if (domain.projectProfiles.rows().some((profile) => profile.name === input.name)) {
      throw conflict(`A project profile with the name ${input.name} exists`);
    }
    const unitId = input.domainUnitIdentifier ?? domain.rootUnitId;
    call.find(domain.units, 'Domain unit', unitId);
    for (const { environmentBlueprintId } of input.environmentConfigurations ?? []) {
      call.find(domain.blueprints, 'Environment blueprint', environmentBlueprintId);
    }
    const { domainIdentifier: _, domainUnitIdentifier: __, environmentConfigurations, ...given } = input;
    const id = call.newId();
    const profile: Answer<'GetProjectProfile'> = {
      ...given,
      domainId: domain.id,
      id,
      status: input.status ?? 'ENABLED',
      environmentConfigurations: environmentConfigurations?.map((it) => ({
        ...it,
        id: it.id ?? call.newId(),
      })),
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
    const matches = name === undefined ? undefined : (profile: { name: string }) => profile.name === name;
    const page = call.page(input, { table: domain.projectProfiles, matches });
    return { items: [...page.rows], nextToken: page.nextToken };
  },
};
