import { DataLakeBlueprint } from '../components/data-lake-blueprint';
import { DataUsers } from '../components/data-users';
import { ProducerProject } from '../components/producer-project';
import { slugOf } from '../components/slug';
import type { DatazoneConfig } from './config';
import { makeDomain } from './made-domain';
import type { StackOutputs } from './outputs';
import { protectDomain } from './protected-domain';
import type { Connection } from './providers';
import type { DataUserGroup } from './settings';

const designations = {
  administrators: 'PROJECT_OWNER',
  producers: 'PROJECT_CONTRIBUTOR',
  consumers: 'PROJECT_CATALOG_CONSUMER',
  stewards: 'PROJECT_CATALOG_STEWARD',
} as const;

/** Stack datazone: a V1 domain with its blueprint, projects and people, and the backup of it. */
export function deployDatazone(config: DatazoneConfig, connection: Connection): StackOutputs {
  const { place, providers } = connection;
  const { domainName, domainOnDestroy: onDestroy, kinds, excludeKinds } = config;
  const opts = { providers: [...providers] };

  const singleSignOn = config.signIn === 'sso';
  const domain = makeDomain(config, connection, { domainName, version: 'V1', singleSignOn });
  const { blueprintId } = new DataLakeBlueprint('data-lake', { place, domain, onDestroy }, opts);
  const projects = config.projects.map(({ name, description, environment, members }) => {
    const { projectId } = new ProducerProject(
      `project-${slugOf(name)}`,
      { place, domain, projectName: name, description, blueprintId, environment, onDestroy },
      opts,
    );
    return { name, id: projectId, members };
  });

  const groups = { administrators: config.administrators, ...config.dataUsers };
  for (const [group, people] of entriesOf(groups)) {
    if (Object.values(people).every((members) => members.length === 0)) continue;
    const theirs = projects.filter(({ members }) => group === 'administrators' || members.includes(group));
    const ids = Object.fromEntries(theirs.map(({ name, id }) => [slugOf(name), id]));
    const designation = designations[group];
    new DataUsers(group, { place, domain, designation, projects: ids, ...people }, opts);
  }

  return protectDomain({
    config,
    connection,
    domain,
    projects: Object.fromEntries(projects.map(({ name, id }) => [slugOf(name), id])),
    selection: { kinds, excludeKinds, excludeProjects: [], domainUnits: 'all', excludeDomainUnits: [] },
    projectIds: Object.fromEntries(projects.map(({ name, id }) => [name, id])),
  });
}

function entriesOf<Value>(groups: Record<'administrators' | DataUserGroup, Value>) {
  return Object.entries(groups) as ['administrators' | DataUserGroup, Value][];
}
