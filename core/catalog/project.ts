import { answered, asked, events } from './change-signs';
import { columnsOf, namedColumns } from './columns';
import { isList, isObject, objects, text, without } from './json';
import type { JsonObject, Kind, Page, Reading, Reference } from './kind';
import { listedItem, listedPage, reading } from './pages';
import { referenceAt, referencesIn } from './references';
import {
  type Changing,
  changed,
  idIn,
  keyOf,
  type Making,
  pick,
  type RestoreTarget,
  untilDeployed,
} from './restoration';
import { divide, list, setBy, strings, structure, values } from './shape';
import { type DomainSource, InvalidRequestError } from './source';
import { time } from './times';

const known = structure({
  ...values(
    'id',
    'domainId',
    'name',
    'description',
    'projectStatus',
    'createdBy',
    'createdAt',
    'lastUpdatedAt',
  ),
  ...values('domainUnitId', 'projectProfileId', 'projectCategory'),
  failureReasons: list(structure(values('code', 'message'))),
  resourceTags: setBy('key', structure(values('key', 'value', 'source'))),
  glossaryTerms: strings,
  userParameters: setBy(
    'environmentConfigurationName',
    structure({
      ...values('environmentId', 'environmentConfigurationName'),
      environmentResolvedAccount: structure(values('awsAccountId', 'regionName', 'sourceAccountPoolId')),
      environmentParameters: setBy('name', structure(values('name', 'value'))),
    }),
  ),
});

const channel = {
  operation: 'GetProject',
  omitted: {
    environmentDeploymentDetails: 'progress of deployments: it moves without a change of the project',
  },
};

async function get(source: DomainSource, id: string): Promise<Reading> {
  const divided = divide(await source.call('GetProject', { identifier: id }), known, channel);
  return reading(divided, 'id', 'domainId', time(divided.record, 'lastUpdatedAt', 'createdAt'));
}

/** What a list shows of a project, and tells a change of it. */
const summaryMembers = [
  ...['name', 'description', 'projectStatus', 'failureReasons', 'projectCategory'],
  ...['domainUnitId', 'createdAt', 'updatedAt'],
];

/** ListProjects gives fewer members than GetProject. */
async function enumerate(source: DomainSource, _scopeId: string, cursor?: string): Promise<Page> {
  const listed = (item: JsonObject) => listedItem(item, source.domainId, ...summaryMembers);
  return listedPage(source, 'ListProjects', {}, listed, cursor);
}

function references(record: JsonObject): readonly Reference[] {
  return [
    ...referenceAt('domainUnit', record, 'domainUnitId'),
    ...referenceAt('projectProfile', record, 'projectProfileId'),
    ...referencesIn('glossaryTerm', record, 'glossaryTerms'),
    ...objects(record, 'userParameters').flatMap((parameters, n) => {
      const account = parameters.environmentResolvedAccount;
      const at = `userParameters[${n}]`;
      return [
        ...referenceAt('environment', parameters, 'environmentId', `${at}.environmentId`),
        ...(isObject(account)
          ? referenceAt(
              'accountPool',
              account,
              'sourceAccountPoolId',
              `${at}.environmentResolvedAccount.sourceAccountPoolId`,
            )
          : []),
      ];
    }),
  ];
}

/**
 * Tags of the project profile are in each project of it. What was chosen for an environment by its id, not by its
 * name in the profile, is a parameter of that environment.
 */
function portable(record: JsonObject): JsonObject {
  return {
    ...record,
    resourceTags: objects(record, 'resourceTags').filter(({ source }) => source !== 'PROJECT_PROFILE'),
    userParameters: objects(record, 'userParameters').filter(
      (parameters) => text(parameters, 'environmentConfigurationName') !== undefined,
    ),
  };
}

function create(target: RestoreTarget, { wanted }: Making): Promise<string> {
  const { resourceTags, ...members } = wanted;
  const input = resourceTags === undefined ? members : { ...members, resourceTags: tagMap(wanted) };
  return idIn(target.call('CreateProject', input));
}

/** What its profile deploys has environments that others need. Throws `ResourcePendingError`. */
async function untilUp(target: RestoreTarget, id: string, wanted: JsonObject): Promise<void> {
  if (wanted.projectProfileId === undefined) return;
  await untilDeployed(target, `project ${id}`, () => isDeployed(target, id));
}

/** Or has failed: what is missing then is told where it is missed. */
async function isDeployed(target: RestoreTarget, id: string): Promise<boolean> {
  const { environmentDeploymentDetails: details } = await target.call('GetProject', { identifier: id });
  const status = isObject(details) ? text(details, 'overallDeploymentStatus') : undefined;
  return status !== 'PENDING_DEPLOYMENT' && status !== 'IN_PROGRESS';
}

async function update(target: RestoreTarget, changing: Changing): Promise<void> {
  const { id, wanted, current } = changing;
  const members = changed(changing, 'name', 'description', 'glossaryTerms', 'userParameters');
  const isUntagged = isList(members.glossaryTerms) && members.glossaryTerms.length === 0;
  const input = {
    ...(isUntagged ? without(members, 'glossaryTerms') : members),
    ...('resourceTags' in changed(changing, 'resourceTags') && { resourceTags: tagMap(wanted) }),
    ...(wanted.domainUnitId !== current.domainUnitId && pick(wanted, 'domainUnitId')),
  };
  if (Object.keys(input).length > 0) await target.call('UpdateProject', { identifier: id, ...input });
  if (isUntagged) {
    throw new InvalidRequestError('no request takes the last glossary term from a project');
  }
}

/** Tags are read as a list, and written as a map. */
function tagMap(record: JsonObject): JsonObject {
  return Object.fromEntries(
    objects(record, 'resourceTags').map(({ key, value }) => [String(key), value ?? '']),
  );
}

/** A project, without its members and environments, which are kinds of their own. */
export const project: Kind = {
  name: 'project',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListProjects', 'datazone:GetProject'],
  shape: known,
  channels: [channel],
  events: [events('Project Creation Succeeded', 'Project Moved Between Domain Unit')],
  calls: [answered('id', 'CreateProject'), asked('identifier', 'UpdateProject', 'DeleteProject')],
  restoredBy:
    '`CreateProject`, then `UpdateProject` for glossary terms; its execution role is never shown, and must be set again',
  indexed: false,
  enumerate,
  read: get,
  columns: (record) => ({
    ...namedColumns(record, 'name', 'domainUnitId', 'projectProfileId'),
    ...columnsOf({ Status: text(record, 'projectStatus') }),
  }),
  references,
  restore: {
    operations: { create: ['CreateProject'], update: ['UpdateProject'] },
    assigned: ['projectStatus', 'failureReasons', 'userParameters[].environmentId'],
    portable,
    fixed: ['projectProfileId', 'projectCategory'],
    // Terms belong to glossaries, which belong to projects.
    late: ['glossaryTerms'],
    // No two projects of a domain have the same name.
    keyMembers: ['name'],
    key: (record) => keyOf(record, 'name'),
    create,
    untilUp,
    update,
  },
};
