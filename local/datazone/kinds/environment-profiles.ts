import type { Call } from '../call';
import type { Domain } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Handlers } from '../operations';
import { present } from '../present';
import { fits } from '../query';
import { readParameters } from './environment-parameters';

type Profile = Answer<'GetEnvironmentProfile'>;

export const environmentProfiles: Handlers = {
  CreateEnvironmentProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (domain.isV2) throw invalid('Environment profiles need a domain of version V1');
    const project = call.find(domain.projects, 'Project', input.projectIdentifier);
    requireMember(call, domain, project.id);
    const blueprint = call.find(
      domain.blueprints,
      'Environment blueprint',
      input.environmentBlueprintIdentifier,
    );
    if (!domain.blueprintConfigurations.has(blueprint.id)) {
      throw notFound('Configuration of environment blueprint', blueprint.id);
    }
    requireFreeName(domain, input.name);
    const id = call.newId();
    const profile: Profile = {
      id,
      domainId: domain.id,
      name: input.name,
      description: input.description,
      environmentBlueprintId: blueprint.id,
      projectId: project.id,
      awsAccountId: input.awsAccountId ?? call.world.accountId,
      awsAccountRegion: input.awsAccountRegion ?? call.world.region,
      userParameters: readParameters(input.userParameters),
      createdBy: call.author(domain),
      createdAt: call.now,
      updatedAt: call.now,
    };
    domain.environmentProfiles.put(id, profile);
    return profile;
  },

  GetEnvironmentProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return call.find(domain.environmentProfiles, 'Environment profile', input.identifier);
  },

  ListEnvironmentProfiles(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const matches = (profile: Profile): boolean =>
      fits(input.projectIdentifier, profile.projectId) &&
      fits(input.environmentBlueprintIdentifier, profile.environmentBlueprintId) &&
      fits(input.awsAccountId, profile.awsAccountId) &&
      fits(input.awsAccountRegion, profile.awsAccountRegion) &&
      fits(input.name, profile.name);
    const page = call.page(input, { table: domain.environmentProfiles, matches });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  UpdateEnvironmentProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const profile = owned(call, domain, input.identifier);
    const { domainIdentifier: _, identifier: __, userParameters, ...changes } = input;
    if (input.name !== undefined && input.name !== profile.name) requireFreeName(domain, input.name);
    const updated: Profile = {
      ...profile,
      ...present({ ...changes, userParameters: readParameters(userParameters) }),
      updatedAt: call.now,
    };
    domain.environmentProfiles.put(profile.id, updated);
    return updated;
  },

  DeleteEnvironmentProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id } = owned(call, domain, input.identifier);
    if (domain.environments.rows().some(({ row }) => row.environmentProfileId === id)) {
      throw invalid(`Environment profile ${id} is in use`);
    }
    domain.environmentProfiles.delete(id);
    return {};
  },
};

function owned(call: Call, domain: Domain, id: string): Profile {
  const profile = call.find(domain.environmentProfiles, 'Environment profile', id);
  requireMember(call, domain, profile.projectId ?? '');
  return profile;
}

function requireFreeName(domain: Domain, wanted: string): void {
  if (domain.environmentProfiles.rows().some(({ name }) => name === wanted)) {
    throw conflict(`An environment profile with the name ${wanted} exists`);
  }
}
