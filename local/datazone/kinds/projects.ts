import type { Call } from '../call';
import { type Domain, membershipKey } from '../domain';
import { conflict, invalid, notPermitted } from '../faults';
import { isGranted, requireOwner } from '../membership';
import type { Answer, Handlers } from '../operations';
import { present } from '../present';
import { deployProfile } from './deployments';
import { addMember, principalOf } from './memberships';
import { ownsAnything, removeProject } from './project-deletion';
import { profileOf } from './user-profiles';

type Project = Answer<'GetProject'>;
type ResourceTags = NonNullable<Project['resourceTags']>;

export const projects: Handlers = {
  CreateProject(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const unitId = input.domainUnitId ?? domain.rootUnitId;
    call.find(domain.units, 'Domain unit', unitId);
    requireMayCreate(call, domain, unitId);
    requireFreeName(domain, input.name);
    requireTerms(call, domain, input.glossaryTerms);
    const profile =
      input.projectProfileId === undefined
        ? undefined
        : call.find(domain.projectProfiles, 'Project profile', input.projectProfileId);
    const assigned = (input.membershipAssignments ?? []).map(({ member, designation }) => ({
      principal: principalOf(call, domain, member),
      designation,
    }));
    const creator = profileOf(call, domain, call.caller.principalArn);
    const id = call.newId();
    domain.projects.put(id, {
      domainId: domain.id,
      id,
      name: input.name,
      description: input.description,
      projectStatus: 'ACTIVE',
      createdBy: creator,
      createdAt: call.now,
      lastUpdatedAt: call.now,
      resourceTags: tagList(input.resourceTags, profileTags(profile, input.resourceTags)),
      glossaryTerms: input.glossaryTerms,
      domainUnitId: unitId,
      projectProfileId: input.projectProfileId,
      userParameters: input.userParameters,
      projectCategory: input.projectCategory,
    });
    addMember(domain, { projectId: id, kind: 'user', principalId: creator, designation: 'PROJECT_OWNER' });
    for (const { principal, designation } of assigned)
      addMember(domain, { projectId: id, ...principal, designation });
    deployProfile(call, domain, id, input.projectProfileId);
    call.emit(
      domain,
      'Project Creation Succeeded',
      { typeName: 'ProjectEntityType', id, owningProjectId: id },
      { name: input.name },
    );
    return shown(call, domain, id);
  },

  GetProject: (call, input) => shown(call, call.domain(input.domainIdentifier), input.identifier),

  UpdateProject(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.identifier);
    requireOwner(call, domain, project.id);
    const {
      domainIdentifier: _,
      identifier: __,
      projectProfileVersion: ___,
      resourceTags,
      ...changes
    } = input;
    if (input.name !== undefined && input.name !== project.name) requireFreeName(domain, input.name);
    if (input.domainUnitId !== undefined) call.find(domain.units, 'Domain unit', input.domainUnitId);
    requireTerms(call, domain, input.glossaryTerms);
    domain.projects.put(project.id, {
      ...project,
      ...present(changes),
      resourceTags: resourceTags
        ? tagList(resourceTags, ofProfile(project.resourceTags))
        : project.resourceTags,
      lastUpdatedAt: call.now,
    });
    if ((input.domainUnitId ?? project.domainUnitId) !== project.domainUnitId) {
      call.emit(
        domain,
        'Project Moved Between Domain Unit',
        { typeName: 'ProjectEntityType', id: project.id, owningProjectId: project.id },
        { name: input.name ?? project.name },
      );
    }
    return shown(call, domain, project.id);
  },

  DeleteProject(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { id } = call.find(domain.projects, 'Project', input.identifier);
    requireOwner(call, domain, id);
    const holds = input.skipDeletionCheck !== true && ownsAnything(domain, id);
    const environments = domain.environments.entries(id).length > 0;
    if (holds || environments) throw invalid(`Project ${id} still owns entities`);
    removeProject(call, domain, id);
    return {};
  },

  ListProjects(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { userIdentifier, groupIdentifier, name, projectCategory } = input;
    const user =
      userIdentifier === undefined ? undefined : (domain.profileIds.get(userIdentifier) ?? userIdentifier);
    const group =
      groupIdentifier === undefined ? undefined : (domain.groupIds.get(groupIdentifier) ?? groupIdentifier);
    const matches = ({ id, ...project }: Project): boolean =>
      [user, group].every((it) => it === undefined || domain.memberships.has(membershipKey(id, it))) &&
      (name === undefined || project.name === name) &&
      (projectCategory === undefined || project.projectCategory === projectCategory);
    const page = call.page(input, { table: domain.projects, matches, dependsOn: domain.memberships });
    return {
      items: page.rows.map((project) => ({ ...project, updatedAt: project.lastUpdatedAt })),
      nextToken: page.nextToken,
    };
  },
};

function shown(call: Call, domain: Domain, id: string): Project {
  const project = call.find(domain.projects, 'Project', id);
  if (project.projectProfileId === undefined) return project;
  const isDeployed = domain.environments.rows(id).every(({ readyAt }) => call.isReady(readyAt));
  const overallDeploymentStatus = isDeployed ? 'SUCCESSFUL' : 'IN_PROGRESS';
  return { ...project, environmentDeploymentDetails: { overallDeploymentStatus } };
}

/** A new domain lets everyone create projects; once those grants are gone, only named users may. */
function requireMayCreate(call: Call, domain: Domain, unitId: string): void {
  if (call.caller.administrator) return;
  const profileId = call.profileId(domain) ?? '';
  const policies = ['CREATE_PROJECT', 'CREATE_PROJECT_FROM_PROJECT_PROFILE'];
  if (!policies.some((policy) => isGranted(domain, unitId, policy, profileId)))
    throw notPermitted(call.operation);
}

function requireFreeName(domain: Domain, name: string): void {
  if (domain.projects.rows().some((project) => project.name === name)) {
    throw conflict(`A project with the name ${name} exists`);
  }
}

function requireTerms(call: Call, domain: Domain, termIds: readonly string[] | undefined): void {
  for (const id of termIds ?? []) call.find(domain.terms, 'Glossary term', id);
}

type TagMap = Readonly<Record<string, string>>;

function tagList(tags: TagMap | undefined, inherited: ResourceTags): ResourceTags | undefined {
  if (tags === undefined && inherited.length === 0) return undefined;
  const own = Object.entries(tags ?? {}).map(([key, value]) => ({ key, value, source: 'PROJECT' as const }));
  return [...own, ...inherited.filter(({ key }) => !own.some((tag) => tag.key === key))];
}

/**
 * What a profile puts on its projects.
 *
 * @throws Fault `ValidationException` for a project that changes a value that is not for it to change.
 */
function profileTags(
  profile: Answer<'GetProjectProfile'> | undefined,
  given: TagMap | undefined,
): ResourceTags {
  return (profile?.projectResourceTags ?? []).map(({ key, value, isValueEditable }) => {
    if (!isValueEditable && given?.[key] !== undefined && given[key] !== value) {
      throw invalid(`The tag ${key} has the value that the project profile says`);
    }
    return { key, value, source: 'PROJECT_PROFILE' };
  });
}

function ofProfile(tags: ResourceTags | undefined): ResourceTags {
  return (tags ?? []).filter(({ source }) => source === 'PROJECT_PROFILE');
}
