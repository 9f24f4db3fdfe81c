import { deploymentProperties, provisioningProperties, userParameters } from './blueprint-shapes';
import { answered, asked, events } from './change-signs';
import { namedColumns } from './columns';
import { environmentRestoration } from './environment-restoration';
import { requiredText } from './json';
import type { JsonObject, Kind, Listed, Page, Reading, Reference } from './kind';
import { listedItem, listedPage, reading } from './pages';
import { referenceAt, referencesIn } from './references';
import { type Channel, divide, setBy, strings, structure, values } from './shape';
import { type DomainSource, ResourceAbsentError } from './source';
import { time } from './times';

const known = structure({
  ...values('id', 'domainId', 'projectId', 'name', 'description', 'provider', 'environmentBlueprintId'),
  ...values('environmentProfileId', 'environmentConfigurationId', 'environmentConfigurationName'),
  ...values('awsAccountId', 'awsAccountRegion', 'createdBy', 'createdAt', 'updatedAt'),
  provisionedResources: setBy('name', structure(values('type', 'provider', 'name', 'value'))),
  environmentActions: setBy(
    'type',
    structure({ ...values('type', 'auth'), parameters: setBy('key', structure(values('key', 'value'))) }),
  ),
  glossaryTerms: strings,
  userParameters,
  provisioningProperties,
  deploymentProperties,
});

const channel: Channel = {
  operation: 'GetEnvironment',
  omitted: {
    status: 'progress of a deployment: it moves without a change of the environment',
    lastDeployment: 'progress and messages of a deployment: they move without a change of the environment',
  },
};

/** An environment that is gone may be shown for a while, as what it was. */
const gone = 'DELETED';

async function read(source: DomainSource, id: string): Promise<Reading> {
  const answer = await source.call(channel.operation, { identifier: id });
  if (answer.status === gone) throw new ResourceAbsentError(`environment ${id} is deleted`);
  const divided = divide(answer, known, channel);
  return reading(divided, 'id', 'projectId', time(divided.record, 'updatedAt', 'createdAt'));
}

/** The status is told: once a deployment has ended, there are resources that were not there before. */
function listed(item: JsonObject): Listed {
  return listedItem(
    item,
    requiredText(item, 'projectId'),
    'updatedAt',
    'status',
    'name',
    'description',
    'environmentConfigurationName',
  );
}

async function enumerate(source: DomainSource, scopeId: string, cursor?: string): Promise<Page> {
  const input = { projectIdentifier: scopeId };
  const page = await listedPage(source, 'ListEnvironments', input, listed, cursor);
  return { ...page, listed: (page.listed ?? []).filter(({ summary }) => summary.status !== gone) };
}

/** `environmentConfigurationId` is no reference: it stands for a part of the project's profile, not for a resource. */
function references(record: JsonObject): readonly Reference[] {
  return [
    ...referenceAt('project', record, 'projectId'),
    ...referenceAt('environmentProfile', record, 'environmentProfileId'),
    ...referenceAt('environmentBlueprint', record, 'environmentBlueprintId'),
    ...referencesIn('glossaryTerm', record, 'glossaryTerms'),
  ];
}

/**
 * What a project computes with, and the resources that were made for it. Roles that were associated with it
 * (`AssociateEnvironmentRole`) cannot be read by any operation; its credentials are never asked for.
 */
export const environment: Kind = {
  name: 'environment',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListEnvironments', 'datazone:GetEnvironment'],
  shape: known,
  channels: [channel],
  events: [
    events(
      'Environment Deployment Completed',
      'Environment Deployment Failed',
      'Environment Deletion Completed',
      'Environment Deletion Failed',
    ),
  ],
  calls: [answered('id', 'CreateEnvironment'), asked('identifier', 'UpdateEnvironment', 'DeleteEnvironment')],
  restoredBy:
    "`CreateEnvironment`, or with its project by the project's profile; roles by hand, `AssociateEnvironmentRole`: no " +
    'operation reads them',
  indexed: false,
  enumerate,
  read,
  columns: (record) =>
    namedColumns(record, 'name', 'projectId', 'environmentBlueprintId', 'awsAccountId', 'awsAccountRegion'),
  references,
  restore: environmentRestoration,
};
