import { columnsOf, namedColumns } from './columns';
import { isObject, objects, text } from './json';
import type { JsonObject, Kind, Page, Reading, Reference } from './kind';
import { listedItem, listedPage, reading } from './pages';
import { referenceAt, referencesIn } from './references';
import { divide, list, setBy, strings, structure, values } from './shape';
import type { DomainSource } from './source';
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

/** A project, without its members and environments, which are kinds of their own. */
export const project: Kind = {
  name: 'project',
  versions: ['V1', 'V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListProjects', 'datazone:GetProject'],
  shape: known,
  channels: [channel],
  events: [{ detailType: 'Project Creation Succeeded', id: 'metadata.id' }],
  restoredBy: '`CreateProject`, then `UpdateProject` for glossary terms',
  indexed: false,
  enumerate,
  read: get,
  columns: (record) => ({
    ...namedColumns(record, 'name', 'domainUnitId', 'projectProfileId'),
    ...columnsOf({ Status: text(record, 'projectStatus') }),
  }),
  references,
};
