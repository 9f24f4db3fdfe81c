import { columnsOf, namedColumns } from './columns';
import { isObject, objects, requiredText, text } from './json';
import type { JsonObject, Kind, Page, Reading, Reference } from './kind';
import { rawPage, reading } from './pages';
import { referenceAt, referencesIn } from './references';
import { canonical, divide, list, setBy, strings, structure, values } from './shape';
import { type DomainSource, ResourceAbsentError, ResourceDeniedError } from './source';
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

/** GetProject calls in flight at once; the pace of calls is the source's matter. */
const concurrency = 4;

async function get(source: DomainSource, id: string): Promise<Reading> {
  const divided = divide(await source.call('GetProject', { identifier: id }), known, channel);
  return reading(divided, 'id', 'domainId', time(divided.record, 'lastUpdatedAt', 'createdAt'));
}

/** ListProjects gives fewer members than GetProject, so each project of a page is read by itself. */
async function enumerate(source: DomainSource, _scopeId: string, cursor?: string): Promise<Page> {
  const { ids, nextToken } = await listed(source, cursor);
  const readings: Reading[] = [];
  for (let start = 0; start < ids.length; start += concurrency) {
    const batch = ids.slice(start, start + concurrency).map((id) => getListed(source, id, cursor));
    readings.push(...(await Promise.all(batch)).filter((found) => found !== undefined));
  }
  return { readings, ...(nextToken !== undefined && { cursor: nextToken }) };
}

async function listed(source: DomainSource, cursor?: string): Promise<{ ids: string[]; nextToken?: string }> {
  const { answer, ...page } = await rawPage(source, 'ListProjects', {}, cursor);
  return { ids: objects(answer, 'items').map((item) => requiredText(item, 'id')), ...page };
}

/** A project may be deleted between the list and its Get, which then answers 404, or 403: the list tells. */
async function getListed(source: DomainSource, id: string, cursor?: string): Promise<Reading | undefined> {
  try {
    return await get(source, id);
  } catch (error) {
    if (error instanceof ResourceAbsentError) return undefined;
    if (!(error instanceof ResourceDeniedError) || error.byIam) throw error;
    if ((await listed(source, cursor)).ids.includes(id)) throw error;
    return undefined;
  }
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
  indexed: false,
  enumerate,
  read: get,
  columns: (record) => ({
    ...namedColumns(record, 'name', 'domainUnitId', 'projectProfileId'),
    ...columnsOf({ Status: text(record, 'projectStatus') }),
  }),
  references,
  renormalise: (record) => canonical(record, known),
};
