import { answered, asked, under } from './change-signs';
import { namedColumns } from './columns';
import { connectionRestoration } from './connection-restoration';
import { connectionShape } from './connection-shape';
import { isObject, objects, requiredText, text } from './json';
import type { JsonObject, Kind, Page, Reading, Reference } from './kind';
import { rawPage, reading } from './pages';
import { referenceAt } from './references';
import { type Channel, divide } from './shape';
import { type DomainSource, ResourceAbsentError } from './source';

const getConnection: Channel = {
  operation: 'GetConnection',
  omitted: { connectionCredentials: 'secret: credentials of AWS, which are never asked for (`withSecret`)' },
};

type Scope = 'domain' | 'project';

/**
 * A connection is the domain's where it says so, or says nothing and has no project; any other is its project's.
 * Each list may show connections of the other scope: they are passed over, so that none is in two kinds.
 */
function scopeOf(connection: JsonObject): Scope {
  const domains =
    connection.scope === 'DOMAIN' ||
    (text(connection, 'scope') ?? text(connection, 'projectId')) === undefined;
  return domains ? 'domain' : 'project';
}

/**
 * The list lacks the description and the role of users, and tells no time of a change: all that it shows of a
 * connection is its summary, without secrets.
 */
async function enumerate(
  source: DomainSource,
  scope: Scope,
  input: Readonly<Record<string, unknown>>,
  scopeId: string,
  cursor?: string,
): Promise<Page> {
  const { answer, nextToken } = await rawPage(source, 'ListConnections', input, cursor);
  return {
    readings: [],
    listed: objects(answer, 'items')
      .filter((item) => scopeOf(item) === scope)
      .map((item) => ({
        id: requiredText(item, 'connectionId'),
        scopeId,
        summary: divide(item, connectionShape, { operation: 'ListConnections' }).record,
      })),
    ...(nextToken !== undefined && { cursor: nextToken }),
  };
}

async function read(source: DomainSource, scope: Scope, id: string): Promise<Reading> {
  const answer = await source.call('GetConnection', { identifier: id });
  if (scopeOf(answer) !== scope) throw new ResourceAbsentError(`connection ${id} is none of a ${scope}`);
  const divided = divide(answer, connectionShape, getConnection);
  return reading(divided, 'connectionId', scope === 'domain' ? 'domainId' : 'projectId');
}

function references(record: JsonObject): readonly Reference[] {
  const scopeId = text(record, 'projectId');
  const inProject = (found: readonly Reference[]): readonly Reference[] =>
    scopeId === undefined ? found : found.map((reference) => ({ ...reference, scopeId }));
  const iam = isObject(record.props) ? record.props.iamProperties : undefined;
  return [
    ...referenceAt('domainUnit', record, 'domainUnitId'),
    ...referenceAt('project', record, 'projectId'),
    ...inProject(referenceAt('environment', record, 'environmentId')),
    ...(isObject(iam)
      ? inProject(referenceAt('environment', iam, 'environmentId', 'props.iamProperties.environmentId'))
      : []),
    ...objects(record, 'physicalEndpoints').flatMap(({ awsLocation }, n) =>
      isObject(awsLocation)
        ? inProject(
            referenceAt(
              'connection',
              awsLocation,
              'iamConnectionId',
              `physicalEndpoints[${n}].awsLocation.iamConnectionId`,
            ),
          )
        : [],
    ),
  ];
}

const common = {
  versions: ['V2'],
  normaliser: 1,
  actions: ['datazone:ListConnections', 'datazone:GetConnection'],
  shape: connectionShape,
  channels: [getConnection],
  events: [],
  calls: [
    answered('connectionId', 'CreateConnection'),
    asked('identifier', 'UpdateConnection', 'DeleteConnection'),
  ],
  restoredBy:
    '`CreateConnection`, its properties put together from `props` and `physicalEndpoints`; those called `project.…` or ' +
    '`default.…` come with an environment. Secrets are not in the backup: name them by `secretArn`, or give them again',
  indexed: false,
  columns: (record: JsonObject) => namedColumns(record, 'name', 'type', 'scope', 'environmentId'),
  references,
} as const satisfies Partial<Kind>;

/** A connection of a project to data or compute, without its secrets. */
export const connection: Kind = {
  ...common,
  name: 'connection',
  scope: 'project',
  // An environment brings connections, and takes them with it.
  events: [
    under('project', {
      on: ['Environment Deployment Completed', 'Environment Deletion Completed'],
      id: ['metadata.owningProjectId'],
      optional: true,
    }),
  ],
  enumerate: (source, scopeId, cursor) =>
    enumerate(source, 'project', { projectIdentifier: scopeId }, scopeId, cursor),
  read: (source, id) => read(source, 'project', id),
  elsewhere: 'domainConnection',
  restore: connectionRestoration('name', 'projectId'),
};

/** A connection that all projects of the domain share, without its secrets. */
export const domainConnection: Kind = {
  ...common,
  name: 'domainConnection',
  scope: 'domain',
  enumerate: (source, scopeId, cursor) => enumerate(source, 'domain', { scope: 'DOMAIN' }, scopeId, cursor),
  read: (source, id) => read(source, 'domain', id),
  restore: connectionRestoration('name'),
};
