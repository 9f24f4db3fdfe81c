import type { Call } from '../call';
import type { Deployed, Domain } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';

type Environment = Answer<'GetEnvironment'>;
type Profile = Answer<'GetEnvironmentProfile'>;

export const environments: Handlers = {
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
    if (domain.environmentProfiles.rows().some(({ name }) => name === input.name)) {
      throw conflict(`An environment profile with the name ${input.name} exists`);
    }
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
      userParameters: readable(input.userParameters),
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

  DeleteEnvironmentProfile(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id, projectId } = call.find(domain.environmentProfiles, 'Environment profile', input.identifier);
    requireMember(call, domain, projectId ?? '');
    if (domain.environments.rows().some(({ row }) => row.environmentProfileId === id)) {
      throw invalid(`Environment profile ${id} is in use`);
    }
    domain.environmentProfiles.delete(id);
    return {};
  },

  CreateEnvironment(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.projectIdentifier);
    requireMember(call, domain, project.id);
    const { environmentProfileIdentifier: profileId } = input;
    const profile = profileId
      ? call.find(domain.environmentProfiles, 'Environment profile', profileId)
      : undefined;
    const blueprintId = profile?.environmentBlueprintId ?? input.environmentBlueprintIdentifier;
    if (blueprintId === undefined) {
      throw invalid('Either environmentProfileIdentifier or environmentBlueprintIdentifier must be provided');
    }
    call.find(domain.blueprints, 'Environment blueprint', blueprintId);
    for (const term of input.glossaryTerms ?? []) call.find(domain.terms, 'Glossary term', term);
    if (domain.environments.rows(project.id).some(({ row }) => row.name === input.name)) {
      throw conflict(`Project ${project.id} has an environment with the name ${input.name}`);
    }
    return deploy(call, domain, {
      projectId: project.id,
      name: input.name,
      description: input.description,
      environmentProfileId: profile?.id,
      environmentBlueprintId: blueprintId,
      environmentConfigurationId: input.environmentConfigurationId,
      environmentConfigurationName: input.environmentConfigurationName,
      awsAccountId: input.environmentAccountIdentifier ?? profile?.awsAccountId,
      awsAccountRegion: input.environmentAccountRegion ?? profile?.awsAccountRegion,
      glossaryTerms: input.glossaryTerms,
      userParameters: readable(input.userParameters),
    });
  },

  GetEnvironment(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return shown(call, call.find(domain.environments, 'Environment', input.identifier));
  },

  ListEnvironments(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const matches = (environment: Deployed<Environment>): boolean =>
      fits(input.status, shown(call, environment).status) &&
      fits(input.environmentProfileIdentifier, environment.row.environmentProfileId) &&
      fits(input.environmentBlueprintIdentifier, environment.row.environmentBlueprintId) &&
      fits(input.awsAccountId, environment.row.awsAccountId) &&
      fits(input.awsAccountRegion, environment.row.awsAccountRegion) &&
      fits(input.provider, environment.row.provider) &&
      fits(input.name, environment.row.name);
    const page = call.page(input, {
      table: domain.environments,
      group: input.projectIdentifier,
      matches,
      // The status changes as time passes.
      dependsOn: { version: call.now.getTime() },
    });
    return { items: page.rows.map((environment) => shown(call, environment)), nextToken: page.nextToken };
  },

  DeleteEnvironment(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { row } = call.find(domain.environments, 'Environment', input.identifier);
    requireMember(call, domain, row.projectId);
    const id = row.id ?? '';
    const about = { typeName: 'EnvironmentEntityType', id, owningProjectId: row.projectId };
    domain.environments.delete(id);
    call.emit(domain, 'Environment Deletion Started', about);
    call.emit(domain, 'Environment Deletion Completed', about, {}, call.world.deployMilliseconds);
    return {};
  },
};

/** Brings up the environments that a project gets from its profile when it is created. */
export function deployProfile(
  call: Call,
  domain: Domain,
  projectId: string,
  profileId: string | undefined,
): void {
  const profile = profileId === undefined ? undefined : domain.projectProfiles.get(profileId);
  for (const configuration of profile?.environmentConfigurations ?? []) {
    if (configuration.deploymentMode === 'ON_DEMAND') continue;
    deploy(call, domain, {
      projectId,
      name: configuration.name,
      description: configuration.description,
      environmentBlueprintId: configuration.environmentBlueprintId,
      environmentConfigurationId: configuration.id,
      environmentConfigurationName: configuration.name,
    });
  }
}

type Plan = Pick<Environment, 'projectId' | 'name'> & Partial<Environment>;

function deploy(call: Call, domain: Domain, plan: Plan): Environment {
  const id = call.newId();
  const environment: Deployed<Environment> = {
    readyAt: call.readyAt(),
    row: {
      ...plan,
      id,
      domainId: domain.id,
      provider: 'Amazon DataZone',
      awsAccountId: plan.awsAccountId ?? call.world.accountId,
      awsAccountRegion: plan.awsAccountRegion ?? call.world.region,
      provisionedResources: [],
      environmentActions: [],
      createdBy: call.author(domain),
      createdAt: call.now,
      updatedAt: call.now,
    },
  };
  domain.environments.put(id, environment);
  const about = { typeName: 'EnvironmentEntityType', id, owningProjectId: plan.projectId };
  call.emit(domain, 'Environment Deployment Started', about);
  call.emit(domain, 'Environment Deployment Completed', about, {}, call.world.deployMilliseconds);
  return shown(call, environment);
}

function shown(call: Call, { row, readyAt }: Deployed<Environment>): Environment {
  return { ...row, status: call.isReady(readyAt) ? 'ACTIVE' : 'CREATING' };
}

/** Parameters are written as name and value, but read as key and default value. */
function readable(parameters: Given<'CreateEnvironment'>['userParameters']): Profile['userParameters'] {
  return parameters?.map(({ name, value }) => ({
    keyName: name ?? '',
    fieldType: 'String',
    defaultValue: value,
    isEditable: true,
    isOptional: true,
  }));
}

function fits(filter: string | undefined, value: string | undefined): boolean {
  return filter === undefined || filter === value;
}
