import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../call';
import type { Deployed, Domain } from '../domain';
import { conflict, invalid, notFound } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { present } from '../present';
import { fits } from '../query';
import type { Table } from '../store';
import { deploy, redeploy, shown } from './deployments';
import { readParameters } from './environment-parameters';

type Environment = Answer<'GetEnvironment'>;
type Configuration = NonNullable<Answer<'GetProjectProfile'>['environmentConfigurations']>[number];

export const environments: Handlers = {
  CreateEnvironment(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.projectIdentifier);
    requireMember(call, domain, project.id);
    const { environmentProfileIdentifier: profileId } = input;
    const profile = profileId
      ? call.find(domain.environmentProfiles, 'Environment profile', profileId)
      : undefined;
    const configuration = configurationOf(domain, project.projectProfileId, input);
    const blueprintId =
      profile?.environmentBlueprintId ??
      configuration?.environmentBlueprintId ??
      input.environmentBlueprintIdentifier;
    if (blueprintId === undefined) {
      throw invalid('Either environmentProfileIdentifier or environmentBlueprintIdentifier must be provided');
    }
    call.find(domain.blueprints, 'Environment blueprint', blueprintId);
    requireTerms(call, domain, input.glossaryTerms);
    requireFreeName(domain, project.id, input.name);
    return deploy(call, domain, {
      projectId: project.id,
      name: input.name,
      description: input.description,
      environmentProfileId: profile?.id,
      environmentBlueprintId: blueprintId,
      environmentConfigurationId: configuration?.id,
      environmentConfigurationName: configuration?.name,
      awsAccountId: input.environmentAccountIdentifier ?? profile?.awsAccountId,
      awsAccountRegion: input.environmentAccountRegion ?? profile?.awsAccountRegion,
      glossaryTerms: input.glossaryTerms,
      userParameters: readParameters(input.userParameters) ?? profile?.userParameters,
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

  UpdateEnvironment(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { domainIdentifier: _, identifier, blueprintVersion: __, userParameters, ...changes } = input;
    const environment = domain.environments.get(identifier);
    // The operation declares no error for what does not exist.
    if (!environment) throw invalid(`Environment ${identifier} does not exist`);
    const { row, readyAt } = environment;
    requireMember(call, domain, row.projectId);
    if (!call.isReady(readyAt)) throw conflict(`Environment ${identifier} is being deployed`);
    requireTerms(call, domain, input.glossaryTerms);
    if (input.name !== undefined && input.name !== row.name) {
      requireFreeName(domain, row.projectId, input.name);
    }
    const parameters = readParameters(userParameters) ?? row.userParameters;
    const updated = { ...row, ...present(changes), userParameters: parameters, updatedAt: call.now };
    if (!isDeepStrictEqual(parameters, row.userParameters)) return redeploy(call, domain, updated);
    domain.environments.put(identifier, { readyAt, row: updated });
    return shown(call, { readyAt, row: updated });
  },

  DeleteEnvironment(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const id = input.identifier;
    const { row } = call.find(domain.environments, 'Environment', id);
    requireMember(call, domain, row.projectId);
    const about = { typeName: 'EnvironmentEntityType', id, owningProjectId: row.projectId };
    for (const action of domain.environmentActions.rows(id)) domain.environmentActions.delete(action.id);
    for (const target of domain.subscriptionTargets.rows(id)) domain.subscriptionTargets.delete(target.id);
    domain.environmentRoles.delete(id);
    domain.environments.delete(id);
    call.emit(domain, 'Environment Deletion Started', about);
    call.emit(domain, 'Environment Deletion Completed', about, {}, call.world.deployMilliseconds);
    return {};
  },

  AssociateEnvironmentRole(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { environmentIdentifier, environmentRoleArn } = input;
    requireOwned(call, domain, environmentIdentifier);
    const roles = domain.environmentRoles.get(environmentIdentifier) ?? new Set();
    if (roles.has(environmentRoleArn)) throw conflict(`${environmentRoleArn} is associated already`);
    domain.environmentRoles.set(environmentIdentifier, roles.add(environmentRoleArn));
    return {};
  },

  DisassociateEnvironmentRole(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { environmentIdentifier, environmentRoleArn } = input;
    requireOwned(call, domain, environmentIdentifier);
    if (!domain.environmentRoles.get(environmentIdentifier)?.delete(environmentRoleArn)) {
      throw notFound('Environment role', environmentRoleArn);
    }
    return {};
  },
};

/** An environment of a project that the caller belongs to. @throws Fault */
export function requireOwned(call: Call, domain: Domain, environmentId: string): Environment {
  const { row } = call.find(domain.environments, 'Environment', environmentId);
  requireMember(call, domain, row.projectId);
  return row;
}

export interface Ids {
  readonly environmentIdentifier: string;
  readonly identifier: string;
}

/** What an environment holds, by the ids of both. @throws Fault `ResourceNotFoundException` */
export function findIn<R extends { readonly environmentId: string }>(
  call: Call,
  table: Table<R>,
  what: string,
  { environmentIdentifier, identifier }: Ids,
): R {
  const found = call.find(table, what, identifier);
  if (found.environmentId !== environmentIdentifier) throw notFound(what, identifier);
  return found;
}

/** The part of the project's profile that an environment is to be made from, by its id or name. */
function configurationOf(
  domain: Domain,
  profileId: string | undefined,
  input: Pick<Given<'CreateEnvironment'>, 'environmentConfigurationId' | 'environmentConfigurationName'>,
): Configuration | undefined {
  const { environmentConfigurationId: id, environmentConfigurationName: name } = input;
  if (id === undefined && name === undefined) return undefined;
  const known = domain.projectProfiles.get(profileId ?? '')?.environmentConfigurations ?? [];
  const found = known.find((it) => fits(id, it.id) && fits(name, it.name));
  if (!found) throw notFound('Environment configuration', id ?? name ?? '');
  return found;
}

function requireTerms(call: Call, domain: Domain, termIds: readonly string[] | undefined): void {
  for (const id of termIds ?? []) call.find(domain.terms, 'Glossary term', id);
}

function requireFreeName(domain: Domain, projectId: string, name: string): void {
  if (domain.environments.rows(projectId).some(({ row }) => row.name === name)) {
    throw conflict(`Project ${projectId} has an environment with the name ${name}`);
  }
}
