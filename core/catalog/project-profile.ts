import { answered, asked } from './change-signs';
import { namedColumns } from './columns';
import { objects, renamed } from './json';
import type { JsonObject, Kind, Reference } from './kind';
import { listedItem, listedPage, reading } from './pages';
import { referenceAt, referencesIn } from './references';
import { type Changing, changed, changedTo, idIn, keyOf, type RestoreTarget } from './restoration';
import { divide, setBy, strings, structure, union, values } from './shape';
import { time } from './times';

const parameters = setBy('name', structure(values('name', 'value', 'isEditable')));

const known = structure({
  ...values('id', 'domainId', 'name', 'description', 'status', 'domainUnitId'),
  ...values('createdBy', 'createdAt', 'lastUpdatedAt'),
  ...values('allowCustomProjectResourceTags', 'projectResourceTagsDescription'),
  projectResourceTags: setBy('key', structure(values('key', 'value', 'isValueEditable'))),
  environmentConfigurations: setBy(
    'name',
    structure({
      ...values('id', 'name', 'description', 'environmentBlueprintId', 'deploymentMode', 'deploymentOrder'),
      configurationParameters: structure({
        ...values('ssmPath'),
        parameterOverrides: parameters,
        resolvedParameters: parameters,
      }),
      awsAccount: union(values('awsAccountId', 'awsAccountIdPath')),
      awsRegion: union(values('regionName', 'regionNamePath')),
      accountPools: strings,
    }),
  ),
});

const channel = { operation: 'GetProjectProfile' };

function references(record: JsonObject): readonly Reference[] {
  return [
    ...referenceAt('domainUnit', record, 'domainUnitId'),
    ...objects(record, 'environmentConfigurations').flatMap((configuration, n) => {
      const at = (member: string) => `environmentConfigurations[${n}].${member}`;
      return [
        ...referenceAt(
          'environmentBlueprint',
          configuration,
          'environmentBlueprintId',
          at('environmentBlueprintId'),
        ),
        ...referencesIn('accountPool', configuration, 'accountPools', at('accountPools')),
      ];
    }),
  ];
}

const inputNames = { domainUnitId: 'domainUnitIdentifier' };

async function update(target: RestoreTarget, changing: Changing): Promise<void> {
  const members = changed(
    changing,
    ...['name', 'description', 'environmentConfigurations'],
    ...['projectResourceTags', 'allowCustomProjectResourceTags', 'projectResourceTagsDescription'],
  );
  await target.call('UpdateProjectProfile', {
    identifier: changing.id,
    ...members,
    ...renamed(changedTo(changing, 'status', 'domainUnitId'), inputNames),
    ...('environmentConfigurations' in members && {
      environmentConfigurations: await identified(target, changing),
    }),
  });
}

/** Environments that are there know the configuration that they are of by its id. */
async function identified(target: RestoreTarget, { id, wanted }: Changing): Promise<readonly JsonObject[]> {
  const there = await target.call(channel.operation, { identifier: id });
  const ids = new Map(objects(there, 'environmentConfigurations').map(({ name, id: own }) => [name, own]));
  return objects(wanted, 'environmentConfigurations').map((configuration) => {
    const own = ids.get(configuration.name);
    return own === undefined ? configuration : { ...configuration, id: own };
  });
}

/** What a project of a V2 domain is created from: the environments that it gets, and their parameters. */
export const projectProfile: Kind = {
  name: 'projectProfile',
  versions: ['V2'],
  scope: 'domain',
  normaliser: 1,
  actions: ['datazone:ListProjectProfiles', 'datazone:GetProjectProfile'],
  shape: known,
  channels: [channel],
  events: [],
  calls: [
    answered('id', 'CreateProjectProfile'),
    asked('identifier', 'UpdateProjectProfile', 'DeleteProjectProfile'),
  ],
  restoredBy: '`CreateProjectProfile`; ids of its environment configurations are given anew',
  indexed: false,
  enumerate: (source, _scopeId, cursor) =>
    listedPage(
      source,
      'ListProjectProfiles',
      {},
      (item) =>
        listedItem(item, source.domainId, 'lastUpdatedAt', 'name', 'description', 'status', 'domainUnitId'),
      cursor,
    ),
  read: async (source, id) => {
    const divided = divide(await source.call(channel.operation, { identifier: id }), known, channel);
    return reading(divided, 'id', 'domainId', time(divided.record, 'lastUpdatedAt', 'createdAt'));
  },
  columns: (record) => namedColumns(record, 'name', 'status', 'domainUnitId'),
  references,
  restore: {
    operations: { create: ['CreateProjectProfile'], update: [channel.operation, 'UpdateProjectProfile'] },
    assigned: [
      // Environments and projects name a configuration by its name too.
      'environmentConfigurations[].id',
      // What the overrides, and the parameter store of an account, come to.
      'environmentConfigurations[].configurationParameters.resolvedParameters',
    ],
    // No two project profiles of a domain have the same name.
    keyMembers: ['name'],
    key: (record) => keyOf(record, 'name'),
    // A project of it starts these environments by itself.
    actsOutside: (record) =>
      objects(record, 'environmentConfigurations').some(
        ({ deploymentMode }) => deploymentMode !== 'ON_DEMAND',
      ),
    create: (target, { wanted }) => idIn(target.call('CreateProjectProfile', renamed(wanted, inputNames))),
    update,
  },
};
