import { answered, asked, events } from './change-signs';
import { namedColumns } from './columns';
import { formReferences } from './form-references';
import { formsInput } from './forms';
import { isObject, renamed, text, without } from './json';
import type { Json, JsonObject, Kind, Reading, Reference, ReferenceContext } from './kind';
import { listedItem, listedPage, reading } from './pages';
import { referenceAt } from './references';
import {
  type Changing,
  changed,
  changedTo,
  idIn,
  keyOf,
  type Making,
  type RestoreTarget,
  until,
} from './restoration';
import { type Channel, divide, list, mapOf, setBy, strings, structure, union, value, values } from './shape';
import type { DomainSource } from './source';
import { time } from './times';

const relationalFilters = list(
  structure({
    ...values('databaseName', 'schemaName'),
    filterExpressions: list(structure(values('type', 'expression'))),
  }),
);

const known = structure({
  ...values('id', 'domainId', 'projectId', 'name', 'description', 'type', 'environmentId', 'connectionId'),
  ...values('enableSetting', 'publishOnImport', 'createdAt', 'updatedAt'),
  schedule: structure(values('schedule', 'timezone')),
  recommendation: structure(values('enableBusinessNameGeneration')),
  configuration: union({
    glueRunConfiguration: structure({
      ...values('accountId', 'region', 'dataAccessRole', 'autoImportDataQualityResult', 'catalogName'),
      relationalFilterConfigurations: relationalFilters,
    }),
    redshiftRunConfiguration: structure({
      ...values('accountId', 'region', 'dataAccessRole'),
      relationalFilterConfigurations: relationalFilters,
      redshiftStorage: union({
        redshiftClusterSource: structure(values('clusterName')),
        redshiftServerlessSource: structure(values('workgroupName')),
      }),
      redshiftCredentialConfiguration: structure({ secretManagerArn: value }),
    }),
    sageMakerRunConfiguration: structure({
      ...values('accountId', 'region'),
      trackingAssets: mapOf(strings),
    }),
  }),
  assetFormsOutput: setBy('formName', structure(values('formName', 'typeName', 'typeRevision', 'content'))),
});

const lastRun = 'of the last run: it moves with each';

const channel: Channel = {
  operation: 'GetDataSource',
  omitted: {
    lastRunStatus: lastRun,
    lastRunAt: lastRun,
    lastRunErrorMessage: lastRun,
    lastRunAssetCount: lastRun,
    status:
      'RUNNING during each run: it moves without a change of the data source, which `enableSetting` turns off',
    errorMessage: 'why the service failed to set the data source up: it moves with `status`',
    selfGrantStatus: 'progress of the rights that the service grants itself: it moves without a change',
  },
};

async function read(source: DomainSource, id: string): Promise<Reading> {
  const divided = divide(await source.call('GetDataSource', { identifier: id }), known, channel);
  return reading(divided, 'id', 'projectId', time(divided.record, 'updatedAt', 'createdAt'));
}

function references(record: JsonObject, context: ReferenceContext): readonly Reference[] {
  const scopeId = text(record, 'projectId');
  return [
    ...referenceAt('project', record, 'projectId'),
    ...['environment', 'connection'].flatMap((kind) =>
      referenceAt(kind, record, `${kind}Id`).map((reference) =>
        scopeId === undefined ? reference : { ...reference, scopeId },
      ),
    ),
    ...formReferences(record, 'assetFormsOutput', context),
  ];
}

const configurations = ['glueRunConfiguration', 'redshiftRunConfiguration', 'sageMakerRunConfiguration'];

const inputNames = {
  projectId: 'projectIdentifier',
  environmentId: 'environmentIdentifier',
  connectionId: 'connectionIdentifier',
};

/** What to look through is required, even where it is nothing. */
function configurationInput({ configuration }: JsonObject): Json | undefined {
  if (!isObject(configuration)) return undefined;
  return Object.fromEntries(
    Object.entries(configuration).map(([type, settings]) =>
      isObject(settings) && type !== 'sageMakerRunConfiguration'
        ? [type, { relationalFilterConfigurations: [], ...settings }]
        : [type, settings],
    ),
  );
}

/** Turned off: that it runs comes once everything is there that a run would import or publish again. */
function create(target: RestoreTarget, { wanted, clientToken }: Making): Promise<string> {
  const input = renamed(without(wanted, 'assetFormsOutput'), inputNames);
  return idIn(
    target.call('CreateDataSource', {
      ...input,
      assetFormsInput: formsInput(wanted, 'assetFormsOutput'),
      configuration: configurationInput(wanted),
      enableSetting: 'DISABLED',
      clientToken,
    }),
  );
}

async function update(target: RestoreTarget, changing: Changing): Promise<void> {
  const { assetFormsOutput, ...members } = changed(
    changing,
    ...['name', 'description', 'publishOnImport', 'schedule', 'recommendation'],
    ...['configuration', 'assetFormsOutput'],
  );
  const { id, wanted } = changing;
  await until(target, `data source ${id}`, async () => {
    const { status } = await target.call('GetDataSource', { identifier: id });
    return status !== 'CREATING' && status !== 'UPDATING';
  });
  await target.call('UpdateDataSource', {
    identifier: id,
    ...members,
    ...changedTo(changing, 'enableSetting'),
    ...(members.configuration !== undefined && { configuration: configurationInput(wanted) }),
    ...(assetFormsOutput !== undefined && { assetFormsInput: formsInput(wanted, 'assetFormsOutput') }),
  });
}

/** What imports metadata into a project, how and when: not its runs. */
export const dataSource: Kind = {
  name: 'dataSource',
  versions: ['V1', 'V2'],
  scope: 'project',
  normaliser: 1,
  actions: ['datazone:ListDataSources', 'datazone:GetDataSource'],
  shape: known,
  channels: [channel],
  events: [events('Data Source Created', 'Data Source Updated', 'Data Source Status Change')],
  calls: [answered('id', 'CreateDataSource'), asked('identifier', 'UpdateDataSource', 'DeleteDataSource')],
  restoredBy:
    '`CreateDataSource`, with `enableSetting` DISABLED until all assets are restored: a run imports them again',
  indexed: false,
  enumerate: (source, scopeId, cursor) =>
    listedPage(
      source,
      'ListDataSources',
      { projectIdentifier: scopeId },
      ({ dataSourceId: id = null, ...item }) =>
        listedItem({ ...item, id }, scopeId, 'name', 'description', 'enableSetting', 'schedule', 'updatedAt'),
      cursor,
    ),
  read,
  columns: (record) => namedColumns(record, 'name', 'type', 'enableSetting', 'environmentId', 'connectionId'),
  references,
  restore: {
    operations: { create: ['CreateDataSource'], update: ['GetDataSource', 'UpdateDataSource'] },
    // Where the data lies is told of the environment or the connection.
    assigned: configurations.flatMap((name) =>
      ['accountId', 'region'].map((member) => `configuration.${name}.${member}`),
    ),
    fixed: ['projectId', 'type', 'environmentId', 'connectionId'],
    late: ['enableSetting'],
    keyMembers: ['name', 'projectId'],
    key: (record) => keyOf(record, 'name', 'projectId'),
    actsOutside: true,
    create,
    update,
  },
};
