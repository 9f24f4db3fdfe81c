import type { Call } from '../call';
import type { Domain } from '../domain';
import { conflict, invalid, notPermitted } from '../faults';
import { requireMember, requireUnitOwner } from '../membership';
import type { Answer, Handlers } from '../operations';
import { sortedBy } from '../pages';
import { present } from '../present';
import { endpointsOf, patchedEndpoint, patchedProps, shownProps } from './connection-properties';

type Connection = Answer<'GetConnection'>;

const credentialsHours = 1;

export const connections: Handlers = {
  CreateConnection(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (!domain.isV2) throw invalid('Connections need a domain of version V2');
    const { props, environmentIdentifier } = input;
    if (props === undefined) throw invalid('A connection needs props');
    const owner = ownerOf(call, domain, input.scope ?? 'PROJECT', environmentIdentifier);
    requireFreeName(domain, owner.projectId, input.name);
    const id = call.newId();
    const connection: Connection = {
      connectionId: id,
      domainId: domain.id,
      name: input.name,
      description: input.description,
      ...owner,
      configurations: input.configurations,
      physicalEndpoints: endpointsOf(call, input),
      ...shownProps(props, environmentIdentifier),
    };
    domain.connections.put(id, connection);
    return connection;
  },

  GetConnection(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const connection = call.find(domain.connections, 'Connection', input.identifier);
    if (connection.projectId !== undefined) requireMember(call, domain, connection.projectId);
    if (input.withSecret !== true) return connection;
    const expiration = new Date(call.now.getTime() + credentialsHours * 3_600_000);
    return {
      ...connection,
      connectionCredentials: {
        accessKeyId: 'ASIALOCALCLOUD',
        secretAccessKey: 'local-secret',
        sessionToken: 'local-session',
        expiration,
      },
    };
  },

  /** AWS does not say whether a project's list shows the domain's connections, which it may use: here it does. */
  ListConnections(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { name, projectIdentifier, environmentIdentifier, type, scope } = input;
    if (projectIdentifier !== undefined) {
      // The operation knows no ResourceNotFoundException.
      if (!domain.projects.has(projectIdentifier)) throw notPermitted(call.operation);
      requireMember(call, domain, projectIdentifier);
    }
    const matches = (it: Connection): boolean =>
      (it.projectId === undefined || (projectIdentifier ?? it.projectId) === it.projectId) &&
      (environmentIdentifier ?? it.environmentId) === it.environmentId &&
      (name ?? it.name) === it.name &&
      (type ?? it.type) === it.type &&
      (scope ?? it.scope) === it.scope;
    const page = call.page(input, {
      table: domain.connections,
      matches,
      sort: sortedBy(input, (it: Connection) => it.name),
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  UpdateConnection(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const connection = writable(call, domain, input.identifier);
    const { description, configurations, props, awsLocation } = input;
    const updated: Connection = {
      ...connection,
      ...present({ description, configurations }),
      ...(props && { props: patchedProps(connection.props, props) }),
      physicalEndpoints: connection.physicalEndpoints.map((it) => ({
        ...patchedEndpoint(call, it, props),
        ...(awsLocation && { awsLocation }),
      })),
    };
    domain.connections.put(connection.connectionId, updated);
    return updated;
  },

  DeleteConnection(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { connectionId } = writable(call, domain, input.identifier);
    domain.connections.delete(connectionId);
    return { status: 'DELETING' };
  },
};

/** A connection is a project's through an environment, or the whole domain's. */
function ownerOf(
  call: Call,
  domain: Domain,
  scope: NonNullable<Connection['scope']>,
  environmentIdentifier: string | undefined,
): Pick<Connection, 'scope' | 'domainUnitId' | 'projectId' | 'environmentId' | 'environmentUserRole'> {
  if (scope === 'DOMAIN') {
    requireUnitOwner(call, domain, domain.rootUnitId);
    return { scope, domainUnitId: domain.rootUnitId };
  }
  if (environmentIdentifier === undefined) throw invalid('A connection of a project needs an environment');
  const { projectId } = call.find(domain.environments, 'Environment', environmentIdentifier).row;
  requireMember(call, domain, projectId);
  return {
    scope,
    domainUnitId: domain.projects.get(projectId)?.domainUnitId ?? domain.rootUnitId,
    projectId,
    environmentId: environmentIdentifier,
    environmentUserRole: `arn:aws:iam::${call.world.accountId}:role/datazone_usr_role_${projectId}_${environmentIdentifier}`,
  };
}

function writable(call: Call, domain: Domain, id: string): Connection {
  const connection = call.find(domain.connections, 'Connection', id);
  if (connection.projectId === undefined) requireUnitOwner(call, domain, domain.rootUnitId);
  else requireMember(call, domain, connection.projectId);
  return connection;
}

function requireFreeName(domain: Domain, projectId: string | undefined, name: string): void {
  if (domain.connections.rows(projectId ?? '').some((connection) => connection.name === name)) {
    throw conflict(`A connection with the name ${name} exists`);
  }
}
