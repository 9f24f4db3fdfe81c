import { namedColumns } from './columns';
import { objects } from './json';
import type { JsonObject, Kind, Reference } from './kind';
import { listedItem, listedPage, reading } from './pages';
import { referenceAt, referencesIn } from './references';
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
};
